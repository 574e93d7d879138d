import { type NodeAffinity, NO_NODE_AFFINITY, readNodeAffinity } from './node-selector.ts';
import { DEFAULT_INTER_POD_AFFINITY, type InterPodAffinityArgs } from './plugins/inter-pod-affinity-rules.ts';
import type { FitArgs } from './plugins/node-resources-fit.ts';
import { type SpreadDefaults, SYSTEM_DEFAULTS } from './plugins/pod-topology-spread.ts';
import { readSpread } from './pod-object.ts';
import { DEFAULT_PREEMPTION, type PreemptionArgs } from './preemption/preemption.ts';
import type { JsonObject, Path, Reader } from './reader.ts';
import type { ShapePoint } from './scoring/requested-to-capacity-ratio.ts';
import type { WeightedResource } from './scoring/resource-columns.ts';

/** What the arguments of the default plugins come to. */
export interface PluginArgs {
  readonly fit: FitArgs;
  readonly balanced: readonly WeightedResource[];
  readonly addedAffinity: NodeAffinity;
  readonly spreadDefaults: SpreadDefaults;
  readonly preemption: PreemptionArgs;
  readonly interPodAffinity: InterPodAffinityArgs;
}

const CPU_AND_MEMORY: readonly WeightedResource[] = [
  { name: 'cpu', weight: 1 },
  { name: 'memory', weight: 1 },
];
const STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio'] as const;
const LARGEST = 2 ** 31 - 1;
const MAX_SECONDS = 2 ** 40;
const QUALIFIED_NAME =
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const DEFAULT_ARGS: PluginArgs = {
  fit: {
    strategy: 'LeastAllocated',
    resources: CPU_AND_MEMORY,
    shape: [],
    ignoredResources: [],
    ignoredResourceGroups: [],
  },
  balanced: CPU_AND_MEMORY,
  addedAffinity: NO_NODE_AFFINITY,
  spreadDefaults: SYSTEM_DEFAULTS,
  preemption: DEFAULT_PREEMPTION,
  interPodAffinity: DEFAULT_INTER_POD_AFFINITY,
};

/** Arguments that are checked and then play no part: times that a simulated cycle does not take. */
export const ARGS_WITHOUT_EFFECT: Readonly<Record<string, readonly string[]>> = {
  VolumeBinding: ['bindTimeoutSeconds'],
  DynamicResources: ['filterTimeout', 'bindingTimeout'],
};

/** Arguments by plugin: how each is read, and what of `PluginArgs` it settles. */
const READERS: Readonly<
  Record<string, (reader: Reader, raw: JsonObject, path: Path) => Partial<PluginArgs>>
> = {
  NodeResourcesFit: (reader, raw, path) => ({ fit: readFitArgs(reader, raw, path) }),
  NodeResourcesBalancedAllocation: (reader, raw, path) => ({ balanced: readBalancedArgs(reader, raw, path) }),
  NodeAffinity(reader, raw, path) {
    const args = readArgs(reader, raw, path, ['addedAffinity']);
    return { addedAffinity: readNodeAffinity(reader, args['addedAffinity'], [...path, 'addedAffinity']) };
  },
  PodTopologySpread: (reader, raw, path) => ({ spreadDefaults: readSpreadArgs(reader, raw, path) }),
  DefaultPreemption: (reader, raw, path) => ({ preemption: readPreemptionArgs(reader, raw, path) }),
  InterPodAffinity: (reader, raw, path) => ({
    interPodAffinity: readInterPodAffinityArgs(reader, raw, path),
  }),
  VolumeBinding(reader, raw, path) {
    const args = readArgs(reader, raw, path, ['bindTimeoutSeconds', 'shape']);
    reader.integer(args['bindTimeoutSeconds'], [...path, 'bindTimeoutSeconds'], 0, MAX_SECONDS);
    if (args['shape'] !== undefined && args['shape'] !== null) {
      reader.problem(
        [...path, 'shape'],
        "'shape' needs the feature gate StorageCapacityScoring, which is off",
        undefined,
        'E1206',
      );
    }
    return {};
  },
  DynamicResources(reader, raw, path) {
    const args = readArgs(reader, raw, path, ['filterTimeout', 'bindingTimeout']);
    readGoDuration(reader, args['filterTimeout'], [...path, 'filterTimeout']);
    readGoDuration(reader, args['bindingTimeout'], [...path, 'bindingTimeout']);
    return {};
  },
};

