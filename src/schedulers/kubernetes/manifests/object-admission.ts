import { objectAt } from '../reader.ts';
import type { NamedObject } from './api-object.ts';
import { objectAmounts, resourceOfKind } from './object-charge.ts';
import { objectRefusal, type ResourceQuota } from './resource-quota.ts';

/** What became of the objects of the manifests when they were applied, one after the other. */
export interface AppliedObjects {
  /** By position: why the API server did not take the object, in its words. */
  readonly refused: ReadonlyMap<number, string>;
  /** By quota: what those that are there have taken of it, in billionths. */
  readonly used: ReadonlyMap<ResourceQuota, ReadonlyMap<string, bigint>>;
}

/**
 * Applies the objects that quotas count in their order; those with a creation timestamp are there before all others, whatever
 * the quotas say. Pods are asked for when they come.
 */
export function applyObjects(
  named: readonly (NamedObject | undefined)[],
  quotas: readonly ResourceQuota[],
): AppliedObjects {
  const used = new Map(quotas.map((quota) => [quota, new Map<string, bigint>()]));
  const refused = new Map<number, string>();
  const isStored = (one: NamedObject) => objectAt(one.object, 'metadata')['creationTimestamp'] !== undefined;
  for (const stored of [true, false]) {
    named.forEach((one, index) => {
      if (quotas.length === 0 || one === undefined || isStored(one) !== stored) return;
      const amounts = objectAmounts(one.kind, one.object);
      const own = quotas.filter(({ namespace }) => namespace === one.namespace);
      const why = stored ? null : firstRefusal(own, used, amounts);
      if (why !== null) refused.set(index, `${resourceOfKind(one.kind)} "${one.name}" is forbidden: ${why}`);
      else for (const quota of own) charge(used.get(quota)!, quota, amounts);
    });
  }
  return { refused, used };
}

function firstRefusal(
  quotas: readonly ResourceQuota[],
  used: ReadonlyMap<ResourceQuota, Map<string, bigint>>,
  amounts: ReadonlyMap<string, bigint>,
): string | null {
  for (const quota of quotas) {
    const why = objectRefusal(quota, used.get(quota)!, amounts);
    if (why !== null) return why;
  }
  return null;
}

function charge(
  used: Map<string, bigint>,
  { hard, scopes }: ResourceQuota,
  amounts: ReadonlyMap<string, bigint>,
): void {
  if (scopes.length > 0) return;
  for (const [name, amount] of amounts) if (hard.has(name)) used.set(name, (used.get(name) ?? 0n) + amount);
}
