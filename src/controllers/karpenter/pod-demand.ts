import type { Taint, TaskClass } from '../../model/task-class.ts';
import { isTolerated } from '../../model/toleration.ts';
import type { Pod } from '../../schedulers/kubernetes/pod.ts';
import type { Amounts } from './instance-types.ts';
import {
  combined,
  labelRequirements,
  NO_REQUIREMENTS,
  type Requirements,
  termRequirements,
} from './requirements.ts';

/** What pods of one class ask for, with all or, relaxed, with some of their preferences. */
export type PodSpec = Pick<
  Pod,
  | 'taskClass'
  | 'nodeSelector'
  | 'nodeAffinity'
  | 'tolerations'
  | 'hostPorts'
  | 'spread'
  | 'podAffinity'
  | 'podAntiAffinity'
>;

/** One pod, waiting or on a node. */
export interface KarpenterPod {
  /** `default/web-1`; unique. */
  readonly name: string;
  /** Breaks the last ties. */
  readonly uid: string;
  /** Whole seconds. */
  readonly createdMs: number;
  readonly spec: PodSpec;
  readonly requests: Amounts;
  /** Where it runs; null: nowhere yet. */
  readonly nodeName: string | null;
  /** Waits for room; false for one that would lose its node. */
  readonly pending: boolean;
  /** Its node is being removed already. */
  readonly fromDeletingNode?: boolean;
}

/** What a specification comes to; the same object for the same specification. */
export interface PodDemand {
  readonly spec: PodSpec;
  /** The heaviest preference for nodes counts as required. */
  readonly requirements: Requirements;
  /** Without preferences. */
  readonly strict: Requirements;
  /**
   * Equal texts, equal demands but for what other pods think of these: without constraints between pods, affinity to
   * nodes and host ports. Null: nobody else's is the same.
   */
  readonly plainKey: string | null;
}

/**
 * Source: karpenter v1.14.1 pkg/scheduling/requirements.go, newPodRequirements: of several required terms the first
 * counts; relaxation drops it when it cannot be met.
 */
export function demandOf(spec: PodSpec): PodDemand {
  const { nodeSelector, nodeAffinity, spread, podAffinity, podAntiAffinity } = spec;
  const selected = nodeSelector === null ? NO_REQUIREMENTS : labelRequirements(nodeSelector);
  const first = nodeAffinity.required?.[0];
  const required = first === undefined ? [] : termRequirements(first);
  const preferred = heaviest(nodeAffinity.preferred);
  const strict = combined(selected, required);
  const wanted =
    preferred === undefined
      ? strict
      : combined(combined(selected, termRequirements(preferred.term)), required);
  const terms = [podAffinity, podAntiAffinity].flatMap((one) => [...one.required, ...one.preferred]);
  const isPlain =
    spread.length + terms.length + spec.hostPorts.length === 0 &&
    nodeAffinity.required === null &&
    nodeAffinity.preferred.length === 0;
  return { spec, requirements: wanted, strict, plainKey: isPlain ? plainKeyOf(spec) : null };
}

function plainKeyOf({ taskClass, nodeSelector, tolerations }: PodSpec): string {
  const selected = [...(nodeSelector ?? [])].map((entry) => JSON.stringify(entry)).sort();
  return JSON.stringify([[...taskClass.requests], selected, tolerations]);
}

/** The first of those with the largest weight. */
export function heaviest<T extends { readonly weight: number }>(terms: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const term of terms) if (best === undefined || term.weight > best.weight) best = term;
  return best;
}

/** Karpenter wants every taint tolerated, PreferNoSchedule too, until it relaxes that. */
export function toleratesAll(
  taints: readonly Taint[],
  { tolerations }: Pick<PodSpec, 'tolerations'>,
): boolean {
  return taints.every((taint) => isTolerated(taint, tolerations));
}

/** Do pods of the class and of one of the others want the same port? */
export function portsClash(
  ports: TaskClass['hostPorts'],
  taken: readonly TaskClass['hostPorts'][number][],
): boolean {
  return ports.some((a) =>
    taken.some(
      (b) =>
        a.protocol === b.protocol &&
        a.port === b.port &&
        (a.ip === b.ip || isUnspecified(a.ip) || isUnspecified(b.ip)),
    ),
  );
}

function isUnspecified(ip: string): boolean {
  return ip === '' || ip === '0.0.0.0' || ip === '::';
}
