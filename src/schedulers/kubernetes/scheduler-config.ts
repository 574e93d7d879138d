import type { CommonOptions, KubernetesOptions, ProfileOptions } from './kubernetes-options.ts';
import { type KubernetesPlugin, type KubernetesPluginDefinition, pointsOf } from './out-of-tree.ts';
import { ARGS_WITHOUT_EFFECT, DEFAULT_ARGS, type PluginArgs, readPluginArgs } from './plugin-args.ts';
import { DEFAULT_SCHEDULER_NAME } from './pod-object.ts';
import { PLUGIN_NAMES, pluginName, type PluginTraits, type Profile, readProfile } from './profile.ts';
import type { JsonObject, Path, Reader } from './reader.ts';

const DEFAULT_INITIAL_BACKOFF_S = 1;
const DEFAULT_MAX_BACKOFF_S = 10;
const MAX_BACKOFF_S = 2 ** 31;

/** Settings that are checked and then play no part: no decision of the real scheduler depends on them either. */
const WITHOUT_EFFECT = [
  'parallelism',
  'leaderElection',
  'clientConnection',
  'enableProfiling',
  'enableContentionProfiling',
  'delayCacheUntilActive',
] as const;

const LEADER_ELECTION = [
  'leaderElect',
  'leaseDuration',
  'renewDeadline',
  'retryPeriod',
  'resourceLock',
  'resourceName',
  'resourceNamespace',
] as const;
const CLIENT_CONNECTION = ['kubeconfig', 'acceptContentTypes', 'contentType', 'qps', 'burst'] as const;

type ConfigOptions = Pick<KubernetesOptions, 'podInitialBackoffMs' | 'podMaxBackoffMs' | 'profiles'>;

/**
 * A KubeSchedulerConfiguration, kubescheduler.config.k8s.io/v1. Extenders are refused: they are programs elsewhere.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/kube-scheduler/config/v1/types.go,
 * pkg/scheduler/apis/config/v1/defaults.go, pkg/scheduler/apis/config/validation/validation.go
 */
export function readSchedulerConfig(
  reader: Reader,
  raw: unknown,
  path: Path,
  common: CommonOptions,
  registered: readonly KubernetesPluginDefinition[],
): ConfigOptions {
  const config =
    reader.object(raw, path, [
      'apiVersion',
      'kind',
      'profiles',
      'percentageOfNodesToScore',
      'podInitialBackoffSeconds',
      'podMaxBackoffSeconds',
      'extenders',
      ...WITHOUT_EFFECT,
    ]) ?? {};
  reader.oneOf(config['apiVersion'], [...path, 'apiVersion'], ['kubescheduler.config.k8s.io/v1']);
  reader.oneOf(config['kind'], [...path, 'kind'], ['KubeSchedulerConfiguration']);
  checkWithoutEffect(reader, config, path);
  if (reader.list(config['extenders'], [...path, 'extenders'], (item) => item).length > 0) {
    const message = 'extenders are programs of their own, asked over the network, and are not simulated';
    reader.problem([...path, 'extenders'], message, undefined, 'E1206');
  }
  return {
    ...readBackoff(reader, config, path),
    profiles: readProfiles(reader, config, path, common, registered),
  };
}

/**
 * The settings in a KubeSchedulerConfiguration that no simulated decision depends on, as a reader would name them:
 * `parallelism`, `VolumeBinding bindTimeoutSeconds`. The configuration must be one that `readSchedulerConfig` accepts.
 */
export function settingsWithoutEffect(config: unknown): readonly string[] {
  const given = (config ?? {}) as JsonObject;
  const profiles = (given['profiles'] ?? []) as readonly {
    readonly pluginConfig?: readonly { readonly name: string; readonly args?: JsonObject | null }[] | null;
  }[];
  const ofPlugins = profiles.flatMap(({ pluginConfig }) =>
    (pluginConfig ?? []).flatMap(({ name, args }) =>
      Object.keys(args ?? {})
        .filter((key) => ARGS_WITHOUT_EFFECT[name]?.includes(key) === true)
        .map((key) => `${name} ${key}`),
    ),
  );
  return [...WITHOUT_EFFECT.filter((key) => given[key] !== undefined), ...new Set(ofPlugins)];
}

