import type { Refusal } from '../../../schedulers/kubernetes/manifests/limit-bounds.ts';
import {
  isAbout,
  type PodCharge,
  refusalBy,
  type ResourceQuota,
} from '../../../schedulers/kubernetes/manifests/resource-quota.ts';

/**
 * The ResourceQuotas of a run, with what they have charged. A pod counts from when it is made until it has ended or is
 * gone; what it gives back is free at once (the real controller takes a moment).
 * Source: kubernetes v1.36.2 pkg/quota/v1/evaluator/core/pods.go, QuotaV1Pod.
 */
export class ResourceQuotas {
  readonly #quotas: readonly { readonly quota: ResourceQuota; readonly used: Map<string, bigint> }[];

  constructor(quotas: readonly ResourceQuota[]) {
    this.#quotas = quotas.map((quota) => ({ quota, used: new Map() }));
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
