import { type RandomDraws, type Refusal, type RuleScore, NO_INSTANCE } from '../scheduler.ts';
import { failureMessage } from './failure-message.ts';
import type { Cluster, Plugin, ScoreRule } from './framework.ts';
import { type Selection, selectHost } from './host-selection.ts';
import type { PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Trial } from './preemption/trial.ts';
import { feasibleNodesToFind } from './sampling.ts';

export interface CycleOptions {
  /** Where the search for feasible nodes begins in the node list. */
  readonly start: number;
  readonly percentageOfNodesToScore: number;
  readonly selection: Selection;
  readonly random: RandomDraws;
  /** Begun with the pod, when pods are nominated to nodes. */
  readonly nominees?: Trial | null;
  /** What the cycle before left for this pod, if it did, see `Batch`. */
  readonly batch?: { readonly precedent: number; hint(): number } | null;
}

/** Everything that one scheduling cycle found out. Slots throughout. */
export interface Cycle {
  /** Plugins whose PreFilter said Skip. */
  readonly preFilterSkipped: readonly string[];
  /** Names that PreFilter narrowed the search to; null: all nodes. */
  readonly nodeNames: ReadonlySet<string> | null;
  /** PreFilter's refusal of every node. */
  readonly rejected: Refusal | null;
  /** The node that the cycle before left as next best for such a pod; `NO_INSTANCE` when it left none. */
  readonly hint: number;
  /** In the order of looking; the search may have ended before all nodes were seen. */
  readonly verdicts: readonly { readonly slot: number; readonly refusal: Refusal | null }[];
  /** In the order in which they were found. */
  readonly feasible: Int32Array;
  /** Plugins whose PreScore said Skip. */
  readonly preScoreSkipped: readonly string[];
  /** Per feasible node; no entries in a profile without score plugins, where every total is 1. */
  readonly scores: readonly (readonly RuleScore[])[];
  readonly totals: Float64Array;
  readonly best: readonly number[];
  readonly chosen: number;
  /** Start of the next cycle's search. */
  readonly nextStart: number;
  /** Why no node was found; empty otherwise. */
  readonly message: string;
}

/** A cycle that never took place: nothing was looked at. */
export const NO_CYCLE: Cycle = {
  preFilterSkipped: [],
  nodeNames: null,
  rejected: null,
  hint: NO_INSTANCE,
  verdicts: [],
  feasible: new Int32Array(0),
  preScoreSkipped: [],
  scores: [],
  totals: new Float64Array(0),
  best: [],
  chosen: NO_INSTANCE,
  nextStart: 0,
  message: '',
};

const NO_BATCH: NonNullable<CycleOptions['batch']> = { precedent: NO_INSTANCE, hint: () => NO_INSTANCE };
const NO_NODES: Refusal = { rule: '', reasons: ['no nodes available to schedule pods'], resolvable: false };

/**
 * One scheduling cycle, written for reading: every plugin is asked about every node that comes into question. The
 * oracle of the scheduler's fast path. Source: kubernetes v1.36.2 pkg/scheduler/schedule_one.go, schedulePod
 */