function checkWithoutEffect(reader: Reader, config: JsonObject, path: Path): void {
  reader.integer(config['parallelism'], [...path, 'parallelism'], 1, 2 ** 31 - 1);
  reader.object(config['leaderElection'], [...path, 'leaderElection'], LEADER_ELECTION);
  reader.object(config['clientConnection'], [...path, 'clientConnection'], CLIENT_CONNECTION);
  for (const key of ['enableProfiling', 'enableContentionProfiling', 'delayCacheUntilActive']) {
    reader.boolean(config[key], [...path, key]);
  }
}

function readBackoff(
  reader: Reader,
  config: JsonObject,
  path: Path,
): Pick<ConfigOptions, 'podInitialBackoffMs' | 'podMaxBackoffMs'> {
  const read = (key: string, fallback: number) =>
    reader.integer(config[key], [...path, key], 1, MAX_BACKOFF_S) ?? fallback;
  const initial = read('podInitialBackoffSeconds', DEFAULT_INITIAL_BACKOFF_S);
  const max = read('podMaxBackoffSeconds', DEFAULT_MAX_BACKOFF_S);
  if (max < initial) {
    const message = `podMaxBackoffSeconds (${max}) must not be less than podInitialBackoffSeconds (${initial})`;
    reader.problem([...path, 'podMaxBackoffSeconds'], message);
  }
  return { podInitialBackoffMs: initial * 1000, podMaxBackoffMs: max * 1000 };
}

function readProfiles(
  reader: Reader,
  config: JsonObject,
  path: Path,
  common: CommonOptions,
  registered: readonly KubernetesPluginDefinition[],
): readonly ProfileOptions[] {
  const listPath = [...path, 'profiles'];
  const raws = reader.list(config['profiles'], listPath, (item, at) =>
    reader.object(item, at, ['schedulerName', 'plugins', 'pluginConfig', 'percentageOfNodesToScore']),
  );
  const global = readPercentage(reader, config, path) ?? 0;
  const names = new Set<string>();
  const isOnly = raws.length <= 1;
  const profiles = (raws.length === 0 ? [{}] : raws).map((raw, index): ProfileOptions => {
    const at = [...listPath, index];
    const schedulerName = readName(reader, raw, at, isOnly);
    if (names.has(schedulerName)) {
      const message = `two profiles have the schedulerName '${schedulerName}'`;
      reader.problem([...at, 'schedulerName'], message, undefined, 'E1205');
    }
    names.add(schedulerName);
    return {
      ...common,
      schedulerName,
      percentageOfNodesToScore: readPercentage(reader, raw, at) ?? global,
      ...readPlugins(reader, raw, at, common, registered),
    };
  });
  checkQueueSort(reader, raws, listPath);
  return profiles;
}

function readPercentage(reader: Reader, holder: JsonObject, at: Path): number | undefined {
  return reader.integer(holder['percentageOfNodesToScore'], [...at, 'percentageOfNodesToScore'], 0, 100);
}

/** Only a profile that stands alone has a name by default. */
function readName(reader: Reader, profile: JsonObject, at: Path, isOnly: boolean): string {
  const namePath = [...at, 'schedulerName'];
  const name = reader.text(profile['schedulerName'], namePath);
  if (name === undefined && isOnly) return DEFAULT_SCHEDULER_NAME;
  if (name === undefined || name === '') {
    reader.problem(namePath, 'each profile needs a schedulerName', undefined, 'E1101');
    return `profile ${String(at[at.length - 1])} without a name`;
  }
  return name;
}

/** The queue is one for all profiles, so they must sort it alike. */
function checkQueueSort(reader: Reader, profiles: readonly JsonObject[], path: Path): void {
  const sortOf = ({ plugins }: JsonObject) =>
    JSON.stringify((plugins as JsonObject | undefined)?.['queueSort'] ?? null);
  profiles.forEach((profile, index) => {
    if (sortOf(profile) === sortOf(profiles[0]!)) return;
    reader.problem([...path, index, 'plugins', 'queueSort'], 'must be the same in all profiles');
  });
}

