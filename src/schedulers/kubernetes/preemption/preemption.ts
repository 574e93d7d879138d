import { NO_INSTANCE, type RandomDraws, type Refusal } from '../../scheduler.ts';
import type { Cycle } from '../cycle.ts';
import { failureMessage } from '../failure-message.ts';
import type { Cluster } from '../framework.ts';
import type { Pod, PodTable } from '../pod.ts';
import type { DisruptionBudget } from './disruption-budget.ts';
import { leastHarmful } from './node-choice.ts';
import type { Trial } from './trial.ts';
import { type Candidate, selectVictims } from './victims.ts';

/** How many candidates are enough: a share of the nodes in question, and at least so many. */
export interface PreemptionArgs {
  readonly minCandidateNodesPercentage: number;
  readonly minCandidateNodesAbsolute: number;
}

export const DEFAULT_PREEMPTION: PreemptionArgs = {
  minCandidateNodesPercentage: 10,
  minCandidateNodesAbsolute: 100,
};

/** What DefaultPreemption makes of a pod that fits nowhere. Evicting the victims and remembering the nomination is up to the caller. */
export interface Preemption {
  /** The node to nominate, or `NO_INSTANCE`. */
  readonly nominated: number;
  /** Task slots to evict from it, in this order. */
  readonly victims: readonly number[];
  /** Why the pod may not preempt at all. */
  readonly notEligible: string | null;
  /** Nodes that evictions could help, in the order of the node list. */
  readonly potential: readonly number[];
  /** In the order of trying. */
  readonly candidates: readonly Candidate[];
  /** Nodes that do not fit the pod even without all tasks of lower priority, and why. */
  readonly failures: readonly { readonly slot: number; readonly refusal: Refusal }[];
  /** The candidates that no rule tells apart; the first is nominated. */
  readonly best: readonly Candidate[];
  /** Why nothing was nominated, in kube-scheduler's words; empty otherwise. */
  readonly message: string;
}

export interface PreemptionInput {
  readonly cluster: Cluster;
  readonly pods: PodTable;
  readonly pod: Pod;
  /** What the cycle that found no node for the pod said of the nodes. */
  readonly cycle: Pick<Cycle, 'verdicts'>;
  /** Begun with the pod. */
  readonly trial: Trial;
  readonly budgets: readonly DisruptionBudget[];
  readonly args: PreemptionArgs;
  /** One draw, if there is a node to try: where trying begins. */
  readonly random: RandomDraws;
}

const NOT_HELPFUL: Refusal = {
  rule: '',
  reasons: ['Preemption is not helpful for scheduling'],
  resolvable: false,
};

/**
 * Looks for a node on which the pod would fit if tasks of lower priority were evicted, and chooses the one where that
 * does the least harm. kube-scheduler tries the nodes in no particular order; here it is that of the node list, from a
 * random place on.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/preemption/preemption.go, plugins/defaultpreemption
 */
export function preempt(input: PreemptionInput): Preemption {
  const { cluster, cycle, trial } = input;
  const notEligible = whyNotEligible(input);
  if (notEligible !== null) return { ...NO_PREEMPTION, notEligible, message: notEligible };
  const refusals = new Map(cycle.verdicts.map(({ slot, refusal }) => [slot, refusal]));
  const potential = [...cluster.nodes].filter((slot) => refusals.get(slot)?.resolvable === true);
  const { candidates, failures } = tryNodes(input, potential);
  const best = leastHarmful(trial.view, candidates);
  const chosen = best[0];
  return {
    nominated: chosen?.slot ?? NO_INSTANCE,
    victims: chosen?.victims ?? [],
    notEligible: null,
    potential,
    candidates,
    failures,
    best,
    message:
      chosen === undefined
        ? failureMessage(
            cluster.nodeCount,
            failures.map(({ refusal }) => refusal),
            NOT_HELPFUL,
          )
        : '',
  };
}

/** Nobody is evicted, and there is nothing to say about it. */
export const NO_PREEMPTION: Preemption = {
  nominated: NO_INSTANCE,
  victims: [],
  notEligible: null,
  potential: [],
  candidates: [],
  failures: [],
  best: [],
  message: '',
};

/** A pod that waits for its victims to go does not ask for more of them, unless its node has become unfit for it. */
function whyNotEligible({ cluster, pods, pod, cycle, trial }: PreemptionInput): string | null {
  if (pod.neverPreempts) return 'not eligible due to preemptionPolicy=Never.';
  const { own } = trial;
  const verdict = cycle.verdicts.find(({ slot }) => slot === own);
  if (verdict?.refusal?.resolvable !== true) return null;
  const { firstTask, nextTask, taskClass } = cluster.view;
  for (let task = firstTask[own]!; task >= 0; task = nextTask[task]!) {
    const other = pods.pod(taskClass[task]!);
    if (other.preempted && other.taskClass.priority < pod.taskClass.priority) {
      return 'not eligible due to a terminating pod on the nominated node.';
    }
  }
  return null;
}

/** Tries node after node until there are enough candidates, one of them without a broken budget; those come first. */
function tryNodes(
  { pod, trial, budgets, args, random }: PreemptionInput,
  potential: readonly number[],
): Pick<Preemption, 'candidates' | 'failures'> {
  const nodes = potential.length;
  const offset = nodes === 0 ? 0 : Math.floor(random.double() * nodes);
  const share = Math.floor((nodes * args.minCandidateNodesPercentage) / 100);
  const enough = Math.min(nodes, Math.max(share, args.minCandidateNodesAbsolute));
  const harmless: Candidate[] = [];
  const violating: Candidate[] = [];
  const failures: { slot: number; refusal: Refusal }[] = [];
  for (let i = 0; i < nodes; i++) {
    const slot = potential[(offset + i) % nodes]!;
    const outcome = selectVictims(trial, slot, pod.taskClass.priority, budgets);
    if ('rule' in outcome) {
      failures.push({ slot, refusal: outcome });
      continue;
    }
    (outcome.violations === 0 ? harmless : violating).push(outcome);
    if (harmless.length > 0 && harmless.length + violating.length >= enough) break;
  }
  return { candidates: [...harmless, ...violating], failures };
}

/**
 * What a failed pod's message says after the reasons of the nodes: the words of the PostFilter plugins that are
 * enabled. Empty when a node was nominated. A pod that was refused before any node was looked at leaves
 * DynamicResources without its state, which is all that the message then says.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/runtime/framework.go, RunPostFilterPlugins
 */
export function postFilterMessage(
  plugins: readonly string[],
  isRejected: boolean,
  preemption: Pick<Preemption, 'nominated' | 'message'>,
): string {
  if (isRejected && plugins.includes('DynamicResources')) return ' not found';
  const isPreempting = plugins.includes('DefaultPreemption');
  if (isPreempting && preemption.nominated !== NO_INSTANCE) return '';
  const words = [
    ...(plugins.includes('DynamicResources') ? ['no new claims to deallocate'] : []),
    ...(isPreempting ? [`preemption: ${preemption.message}`] : []),
  ];
  return words.length === 0 ? '' : ` ${words.join(', ')}`;
}