/**
 * Settles the arguments of the default plugin `name` by what its entry of `pluginConfig` says. A plugin that takes
 * none may only be given none.
 * Source: kubernetes v1.36.2 pkg/scheduler/apis/config/v1/defaults.go, validation/validation_pluginargs.go
 */
export function readPluginArgs(reader: Reader, name: string, raw: unknown, path: Path): Partial<PluginArgs> {
  const args = reader.object(raw, path) ?? {};
  reader.oneOf(args['apiVersion'], [...path, 'apiVersion'], ['kubescheduler.config.k8s.io/v1']);
  reader.oneOf(args['kind'], [...path, 'kind'], [`${name}Args`]);
  const read = READERS[name];
  if (read !== undefined) return read(reader, args, path);
  const given = Object.keys(args).filter((key) => key !== 'apiVersion' && key !== 'kind');
  if (given.length > 0) reader.problem(path, `'${name}' takes no arguments`, undefined, 'E1203');
  return {};
}

function readArgs(reader: Reader, raw: JsonObject, path: Path, keys: readonly string[]): JsonObject {
  return reader.object(raw, path, ['apiVersion', 'kind', ...keys]) ?? {};
}

/**
 * A name as labels and resources have them: `cpu`, `example.com/fpga`.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/apimachinery/pkg/util/validation/validation.go, IsQualifiedName
 */
function readQualifiedName(reader: Reader, raw: unknown, path: Path): string | undefined {
  const name = reader.text(raw, path);
  if (name === undefined || QUALIFIED_NAME.test(name)) return name;
  return reader.problem(path, `'${name}' is no name of a resource or label`);
}