/** Of a plugin that could not be made, which has been reported: its place in the profile is no second finding. */
const UNKNOWN_POINTS = ['filter', 'score', 'reserve'] as const;

type OutOfTree = ProfileOptions['outOfTree'];

/** The plugins of a profile and their arguments; those of the registered ones are read by themselves. */
function readPlugins(
  reader: Reader,
  raw: JsonObject,
  path: Path,
  { version }: CommonOptions,
  registered: readonly KubernetesPluginDefinition[],
): PluginArgs & Pick<ProfileOptions, 'profile' | 'outOfTree'> {
  const configPath = [...path, 'pluginConfig'];
  const { args, ownArgs } = readPluginConfig(reader, raw['pluginConfig'], configPath, registered);
  const traits = new Map<string, PluginTraits>();
  const outOfTree = new Map<string, () => KubernetesPlugin>();
  for (const definition of registered) {
    const { name } = definition;
    const own = ownArgs.get(name);
    const make = () => definition.create(own?.args);
    const isEnabled = enabledNames(raw['plugins']).has(name);
    const plugin = isEnabled ? made(reader, name, make, own?.path ?? configPath) : undefined;
    traits.set(name, { weight: 0, points: plugin === undefined ? UNKNOWN_POINTS : pointsOf(plugin) });
    if (plugin !== undefined) outOfTree.set(name, make);
  }
  const profile = readProfile(reader, raw['plugins'], [...path, 'plugins'], version, traits);
  checkReserve(reader, profile, outOfTree, [...path, 'plugins', 'reserve']);
  return { ...args, profile, outOfTree };
}

function enabledNames(plugins: unknown): ReadonlySet<unknown> {
  const sets = Object.values(
    (plugins ?? {}) as Readonly<Record<string, { readonly enabled?: unknown } | null>>,
  );
  const entries = sets.flatMap((set) => (Array.isArray(set?.enabled) ? (set.enabled as unknown[]) : []));
  return new Set(entries.map((entry) => (entry as { readonly name?: unknown } | null)?.name));
}

/** The plugin, or undefined: what it has to say against its arguments is the user's to read. */
function made(
  reader: Reader,
  name: string,
  make: () => KubernetesPlugin,
  path: Path,
): KubernetesPlugin | undefined {
  try {
    return make();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return reader.problem(path, `plugin '${name}': ${reason}`, undefined, 'E1207');
  }
}

/** Devices are chosen once. */
function checkReserve(reader: Reader, profile: Profile, outOfTree: OutOfTree, path: Path): void {
  const choosers = profile.reserve.filter((name) => outOfTree.has(name));
  if (choosers.length > 1) reader.problem(path, `${choosers.join(' and ')} would both choose devices`);
}

/** Arguments of the default plugins, settled, and those of the registered plugins as they are. */
function readPluginConfig(
  reader: Reader,
  raw: unknown,
  path: Path,
  registered: readonly KubernetesPluginDefinition[],
): {
  readonly args: PluginArgs;
  readonly ownArgs: ReadonlyMap<string, { readonly args: unknown; readonly path: Path }>;
} {
  let args = DEFAULT_ARGS;
  const ownArgs = new Map<string, { readonly args: unknown; readonly path: Path }>();
  const validNames = [...PLUGIN_NAMES, ...registered.map(({ name }) => name)];
  const seen = new Set<string>();
  reader.list(raw, path, (item, at) => {
    const entry = reader.object(item, at, ['name', 'args']) ?? {};
    const name = pluginName(reader, entry['name'], [...at, 'name'], validNames);
    if (name === undefined) return undefined;
    if (seen.has(name)) {
      return reader.problem([...at, 'name'], `'${name}' is configured twice`, undefined, 'E1205');
    }
    seen.add(name);
    const argsPath = [...at, 'args'];
    if (!PLUGIN_NAMES.includes(name)) ownArgs.set(name, { args: entry['args'], path: argsPath });
    else args = { ...args, ...readPluginArgs(reader, name, entry['args'], argsPath) };
    return undefined;
  });
  return { args, ownArgs };
}
