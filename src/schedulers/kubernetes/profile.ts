import { type JsonObject, type Path, Reader } from './reader.ts';

/** Extension points that a simulated profile distinguishes. */
export const POINTS = ['preFilter', 'filter', 'preScore', 'score'] as const;
export type Point = (typeof POINTS)[number];

interface PluginEntry {
  readonly name: string;
  readonly weight: number;
}

/** Plugins by phase, in the order in which they run. */
export interface Profile {
  readonly preFilter: readonly string[];
  readonly filter: readonly string[];
  readonly preScore: readonly string[];
  readonly score: readonly PluginEntry[];
  /** What runs when no node fits, simulated or not. */
  readonly postFilter: readonly string[];
}

/** In the order in which they run. */
const POST_FILTERS = ['DynamicResources', 'DefaultPreemption'] as const;

/** The plugin gained its Score phase after 1.34. */
const SCORES_SINCE_1_35 = 'DynamicResources';

/** Of every plugin of the default profile, in registration order: its default weight and the phases it takes part in. */
const DEFAULT_PLUGINS: ReadonlyMap<string, { readonly weight: number; readonly points: readonly Point[] }> =
  new Map([
    ['SchedulingGates', { weight: 0, points: [] }],
    ['PrioritySort', { weight: 0, points: [] }],
    ['NodeUnschedulable', { weight: 0, points: ['filter'] }],
    ['NodeName', { weight: 0, points: ['filter'] }],
    ['TaintToleration', { weight: 3, points: ['filter', 'preScore', 'score'] }],
    ['NodeAffinity', { weight: 2, points: ['preFilter', 'filter', 'preScore', 'score'] }],
    ['NodePorts', { weight: 0, points: ['preFilter', 'filter'] }],
    ['NodeResourcesFit', { weight: 1, points: ['preFilter', 'filter', 'preScore', 'score'] }],
    ['VolumeRestrictions', { weight: 0, points: ['preFilter', 'filter'] }],
    ['NodeVolumeLimits', { weight: 0, points: ['preFilter', 'filter'] }],
    ['VolumeBinding', { weight: 0, points: ['preFilter', 'filter', 'preScore', 'score'] }],
    ['VolumeZone', { weight: 0, points: ['preFilter', 'filter'] }],
    ['PodTopologySpread', { weight: 2, points: ['preFilter', 'filter', 'preScore', 'score'] }],
    ['InterPodAffinity', { weight: 2, points: ['preFilter', 'filter', 'preScore', 'score'] }],
    ['DynamicResources', { weight: 2, points: ['preFilter', 'filter', 'score'] }],
    ['DefaultPreemption', { weight: 0, points: [] }],
    ['NodeResourcesBalancedAllocation', { weight: 1, points: ['preScore', 'score'] }],
    ['ImageLocality', { weight: 1, points: ['score'] }],
    ['DefaultBinder', { weight: 0, points: [] }],
    ['NodeDeclaredFeatures', { weight: 0, points: ['preFilter', 'filter'] }],
  ]);

export const PLUGIN_NAMES: readonly string[] = [...DEFAULT_PLUGINS.keys()];

/** Points where only switching off means anything here: what runs there has no options, or is the queue's business. */
const OTHER_POINTS = ['postFilter', 'reserve', 'permit', 'preBind', 'postBind'] as const;

/**
 * The profile that a `plugins` section asks for. Merging follows kube-scheduler: `multiPoint` first, then each point;
 * a plugin enabled at a point overrides its multiPoint entry, and comes before those that are not overridden.
 * Source: kubernetes v1.36.2 pkg/scheduler/apis/config/v1/default_plugins.go (mergePluginSet),
 * pkg/scheduler/framework/runtime/framework.go (expandMultiPointPlugins, getScoreWeights)
 */
