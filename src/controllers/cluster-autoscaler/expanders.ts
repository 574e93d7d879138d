import { exp } from '../../detmath.ts';
import type { ClusterAutoscalerSettings, Expander } from '../../model/autoscaler-plan.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import { MIB } from '../../units.ts';
import type { PodGroup } from './estimator.ts';

/** One way of growing: so many nodes of a group, for these pods. */
export interface ExpansionOption {
  /** Index into the groups of the fleet. */
  readonly group: number;
  readonly name: string;
  readonly shape: InstanceShape;
  readonly nodes: number;
  readonly pods: readonly PodGroup[];
  /** Of one node, per hour; the unit is the caller's. */
  readonly nodePrice: number;
}

/** What expanders look at beside the options. */
export interface ExpanderContext {
  readonly priorities: ClusterAutoscalerSettings['priorities'];
  /** Nodes of the cluster. */
  readonly clusterSize: number;
  /** Of a pod, per hour, in the unit of `nodePrice`. */
  readonly podPrice: (cpuMilli: number, memoryBytes: number) => number;
}

type Filter = (options: readonly ExpansionOption[], context: ExpanderContext) => readonly ExpansionOption[];

/**
 * The options that pass every expander in turn; whoever asks takes one of them at random.
 * Source: kubernetes/autoscaler cluster-autoscaler-1.36.1 expander/factory/chain.go
 */
export function bestOptions(
  options: readonly ExpansionOption[],
  expanders: readonly Expander[],
  context: ExpanderContext,
): readonly ExpansionOption[] {
  let left = options;
  for (const expander of expanders) {
    if (left.length > 1) left = EXPANDER_FILTERS[expander](left, context);
  }
  return left;
}

const EXPANDER_FILTERS: Readonly<Record<Expander, Filter>> = {
  random: (options) => options,
  'most-pods': (options) => lowest(options, (one) => -podsOf(one)),
  'least-nodes': (options) => lowest(options, ({ nodes }) => nodes),
  'least-waste': (options) => lowest(options, wasteOf),
  priority: byPriority,
  price: (options, context) => lowest(options, (one) => priceScore(one, context)),
};

/** All options with exactly the lowest score. */
function lowest(
  options: readonly ExpansionOption[],
  score: (option: ExpansionOption) => number,
): readonly ExpansionOption[] {
  const scores = options.map(score);
  const least = Math.min(...scores);
  return options.filter((_, index) => scores[index] === least);
}

function podsOf({ pods }: ExpansionOption): number {
  return pods.reduce((sum, { count }) => sum + count, 0);
}

function requestedOf({ pods }: ExpansionOption, lane: number): number {
  return pods.reduce((sum, { taskClass, count }) => sum + taskClass.requests[lane]! * count, 0);
}

/**
 * The share of CPU and the share of memory that the pods would leave unused, added: 0 to 2. Of the capacity of the
 * nodes, not of what they offer. Source: as above, expander/waste/waste.go
 */
export function wasteOf(option: ExpansionOption): number {
  const wasted = (lane: number) => {
    const capacity = option.shape.capacity[lane]! * option.nodes;
    return (capacity - requestedOf(option, lane)) / capacity;
  };
  return wasted(LANE.cpu) + wasted(LANE.memory);
}

/**
 * Groups whose name matches an expression of the highest priority that any of them matches; all, if none does.
 * Source: as above, expander/priority/priority.go
 */
function byPriority(
  options: readonly ExpansionOption[],
  { priorities }: ExpanderContext,
): readonly ExpansionOption[] {
  const rankOf = ({ name }: ExpansionOption) =>
    Math.max(
      -1,
      ...priorities
        .filter(({ groups }) => groups.some((text) => new RegExp(text, 'u').test(name)))
        .map(({ priority }) => priority),
    );
  const ranks = options.map(rankOf);
  const highest = Math.max(...ranks);
  return highest < 0 ? options : options.filter((_, index) => ranks[index] === highest);
}

/** A pod that smooths the comparison: 500m CPU and 500 MiB. */
const STABILISING_POD = { cpuMilli: 500, memoryBytes: 500 * MIB };
/** Nodes with GPUs are for pods that need them. */
const GPU_UNFITNESS = 1000;

/**
 *   unfitness  = max(preferred CPU / node CPU, node CPU / preferred CPU)
 *   suppressed = (unfitness − 1) · (1 − tanh((nodes − 1) / 15)) + 1
 *   score      = suppressed · (price of the nodes + s) / (price of the pods + s), s: the stabilising pod's price
 *
 * Source: as above, expander/price/price.go, preferred.go
 */
export function priceScore(option: ExpansionOption, { clusterSize, podPrice }: ExpanderContext): number {
  const { shape, nodes, nodePrice, pods } = option;
  const stabilising = podPrice(STABILISING_POD.cpuMilli, STABILISING_POD.memoryBytes);
  const podPrices = pods.reduce(
    (sum, { taskClass: { requests }, count }) =>
      sum + count * podPrice(requests[LANE.cpu]!, requests[LANE.memory]!),
    0,
  );
  const moneyWell = (nodePrice * nodes + stabilising) / (podPrices + stabilising);
  const cpu = shape.capacity[LANE.cpu]!;
  const preferred = preferredCpuMilli(clusterSize);
  const unfitness = Math.max(preferred / cpu, cpu / preferred);
  const suppressed =
    shape.gpuDevices > 0 ? GPU_UNFITNESS : (unfitness - 1) * (1 - tanh((nodes - 1) / 15)) + 1;
  return suppressed * moneyWell;
}

/** Twice the size with every threefold cluster. */
function preferredCpuMilli(clusterSize: number): number {
  const cores = [
    [2, 1],
    [6, 2],
    [20, 4],
    [60, 8],
    [200, 16],
  ].find(([most]) => clusterSize <= most!);
  return 1000 * (cores?.[1] ?? 32);
}

function tanh(x: number): number {
  const e = exp(2 * x);
  return Number.isFinite(e) ? (e - 1) / (e + 1) : 1;
}
