import type { OptionsProblem } from '../scheduler.ts';
import type { NodeAffinity } from './node-selector.ts';
import { NO_NODE_AFFINITY, readNodeAffinity } from './node-selector.ts';
import { DEFAULT_INTER_POD_AFFINITY, type InterPodAffinityArgs } from './plugins/inter-pod-affinity-rules.ts';
import type { FitArgs } from './plugins/node-resources-fit.ts';
import { type SpreadDefaults, SYSTEM_DEFAULTS } from './plugins/pod-topology-spread.ts';
import type { Namespaces } from './pod-affinity.ts';
import { DEFAULT_PREEMPTION, type PreemptionArgs } from './preemption/preemption.ts';
import { readSpread } from './pod-object.ts';
import { PLUGIN_NAMES, type Profile, readProfile } from './profile.ts';
import { type JsonObject, type Path, Reader } from './reader.ts';
import type { ShapePoint } from './scoring/requested-to-capacity-ratio.ts';
import type { WeightedResource } from './scoring/resource-columns.ts';

export const VERSIONS = ['1.34', '1.36'] as const;
export const TIE_BREAKS = ['kube', 'first', 'last', 'random'] as const;

/** How one of several best nodes is taken; see host-selection.ts. */
export type TieBreak = (typeof TIE_BREAKS)[number];

export interface KubernetesOptions {
  /** Whose decisions to reproduce. Default 1.36. */
  readonly version: (typeof VERSIONS)[number];
  /** Default kube. */
  readonly tieBreak: TieBreak;
  /** Percent of nodes after which the search for feasible ones ends; 0 (default) adapts to their number. */
  readonly percentageOfNodesToScore: number;
  readonly profile: Profile;
  /** The namespaces of the cluster: what namespace selectors of affinity between pods look at. Default: none. */
  readonly namespaces: Namespaces;
  readonly fit: FitArgs;
  readonly balanced: readonly WeightedResource[];
  readonly addedAffinity: NodeAffinity;
  readonly spreadDefaults: SpreadDefaults;
  readonly preemption: PreemptionArgs;
  readonly interPodAffinity: InterPodAffinityArgs;
  /** Of the scheduling queue: the back-off after a pod's first failed attempt, and the longest. */
  readonly podInitialBackoffMs: number;
  readonly podMaxBackoffMs: number;
}

const CPU_AND_MEMORY: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];
const STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'] as const;
const DEFAULT_FIT: FitArgs = {
  strategy: 'LeastAllocated',
  resources: CPU_AND_MEMORY,
  shape: [],
  ignoredResources: [],
  ignoredResourceGroups: [],
};

/**
 * Reads `{ version?, tieBreak?, config?, namespaces? }`; `config` is a KubeSchedulerConfiguration
 * (kubescheduler.config.k8s.io/v1) with at most one profile, `namespaces` are labels by name of namespace. Everything absent takes the documented default; whatever is not simulated is a problem.
 */
export function readKubernetesOptions(
  raw: unknown,
): { readonly options: KubernetesOptions } | { readonly problems: readonly OptionsProblem[] } {
  const reader = new Reader();
  const root = reader.object(raw, [], ['version', 'tieBreak', 'config', 'namespaces']) ?? {};
  const version = reader.oneOf(root['version'], ['version'], VERSIONS) ?? '1.36';
  const config = readConfig(reader, root['config'], ['config'], version);
  const options: KubernetesOptions = {
    version,
    tieBreak: reader.oneOf(root['tieBreak'], ['tieBreak'], TIE_BREAKS) ?? 'kube',
    namespaces: readNamespaces(reader, root['namespaces'], ['namespaces']),
    ...config,
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { options };
}

/** Every namespace has its name as a label, put there by the API server. */
function readNamespaces(reader: Reader, raw: unknown, path: Path): Namespaces {
  const namespaces = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, labels] of Object.entries(reader.object(raw, path) ?? {})) {
    const read = reader.texts(labels, [...path, name]);
    namespaces.set(name, new Map([...(read ?? []), ['kubernetes.io/metadata.name', name]]));
  }
  return namespaces;
}

