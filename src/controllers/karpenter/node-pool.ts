import type { ResourceTable } from '../../model/resources.ts';
import type { Taint } from '../../model/task-class.ts';
import type { NodePoolObject } from '../../schedulers/kubernetes/manifests/node-pool.ts';
import { laneAmount } from '../../schedulers/kubernetes/quantity.ts';
import { laneOfResource } from '../../schedulers/kubernetes/resource-names.ts';
import type { IntOrPercent } from '../kubernetes/int-or-percent.ts';
import { compare } from './instance-types.ts';
import { type Requirement, requirement } from './requirement.ts';
import { combined, labelRequirements, NO_REQUIREMENTS, type Requirements } from './requirements.ts';

export type DisruptionReason = 'Empty' | 'Drifted' | 'Underutilized';

/** How many nodes of a pool may go at the same time. */
export interface PoolBudget {
  readonly nodes: IntOrPercent;
  /** Null: for every reason. */
  readonly reasons: readonly DisruptionReason[] | null;
  /** From each time of a cron schedule (UTC) on, for so long; null: always. */
  readonly window: { readonly schedule: string; readonly durationMs: number } | null;
}

export type ConsolidationPolicy = 'WhenEmpty' | 'WhenEmptyOrUnderutilized' | 'Balanced';

/** In the place of a lane: the number of nodes. */
export const NODES = -1;

/** A NodePool (karpenter.sh/v1), as far as decisions depend on it. */
export interface NodePool {
  readonly name: string;
  /** Higher goes first. */
  readonly weight: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly requirements: readonly Requirement[];
  readonly taints: readonly Taint[];
  /** Upper limits of the capacity of all its nodes, by lane; under `NODES` that of their number. */
  readonly limits: ReadonlyMap<number, number>;
  readonly consolidationPolicy: ConsolidationPolicy;
  /** A node may be consolidated once no pod has come or gone for so long; null: never. */
  readonly consolidateAfterMs: number | null;
  readonly budgets: readonly PoolBudget[];
}

/** What the template of a pool says of its nodes: requirements and labels. */
export function templateRequirements({ requirements, labels }: NodePool): Requirements {
  return combined(combined(NO_REQUIREMENTS, requirements), labelRequirements(labels).values());
}

/** Labels that every node of Karpenter gets in the end; daemons may ask for them. */
const LIFE_LABELS = ['karpenter.sh/registered', 'karpenter.sh/initialized'];

/** `templateRequirements`, and the labels that Karpenter adds. */
export function claimRequirements(pool: NodePool): Requirements {
  const own = [
    requirement('karpenter.sh/nodepool', 'In', [pool.name]),
    ...LIFE_LABELS.map((key) => requirement(key, 'In', ['true'])),
  ];
  return combined(templateRequirements(pool), own);
}

/**
 * In the order in which they are tried: the heaviest first, equal weights by name, the last first.
 * Source: karpenter v1.14.1 pkg/utils/nodepool/nodepool.go, OrderByWeight
 */
export function inOrderOfWeight(pools: readonly NodePool[]): NodePool[] {
  return [...pools].sort((a, b) => b.weight - a.weight || compare(b.name, a.name));
}

/** The pool of an API object; limits on resources that no lane holds bound nothing, as no node offers them. */
export function nodePoolOf(object: NodePoolObject, table: ResourceTable): NodePool {
  const limits = new Map<number, number>();
  for (const [name, nano] of object.limits) {
    const lane = name === 'nodes' ? NODES : laneOfResource(table, name);
    if (lane >= 0 || name === 'nodes') limits.set(lane, laneAmount(name, nano) ?? Number.MAX_SAFE_INTEGER);
  }
  const requirements = object.requirements.map(({ key, operator, values, minValues }) =>
    requirement(key, operator, values, minValues),
  );
  return { ...object, requirements, limits };
}
