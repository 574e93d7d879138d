import type { JsonObject, Path, Reader } from './reader.ts';

/** Extension points of the scheduling framework, as the API spells them. */
export const POINTS = [
  'preEnqueue',
  'queueSort',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;
export type Point = (typeof POINTS)[number];

interface PluginEntry {
  readonly name: string;
  readonly weight: number;
}

/** Plugins by phase, in the order in which they run, simulated or not. */
export interface Profile {
  readonly preEnqueue: readonly string[];
  readonly preFilter: readonly string[];
  readonly filter: readonly string[];
  readonly postFilter: readonly string[];
  readonly preScore: readonly string[];
  readonly score: readonly PluginEntry[];
  readonly reserve: readonly string[];
}

/** What a profile must know of a plugin: its weight unless the profile says one, and the points it takes part in. */
export interface PluginTraits {
  /** 0 where the plugin is not enabled by default, or does not score. */
  readonly weight: number;
  readonly points: readonly Point[];
}

/** The plugin gained its Score phase after 1.34. */
const SCORES_SINCE_1_35 = 'DynamicResources';

const EVERY_FILTER_AND_SCORE = ['preFilter', 'filter', 'preScore', 'score'] as const;

/** Every plugin of the default profile, in registration order. */
export const DEFAULT_PLUGINS: ReadonlyMap<string, PluginTraits> = new Map<string, PluginTraits>([
  ['SchedulingGates', { weight: 0, points: ['preEnqueue'] }],
  ['PrioritySort', { weight: 0, points: ['queueSort'] }],
  ['NodeUnschedulable', { weight: 0, points: ['filter'] }],
  ['NodeName', { weight: 0, points: ['filter'] }],
  ['TaintToleration', { weight: 3, points: ['filter', 'preScore', 'score'] }],
  ['NodeAffinity', { weight: 2, points: EVERY_FILTER_AND_SCORE }],
  ['NodePorts', { weight: 0, points: ['preFilter', 'filter'] }],
  ['NodeResourcesFit', { weight: 1, points: EVERY_FILTER_AND_SCORE }],
  ['VolumeRestrictions', { weight: 0, points: ['preFilter', 'filter'] }],
  ['NodeVolumeLimits', { weight: 0, points: ['preFilter', 'filter'] }],
  ['VolumeBinding', { weight: 0, points: [...EVERY_FILTER_AND_SCORE, 'reserve', 'preBind'] }],
  ['VolumeZone', { weight: 0, points: ['preFilter', 'filter'] }],
  ['PodTopologySpread', { weight: 2, points: EVERY_FILTER_AND_SCORE }],
  ['InterPodAffinity', { weight: 2, points: EVERY_FILTER_AND_SCORE }],
  [
    'DynamicResources',
    {
      weight: 2,
      points: ['preEnqueue', 'preFilter', 'filter', 'postFilter', 'score', 'reserve', 'preBind'],
    },
  ],
  ['DefaultPreemption', { weight: 0, points: ['preEnqueue', 'postFilter'] }],
  ['NodeResourcesBalancedAllocation', { weight: 1, points: ['preScore', 'score'] }],
  ['ImageLocality', { weight: 1, points: ['score'] }],
  ['DefaultBinder', { weight: 0, points: ['bind'] }],
  ['NodeDeclaredFeatures', { weight: 0, points: ['preFilter', 'filter'] }],
]);

export const PLUGIN_NAMES: readonly string[] = [...DEFAULT_PLUGINS.keys()];

/**
 * The profile that a `plugins` section asks for. Merging follows kube-scheduler: `multiPoint` first, then each point;
 * a plugin enabled at a point overrides its multiPoint entry, and comes before those that are not overridden.
 * `outOfTree`: plugins beside the default ones; they take part only where they are enabled.
 * Source: kubernetes v1.36.2 pkg/scheduler/apis/config/v1/default_plugins.go (mergePluginSet),
 * pkg/scheduler/framework/runtime/framework.go (NewFramework, expandMultiPointPlugins, getScoreWeights)
 */
export function readProfile(
  reader: Reader,
  raw: unknown,
  path: Path,
  version: '1.34' | '1.36',
  outOfTree: ReadonlyMap<string, PluginTraits> = new Map(),
): Profile {
  const known = new Map([...DEFAULT_PLUGINS, ...outOfTree]);
  const plugins: JsonObject = reader.object(raw, path, ['multiPoint', ...POINTS]) ?? {};
  const multiPoint = merge(readPluginSet(reader, plugins['multiPoint'], [...path, 'multiPoint'], known));
  const at = (point: Point) => {
    const set = readPluginSet(reader, plugins[point], [...path, point], known);
    for (const { name } of set.enabled) {
      if (!known.get(name)!.points.includes(point)) {
        reader.problem([...path, point, 'enabled'], `'${name}' takes no part in ${point}`);
      }
    }
    return expand(point, set, multiPoint, known);
  };
  const names = (point: Point) => at(point).map(({ name }) => name);
  const profile: Profile = {
    preEnqueue: names('preEnqueue'),
    preFilter: names('preFilter'),
    filter: names('filter'),
    postFilter: names('postFilter'),
    preScore: names('preScore'),
    score: at('score')
      .filter(({ name }) => version !== '1.34' || name !== SCORES_SINCE_1_35)
      .map(({ name, weight }) => ({ name, weight: weight || 1 })),
    reserve: names('reserve'),
  };
  if (names('queueSort').length !== 1) {
    reader.problem([...path, 'queueSort'], "exactly one plugin must sort the queue: 'PrioritySort'");
  }
  if (names('bind').length === 0) {
    reader.problem([...path, 'bind'], "at least one plugin must bind: 'DefaultBinder'");
  }
  // Whoever stands there has no part in a simulated decision; names and positions are checked all the same.
  for (const point of ['permit', 'preBind', 'postBind'] as const) at(point);
  checkPreparation(reader, profile, path, known);
  return profile;
}

interface PluginSet {
  readonly enabled: readonly PluginEntry[];
  readonly disabled: ReadonlySet<string>;
}

function readPluginSet(
  reader: Reader,
  raw: unknown,
  path: Path,
  known: ReadonlyMap<string, PluginTraits>,
): PluginSet {
  const validNames = [...known.keys()];
  const set = reader.object(raw, path, ['enabled', 'disabled']) ?? {};
  const enabled = reader.list(set['enabled'], [...path, 'enabled'], (item, at) => {
    const entry = reader.object(item, at, ['name', 'weight']) ?? {};
    const name = pluginName(reader, entry['name'], [...at, 'name'], validNames);
    const weight = reader.integer(entry['weight'], [...at, 'weight'], 0, 1_000_000) ?? 0;
    return name === undefined ? undefined : { name, weight };
  });
  const disabled = reader.list(set['disabled'], [...path, 'disabled'], (item, at) => {
    const entry = reader.object(item, at, ['name', 'weight']) ?? {};
    return pluginName(reader, entry['name'], [...at, 'name'], ['*', ...validNames]);
  });
  const repeated = enabled.find(({ name }, i) => enabled.findIndex((other) => other.name === name) < i);
  if (repeated !== undefined) {
    reader.problem([...path, 'enabled'], `'${repeated.name}' is enabled twice`, undefined, 'E1205');
  }
  return { enabled, disabled: new Set(disabled) };
}

/** The name of a plugin that exists; anything else is noted. */
export function pluginName(
  reader: Reader,
  raw: unknown,
  path: Path,
  validNames: readonly string[],
): string | undefined {
  if (raw === undefined || raw === null) {
    return reader.problem(path, 'the name of a plugin is missing', undefined, 'E1101');
  }
  if (typeof raw === 'string' && validNames.includes(raw)) return raw;
  return reader.problem(path, `there is no plugin '${String(raw)}'`, validNames);
}

/** The default list with the section's changes: replaced in place, or appended. */
function merge({ enabled, disabled }: PluginSet): readonly PluginEntry[] {
  const defaults = [...DEFAULT_PLUGINS]
    .map(([name, { weight }]) => ({ name, weight }))
    .filter(({ name }) => !disabled.has('*') && !disabled.has(name))
    .map((entry) => enabled.find(({ name }) => name === entry.name) ?? entry);
  return [...defaults, ...enabled.filter(({ name }) => !defaults.some((entry) => entry.name === name))];
}

function expand(
  point: Point,
  set: PluginSet,
  multiPoint: readonly PluginEntry[],
  known: ReadonlyMap<string, PluginTraits>,
): readonly PluginEntry[] {
  const { enabled, disabled } = set;
  if (disabled.has('*')) return enabled;
  const implied = multiPoint.filter(
    ({ name }) => known.get(name)!.points.includes(point) && !disabled.has(name),
  );
  const isImplied = ({ name }: PluginEntry) => implied.some((entry) => entry.name === name);
  const isEnabled = ({ name }: PluginEntry) => enabled.some((entry) => entry.name === name);
  return [
    ...enabled.filter(isImplied),
    ...implied.filter((entry) => !isEnabled(entry)),
    ...enabled.filter((entry) => !isImplied(entry)),
  ];
}

/** A filter or score that lives on what its preparation computed fails every pod in a real cluster without it. */
function checkPreparation(
  reader: Reader,
  profile: Profile,
  path: Path,
  known: ReadonlyMap<string, PluginTraits>,
): void {
  const lacks = (name: string, preparation: 'preFilter' | 'preScore') =>
    known.get(name)!.points.includes(preparation) && !profile[preparation].includes(name);
  for (const name of profile.filter) {
    if (lacks(name, 'preFilter')) {
      reader.problem([...path, 'preFilter'], `the filter of '${name}' needs its preFilter: disable both`);
    }
  }
  for (const { name } of profile.score) {
    if (lacks(name, 'preScore')) {
      reader.problem([...path, 'preScore'], `the score of '${name}' needs its preScore: disable both`);
    }
  }
}