export function runCycle(plugins: PluginSet, cluster: Cluster, pod: Pod, options: CycleOptions): Cycle {
  const { nodeCount } = cluster;
  if (nodeCount === 0)
    return unschedulable(NO_NODES, NO_NODES.reasons[0]!, options, { skipped: [], names: null });
  const preparation = runPreFilters(plugins, cluster, pod);
  const { skipped, names, rejected } = preparation;
  if (rejected !== null) {
    const message = `0/${nodeCount} nodes are available: ${rejected.reasons.join(', ')}.`;
    return unschedulable(rejected, message, options, preparation);
  }
  const search = findFeasible(plugins, cluster, pod, options, preparation);
  const { feasible, verdicts } = search;
  const preScored = plugins.preScores.map((plugin) => ({
    name: plugin.name,
    runs: plugin.preScore!(pod, cluster, feasible, feasible.length),
  }));
  const preScoreSkipped = preScored.filter(({ runs }) => !runs).map(({ name }) => name);
  const scores = plugins.isScoring ? scoreAll(plugins, cluster, pod, feasible, preScoreSkipped) : [];
  const totals = Float64Array.from(feasible, (_, i) =>
    plugins.isScoring ? scores[i]!.reduce((sum, { weighted }) => sum + weighted, 0) : 1,
  );
  const found = feasible.length > 0;
  const wrapAt = indexOfWrap([...feasible].map((slot) => cluster.nodes.indexOf(slot)));
  const nodes = { slots: feasible, instanceIds: cluster.view.instanceId };
  const winner = found
    ? selectHost(totals, feasible.length, wrapAt, options.selection, options.random, nodes)
    : 0;
  const best = found ? Math.max(...totals) : 0;
  const absent: Refusal | null =
    names === null ? null : { ...NO_NODES, reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"] };
  return {
    preFilterSkipped: skipped,
    nodeNames: names,
    rejected: null,
    hint: search.hint,
    verdicts,
    feasible,
    preScoreSkipped,
    scores,
    totals,
    best: [...feasible].filter((_, i) => totals[i] === best),
    chosen: found ? feasible[winner]! : NO_INSTANCE,
    nextStart: search.nextStart,
    message: found
      ? ''
      : failureMessage(
          nodeCount,
          verdicts.flatMap(({ refusal }) => refusal ?? []),
          absent,
        ),
  };
}

/** Where positions in the node list start again from the beginning; their number if they do not. */
function indexOfWrap(positions: readonly number[]): number {
  const wrap = positions.findIndex((position, i) => i > 0 && position < positions[i - 1]!);
  return wrap < 0 ? positions.length : wrap;
}

interface Preparation {
  readonly skipped: readonly string[];
  readonly names: ReadonlySet<string> | null;
}

function runPreFilters(
  plugins: PluginSet,
  cluster: Cluster,
  pod: Pod,
): Preparation & { readonly rejected: Refusal | null } {
  const skipped: string[] = [];
  let names: ReadonlySet<string> | null = null;
  for (const plugin of plugins.preFilters) {
    const outcome = plugin.preFilter!(pod, cluster);
    if (outcome.kind === 'refused') return { skipped, names: null, rejected: outcome.refusal };
    if (outcome.kind === 'skip') skipped.push(plugin.name);
    // Only NodeAffinity narrows the search, so there is nothing to intersect.
    if (outcome.kind === 'nodes') names = outcome.names;
  }
  return { skipped, names, rejected: null };
}

/** Filters node after node from `start` on, round the list, until one more than enough passed; that one is not kept. */
function findFeasible(
  plugins: PluginSet,
  cluster: Cluster,
  pod: Pod,
  options: CycleOptions,
  { skipped, names }: Preparation,
): Pick<Cycle, 'hint' | 'feasible' | 'verdicts' | 'nextStart'> {
  const filters = plugins.filters.filter(({ name }) => !skipped.includes(name));
  const nodes = [...cluster.nodes].filter(
    (slot) => names === null || names.has(cluster.attributes(slot).name),
  );
  const nominees = options.nominees ?? null;
  const refusalAt = (slot: number) =>
    nominees?.nomineesRefusal(slot) ?? firstRefusal(filters, cluster, pod, slot);
  const verdicts: { slot: number; refusal: Refusal | null }[] = [];
  const { precedent, hint: foresee } = options.batch ?? NO_BATCH;
  const isHinted = precedent !== NO_INSTANCE && firstRefusal(filters, cluster, pod, precedent) !== null;
  const hint = isHinted ? foresee() : NO_INSTANCE;
  // The pod's own nomination comes first, or else the hint, and is taken without looking further.
  const own = nominees?.own ?? NO_INSTANCE;
  const first = own === NO_INSTANCE ? hint : cluster.nodes.includes(own) ? own : NO_INSTANCE;
  if (first !== NO_INSTANCE) {
    verdicts.push({ slot: first, refusal: refusalAt(first) });
    if (verdicts[0]!.refusal === null) {
      return { hint, feasible: Int32Array.of(first), verdicts, nextStart: options.start };
    }
  }
  const enough = plugins.isScoring ? feasibleNodesToFind(nodes.length, options.percentageOfNodesToScore) : 1;
  const feasible: number[] = [];
  for (let i = 0; i < nodes.length; i++) {
    const slot = nodes[(options.start + i) % nodes.length]!;
    if (slot === first) continue;
    const refusal = refusalAt(slot);
    if (refusal === null) {
      if (feasible.length === enough) break;
      feasible.push(slot);
    }
    verdicts.push({ slot, refusal });
  }
  return {
    hint,
    feasible: Int32Array.from(feasible),
    verdicts,
    nextStart: (options.start + verdicts.length) % cluster.nodeCount,
  };
}

function firstRefusal(filters: readonly Plugin[], cluster: Cluster, pod: Pod, slot: number): Refusal | null {
  for (const plugin of filters) {
    const refusal = refusalOf(plugin, cluster, pod, slot);
    if (refusal !== null) return refusal;
  }
  return null;
}

/** Why this plugin refuses the node, or null. */
export function refusalOf({ filter }: Plugin, cluster: Cluster, pod: Pod, slot: number): Refusal | null {
  switch (filter?.dependsOn) {
    case undefined:
      return null;
    case 'attributes':
      return filter.check(pod, cluster.attributes(slot));
    case 'tasks':
      return filter.passes(pod, slot, cluster) ? null : filter.refusal(pod, slot, cluster);
    case 'cluster':
      return filter.check(pod, slot, cluster);
  }
}

/** Scores of all plugins that did not skip, node by node. */
function scoreAll(
  plugins: PluginSet,
  cluster: Cluster,
  pod: Pod,
  feasible: Int32Array,
  skipped: readonly string[],
): RuleScore[][] {
  const columns = plugins.scores
    .filter(({ plugin }) => !skipped.includes(plugin.name))
    .map(({ plugin, weight }) => {
      const rule = plugin.score!;
      const raw = rawScores(rule, cluster, pod, feasible);
      const normalised = raw.slice();
      if (rule.dependsOn !== 'tasks') rule.normalise?.(normalised, feasible, feasible.length);
      return { name: plugin.name, weight, raw, normalised };
    });
  return Array.from(feasible, (_, i) =>
    columns.map(({ name, weight, raw, normalised }) => ({
      rule: name,
      raw: raw[i]!,
      normalised: normalised[i]!,
      weighted: normalised[i]! * weight,
    })),
  );
}

function rawScores(rule: ScoreRule, cluster: Cluster, pod: Pod, feasible: Int32Array): Float64Array {
  const scores = new Float64Array(feasible.length);
  if (rule.dependsOn === 'cluster') {
    rule.raw(pod, cluster, feasible, feasible.length, scores);
    return scores;
  }
  return scores.map((_, i) =>
    rule.dependsOn === 'attributes'
      ? rule.raw(pod, cluster.attributes(feasible[i]!))
      : rule.raw(pod, feasible[i]!, cluster),
  );
}

/** The cycle ended before any node was looked at; the start index stays where it is. */
function unschedulable(
  rejected: Refusal,
  message: string,
  { start }: CycleOptions,
  { skipped, names }: Preparation,
): Cycle {
  return { ...NO_CYCLE, preFilterSkipped: skipped, nodeNames: names, rejected, nextStart: start, message };
}