function readConfig(
  reader: Reader,
  raw: unknown,
  path: Path,
  version: KubernetesOptions['version'],
): Omit<KubernetesOptions, 'version' | 'tieBreak' | 'namespaces'> {
  const config =
    reader.object(raw, path, ['apiVersion', 'kind', 'profiles', 'percentageOfNodesToScore']) ?? {};
  reader.oneOf(config['apiVersion'], [...path, 'apiVersion'], ['kubescheduler.config.k8s.io/v1']);
  reader.oneOf(config['kind'], [...path, 'kind'], ['KubeSchedulerConfiguration']);
  const profilesPath = [...path, 'profiles'];
  const profiles = reader.list(config['profiles'], profilesPath, (item, at) => reader.object(item, at));
  if (profiles.length > 1) reader.problem(profilesPath, 'only one profile is supported in this version');
  const profilePath = [...profilesPath, 0];
  const profile =
    reader.object(profiles[0], profilePath, [
      'schedulerName',
      'plugins',
      'pluginConfig',
      'percentageOfNodesToScore',
    ]) ?? {};
  reader.text(profile['schedulerName'], [...profilePath, 'schedulerName']);
  const percentage = (holder: JsonObject, at: Path) =>
    reader.integer(holder['percentageOfNodesToScore'], [...at, 'percentageOfNodesToScore'], 0, 100);
  const args = readPluginConfig(reader, profile['pluginConfig'], [...profilePath, 'pluginConfig']);
  return {
    percentageOfNodesToScore: percentage(profile, profilePath) ?? percentage(config, path) ?? 0,
    profile: readProfile(reader, profile['plugins'], [...profilePath, 'plugins'], version),
    podInitialBackoffMs: 1000,
    podMaxBackoffMs: 10_000,
    ...args,
  };
}

type PluginArgs = Pick<
  KubernetesOptions,
  'fit' | 'balanced' | 'addedAffinity' | 'spreadDefaults' | 'interPodAffinity' | 'preemption'
>;

/** Arguments by plugin: how each is read, and what of `PluginArgs` it settles. */
const READERS: Readonly<Record<string, (reader: Reader, raw: unknown, path: Path) => Partial<PluginArgs>>> = {
  NodeResourcesFit: (reader, raw, path) => ({ fit: readFitArgs(reader, raw, path) }),
  NodeResourcesBalancedAllocation(reader, raw, path) {
    const args = readArgs(reader, raw, path, ['resources']);
    return { balanced: readResources(reader, args['resources'], [...path, 'resources'], 1) };
  },
  NodeAffinity(reader, raw, path) {
    const args = readArgs(reader, raw, path, ['addedAffinity']);
    return { addedAffinity: readNodeAffinity(reader, args['addedAffinity'], [...path, 'addedAffinity']) };
  },
  PodTopologySpread: (reader, raw, path) => ({ spreadDefaults: readSpreadArgs(reader, raw, path) }),
  DefaultPreemption: (reader, raw, path) => ({ preemption: readPreemptionArgs(reader, raw, path) }),
  InterPodAffinity: (reader, raw, path) => ({
    interPodAffinity: readInterPodAffinityArgs(reader, raw, path),
  }),
};

function readPluginConfig(reader: Reader, raw: unknown, path: Path): PluginArgs {
  let args: PluginArgs = {
    fit: DEFAULT_FIT,
    balanced: CPU_AND_MEMORY,
    addedAffinity: NO_NODE_AFFINITY,
    spreadDefaults: SYSTEM_DEFAULTS,
    preemption: DEFAULT_PREEMPTION,
    interPodAffinity: DEFAULT_INTER_POD_AFFINITY,
  };
  const seen = new Set<string>();
  reader.list(raw, path, (item, at) => {
    const entry = reader.object(item, at, ['name', 'args']) ?? {};
    const name = reader.oneOf(entry['name'], [...at, 'name'], PLUGIN_NAMES);
    if (name === undefined) return reader.problem([...at, 'name'], 'a plugin name is missing');
    if (seen.has(name)) return reader.problem([...at, 'name'], `'${name}' is configured twice`);
    seen.add(name);
    const read = READERS[name];
    if (read === undefined) {
      return reader.problem(
        [...at, 'args'],
        `arguments of '${name}' are not supported in this version`,
        Object.keys(READERS),
      );
    }
    args = { ...args, ...read(reader, entry['args'], [...at, 'args']) };
    return undefined;
  });
  return args;
}

function readArgs(reader: Reader, raw: unknown, path: Path, keys: readonly string[]): JsonObject {
  return reader.object(raw, path, ['apiVersion', 'kind', ...keys]) ?? {};
}

