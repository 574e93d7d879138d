import type { Refusal } from '../../../schedulers/kubernetes/manifests/limit-bounds.ts';
import { objectAmounts, resourceOfKind } from '../../../schedulers/kubernetes/manifests/object-charge.ts';
import type { AppliedObjects } from '../../../schedulers/kubernetes/manifests/object-admission.ts';
import {
  isAbout,
  objectRefusal,
  type PodCharge,
  refusalBy,
  type ResourceQuota,
} from '../../../schedulers/kubernetes/manifests/resource-quota.ts';

/** What quotas have to say of the objects of one kind that a controller makes in a namespace. */
export interface ObjectQuota {
  /** Why another one of that name may not be made, in the API server's words; null: it may. */
  refusal(name: string): string | null;
  /** One is there from now on (1), or no more (-1). */
  count(sign: 1 | -1): void;
}

/**
 * The ResourceQuotas of a run, with what they have charged. A pod counts from when it is made until it has ended or is
 * gone; what it gives back is free at once (the real controller takes a moment).
 * Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/pods.go, QuotaV1Pod.
 */
export class ResourceQuotas {
  readonly #quotas: readonly { readonly quota: ResourceQuota; readonly used: Map<string, bigint> }[];

  /** `applied`: what objects that were there before have taken. */
  constructor(quotas: readonly ResourceQuota[], applied?: AppliedObjects) {
    this.#quotas = quotas.map((quota) => ({ quota, used: new Map(applied?.used.get(quota)) }));
  }

  /** Those on objects of a kind (Job, ReplicaSet) in a namespace; undefined: nothing limits them. */
  ofObjects(kind: string, namespace: string): ObjectQuota | undefined {
    const amounts = objectAmounts(kind, {});
    const own = this.#quotas.filter(
      ({ quota }) =>
        quota.namespace === namespace &&
        quota.scopes.length === 0 &&
        [...amounts.keys()].some((name) => quota.hard.has(name)),
    );
    if (own.length === 0) return undefined;
    return {
      refusal: (name) => {
        for (const { quota, used } of own) {
          const why = objectRefusal(quota, used, amounts);
          if (why !== null) return `${resourceOfKind(kind)} "${name}" is forbidden: ${why}`;
        }
        return null;
      },
      count: (sign) => {
        for (const { quota, used } of own) {
          for (const [name, amount] of amounts) {
            if (quota.hard.has(name)) used.set(name, (used.get(name) ?? 0n) + BigInt(sign) * amount);
          }
        }
      },
    };
  }

  /** Why a pod may not be made, in the API server's words; null: it may. */
  refusal(charge: PodCharge | null): Refusal | null {
    if (charge === null) return null;
    for (const { quota, used } of this.#quotas) {
      const why = isAbout(quota, charge) ? refusalBy(quota, used, charge) : null;
      if (why !== null) return { reason: 'Forbidden', why };
    }
    return null;
  }

  /** A pod is there from now on (1), or no more (-1). */
  count(charge: PodCharge | null, sign: 1 | -1): void {
    if (charge === null) return;
    for (const { quota, used } of this.#quotas) {
      if (!isAbout(quota, charge)) continue;
      for (const name of quota.hard.keys()) {
        const amount = charge.amounts.get(name) ?? 0n;
        used.set(name, (used.get(name) ?? 0n) + (sign === 1 ? amount : -amount));
      }
    }
  }

  /** What a quota has charged of a resource, in billionths. */
  used(namespace: string, name: string, resource: string): bigint {
    const found = this.#quotas.find(({ quota }) => quota.namespace === namespace && quota.name === name);
    return found?.used.get(resource) ?? 0n;
  }
}