/** Durations of the API are Go's: `10s`, `1m30s`; here only whether it is one. */
function readGoDuration(reader: Reader, raw: unknown, path: Path): void {
  const text = reader.text(raw, path);
  if (text === undefined || text === '0' || /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return;
  reader.problem(path, `'${text}' is no duration like 10s`, undefined, 'E1104');
}

function readPreemptionArgs(reader: Reader, raw: JsonObject, path: Path): PreemptionArgs {
  const args = readArgs(reader, raw, path, ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute']);
  const read = (key: keyof PreemptionArgs, max: number) =>
    reader.integer(args[key], [...path, key], 0, max) ?? DEFAULT_PREEMPTION[key];
  const preemption: PreemptionArgs = {
    minCandidateNodesPercentage: read('minCandidateNodesPercentage', 100),
    minCandidateNodesAbsolute: read('minCandidateNodesAbsolute', LARGEST),
  };
  if (Object.values(preemption).every((least) => least === 0)) {
    reader.problem(path, 'minCandidateNodesPercentage and minCandidateNodesAbsolute cannot both be 0');
  }
  return preemption;
}

function readFitArgs(reader: Reader, raw: JsonObject, path: Path): FitArgs {
  const args = readArgs(reader, raw, path, ['scoringStrategy', 'ignoredResources', 'ignoredResourceGroups']);
  const names = (key: string) =>
    reader.list(args[key], [...path, key], (item, at) => readQualifiedName(reader, item, at));
  const ignoredResourceGroups = names('ignoredResourceGroups');
  ignoredResourceGroups.forEach((group, index) => {
    if (!group.includes('/')) return;
    reader.problem([...path, 'ignoredResourceGroups', index], "a resource group name cannot contain '/'");
  });
  return {
    ...readStrategy(reader, args['scoringStrategy'], [...path, 'scoringStrategy']),
    ignoredResources: names('ignoredResources'),
    ignoredResourceGroups,
  };
}

function readStrategy(
  reader: Reader,
  raw: unknown,
  path: Path,
): Pick<FitArgs, 'strategy' | 'resources' | 'shape'> {
  const strategy = reader.object(raw, path, ['type', 'resources', 'requestedToCapacityRatio']);
  if (strategy === undefined) return DEFAULT_ARGS.fit;
  const typePath = [...path, 'type'];
  const type = reader.oneOf(strategy['type'], typePath, STRATEGIES);
  if (strategy['type'] === undefined) {
    reader.problem(typePath, `'type' is missing: use ${STRATEGIES.join(', ')}`, undefined, 'E1101');
  }
  const ratioPath = [...path, 'requestedToCapacityRatio'];
  const ratio = reader.object(strategy['requestedToCapacityRatio'], ratioPath, ['shape']);
  const shape = readShape(reader, ratio?.['shape'], [...ratioPath, 'shape']);
  if (type === 'RequestedToCapacityRatio') {
    if (shape.length === 0) reader.problem([...ratioPath, 'shape'], 'needs at least one point');
  } else if (ratio !== undefined && type !== undefined) {
    reader.problem(ratioPath, `means nothing with type ${type}`);
  }
  return {
    strategy: type ?? 'LeastAllocated',
    resources: readResources(reader, strategy['resources'], [...path, 'resources'], 100),
    shape,
  };
}

function readBalancedArgs(reader: Reader, raw: JsonObject, path: Path): readonly WeightedResource[] {
  const args = readArgs(reader, raw, path, ['resources']);
  const resources = readResources(reader, args['resources'], [...path, 'resources'], 1);
  resources.forEach(({ name }, index) => {
    if (resources.findIndex((other) => other.name === name) === index) return;
    reader.problem([...path, 'resources', index, 'name'], `'${name}' appears twice`, undefined, 'E1205');
  });
  return resources;
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

function readSpreadArgs(reader: Reader, raw: JsonObject, path: Path): SpreadDefaults {
  const args = readArgs(reader, raw, path, ['defaultConstraints', 'defaultingType']);
  const type =
    reader.oneOf(args['defaultingType'], [...path, 'defaultingType'], ['System', 'List'] as const) ??
    'System';
  const listPath = [...path, 'defaultConstraints'];
  const constraints = readSpread(reader, args['defaultConstraints'], listPath, new Map());
  if (type === 'System' && constraints.length > 0) {
    reader.problem(listPath, 'needs defaultingType List');
  }
  constraints.forEach(({ topologyKey, hard, selector }, index) => {
    readQualifiedName(reader, topologyKey, [...listPath, index, 'topologyKey']);
    if (selector !== null) {
      reader.problem(
        [...listPath, index, 'labelSelector'],
        'defaults have no selector: it follows from each pod',
      );
    }
    const isSame = (other: (typeof constraints)[number]) =>
      other.topologyKey === topologyKey && other.hard === hard;
    if (constraints.findIndex(isSame) < index) {
      reader.problem(
        [...listPath, index],
        `'${topologyKey}' has such a constraint already`,
        undefined,
        'E1205',
      );
    }
  });
  return type === 'System' ? SYSTEM_DEFAULTS : { system: false, constraints };
}

function readInterPodAffinityArgs(reader: Reader, raw: JsonObject, path: Path): InterPodAffinityArgs {
  const weightKey = 'hardPodAffinityWeight';
  const ignoreKey = 'ignorePreferredTermsOfExistingPods';
  const args = readArgs(reader, raw, path, [weightKey, ignoreKey]);
  return {
    hardPodAffinityWeight:
      reader.integer(args[weightKey], [...path, weightKey], 0, 100) ??
      DEFAULT_INTER_POD_AFFINITY.hardPodAffinityWeight,
    ignorePreferredTermsOfExistingPods: reader.boolean(args[ignoreKey], [...path, ignoreKey]) ?? false,
  };
}