export function readProfile(reader: Reader, raw: unknown, path: Path, version: '1.34' | '1.36'): Profile {
  const plugins: JsonObject = reader.object(raw, path, ['multiPoint', ...POINTS, ...OTHER_POINTS]) ?? {};
  for (const point of OTHER_POINTS) {
    const { enabled } = readSet(reader, plugins[point], [...path, point]);
    if (enabled.length > 0) {
      reader.problem([...path, point, 'enabled'], 'nothing can be enabled at this point in this version');
    }
  }
  const multiPoint = merge(readSet(reader, plugins['multiPoint'], [...path, 'multiPoint']));
  const at = (point: Point) => {
    const set = readSet(reader, plugins[point], [...path, point]);
    for (const { name } of set.enabled) {
      const known = DEFAULT_PLUGINS.get(name);
      if (known !== undefined && !known.points.includes(point)) {
        reader.problem([...path, point, 'enabled'], `'${name}' takes no part in ${point}`);
      }
    }
    return expand(point, set, multiPoint);
  };
  const switchedOff = readSet(new Reader(), plugins['postFilter'], path).disabled;
  const names = (point: Point) => at(point).map(({ name }) => name);
  const profile: Profile = {
    preFilter: names('preFilter'),
    filter: names('filter'),
    preScore: names('preScore'),
    score: at('score')
      .filter(({ name }) => version !== '1.34' || name !== SCORES_SINCE_1_35)
      .map(({ name, weight }) => ({ name, weight: weight || 1 })),
    postFilter: POST_FILTERS.filter(
      (name) =>
        multiPoint.some((entry) => entry.name === name) && !switchedOff.has(name) && !switchedOff.has('*'),
    ),
  };
  checkPreparation(reader, profile, path);
  return profile;
}

interface PluginSet {
  readonly enabled: readonly PluginEntry[];
  readonly disabled: ReadonlySet<string>;
}

function readSet(reader: Reader, raw: unknown, path: Path): PluginSet {
  const set = reader.object(raw, path, ['enabled', 'disabled']) ?? {};
  const enabled = reader.list(set['enabled'], [...path, 'enabled'], (item, at) => {
    const entry = reader.object(item, at, ['name', 'weight']) ?? {};
    const name = reader.oneOf(entry['name'], [...at, 'name'], PLUGIN_NAMES);
    const weight = reader.integer(entry['weight'], [...at, 'weight'], 0, 1_000_000) ?? 0;
    return name === undefined ? undefined : { name, weight };
  });
  const disabled = reader.list(set['disabled'], [...path, 'disabled'], (item, at) => {
    const entry = reader.object(item, at, ['name']) ?? {};
    return reader.oneOf(entry['name'], [...at, 'name'], ['*', ...PLUGIN_NAMES]);
  });
  const repeated = enabled.find(({ name }, i) => enabled.findIndex((other) => other.name === name) < i);
  if (repeated !== undefined) reader.problem([...path, 'enabled'], `'${repeated.name}' is enabled twice`);
  return { enabled, disabled: new Set(disabled) };
}

/** The default list with the section's changes: replaced in place, or appended. */
function merge({ enabled, disabled }: PluginSet): readonly PluginEntry[] {
  const defaults = [...DEFAULT_PLUGINS]
    .map(([name, { weight }]) => ({ name, weight }))
    .filter(({ name }) => !disabled.has('*') && !disabled.has(name))
    .map((entry) => enabled.find(({ name }) => name === entry.name) ?? entry);
  return [...defaults, ...enabled.filter(({ name }) => !defaults.some((entry) => entry.name === name))];
}

function expand(point: Point, set: PluginSet, multiPoint: readonly PluginEntry[]): readonly PluginEntry[] {
  const { enabled, disabled } = set;
  if (disabled.has('*')) return enabled;
  const implied = multiPoint.filter(
    ({ name }) => DEFAULT_PLUGINS.get(name)!.points.includes(point) && !disabled.has(name),
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
function checkPreparation(reader: Reader, profile: Profile, path: Path): void {
  const lacks = (name: string, preparation: 'preFilter' | 'preScore') =>
    DEFAULT_PLUGINS.get(name)!.points.includes(preparation) && !profile[preparation].includes(name);
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