function readPreemptionArgs(reader: Reader, raw: unknown, path: Path): PreemptionArgs {
  const args = readArgs(reader, raw, path, ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute']);
  const read = (key: keyof PreemptionArgs, max: number) =>
    reader.integer(args[key], [...path, key], 0, max) ?? DEFAULT_PREEMPTION[key];
  const preemption: PreemptionArgs = {
    minCandidateNodesPercentage: read('minCandidateNodesPercentage', 100),
    minCandidateNodesAbsolute: read('minCandidateNodesAbsolute', 2 ** 31 - 1),
  };
  if (Object.values(preemption).every((least) => least === 0)) {
    reader.problem(path, 'minCandidateNodesPercentage and minCandidateNodesAbsolute cannot both be 0');
  }
  return preemption;
}

function readFitArgs(reader: Reader, raw: unknown, path: Path): FitArgs {
  const args = readArgs(reader, raw, path, ['scoringStrategy', 'ignoredResources', 'ignoredResourceGroups']);
  const strategyPath = [...path, 'scoringStrategy'];
  const strategy =
    reader.object(args['scoringStrategy'], strategyPath, ['type', 'resources', 'requestedToCapacityRatio']) ??
    {};
  const type = reader.oneOf(strategy['type'], [...strategyPath, 'type'], STRATEGIES) ?? 'LeastAllocated';
  const names = (key: string) => reader.list(args[key], [...path, key], (item, at) => reader.text(item, at));
  const shapePath = [...strategyPath, 'requestedToCapacityRatio'];
  const ratio = reader.object(strategy['requestedToCapacityRatio'], shapePath, ['shape']);
  const shape = readShape(reader, ratio?.['shape'], [...shapePath, 'shape']);
  if (type === 'RequestedToCapacityRatio' && shape.length === 0) {
    reader.problem([...shapePath, 'shape'], 'needs at least one point');
  }
  return {
    strategy: type,
    resources: readResources(reader, strategy['resources'], [...strategyPath, 'resources'], 100),
    shape,
    ignoredResources: names('ignoredResources'),
    ignoredResourceGroups: names('ignoredResourceGroups'),
  };
}

function readResources(
  reader: Reader,
  raw: unknown,
  path: Path,
  maxWeight: number,
): readonly WeightedResource[] {
  const resources = reader.list(raw, path, (item, at) => {
    const entry = reader.object(item, at, ['name', 'weight']) ?? {};
    const name = reader.text(entry['name'], [...at, 'name']);
    const weight = reader.integer(entry['weight'] || undefined, [...at, 'weight'], 1, maxWeight) ?? 1;
    if (name === undefined || name === 'pods') return reader.problem(at, 'needs the name of a resource');
    return { name, weight };
  });
  return resources.length === 0 ? CPU_AND_MEMORY : resources;
}

function readShape(reader: Reader, raw: unknown, path: Path): readonly ShapePoint[] {
  const shape = reader.list(raw, path, (item, at) => {
    const point = reader.object(item, at, ['utilization', 'score']) ?? {};
    const utilisation = reader.integer(point['utilization'] ?? 0, [...at, 'utilization'], 0, 100);
    const score = reader.integer(point['score'] ?? 0, [...at, 'score'], 0, 10);
    // Scores of a shape run from 0 to 10, those of plugins to 100.
    return utilisation === undefined || score === undefined ? undefined : { utilisation, score: score * 10 };
  });
  shape.forEach((point, index) => {
    if (index > 0 && point.utilisation <= shape[index - 1]!.utilisation) {
      reader.problem([...path, index, 'utilization'], 'must be larger than that of the point before');
    }
  });
  return shape;
}

function readSpreadArgs(reader: Reader, raw: unknown, path: Path): SpreadDefaults {
  const args = readArgs(reader, raw, path, ['defaultConstraints', 'defaultingType']);
  const type =
    reader.oneOf(args['defaultingType'], [...path, 'defaultingType'], ['System', 'List'] as const) ??
    'System';
  const listPath = [...path, 'defaultConstraints'];
  const constraints = readSpread(reader, args['defaultConstraints'], listPath, new Map());
  if (type === 'System' && constraints.length > 0) {
    reader.problem(listPath, 'needs defaultingType List');
  }
  return type === 'System' ? SYSTEM_DEFAULTS : { system: false, constraints };
}

function readInterPodAffinityArgs(reader: Reader, raw: unknown, path: Path): InterPodAffinityArgs {
  const weightKey = 'hardPodAffinityWeight';
  const ignoreKey = 'ignorePreferredTermsOfExistingPods';
  const args = readArgs(reader, raw, path, [weightKey, ignoreKey]);
  const ignore = args[ignoreKey] ?? false;
  if (typeof ignore !== 'boolean') reader.problem([...path, ignoreKey], 'must be true or false');
  return {
    hardPodAffinityWeight:
      reader.integer(args[weightKey], [...path, weightKey], 0, 100) ??
      DEFAULT_INTER_POD_AFFINITY.hardPodAffinityWeight,
    ignorePreferredTermsOfExistingPods: ignore === true,
  };
}
