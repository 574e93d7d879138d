import { WHOLE_SECONDS, billedSeconds, hoursOf } from './billed-time.ts';
import type { Charge } from './ledger.ts';
import type { Money } from './money.ts';

/** Billed seconds of an EKS cluster that lived `durationMs`: whole seconds, rounded up, no minimum. */
export function billedClusterSeconds(durationMs: number): number {
  return billedSeconds(durationMs, WHOLE_SECONDS);
}

/**
 * An EKS cluster on a version in standard support. The control plane of ECS is free.
 * Source: Amazon EKS pricing page; Amazon EKS user guide, kubernetes-versions.adoc.
 */
export function eksCharge(
  cluster: { readonly name: string; readonly region: string },
  price: Money,
  seconds: number,
): Charge {
  return {
    service: 'AmazonEKS',
    dimension: 'eks:standard',
    region: cluster.region,
    az: '-',
    type: '-',
    option: '-',
    unit: 'Hrs',
    price,
    quantity: hoursOf(seconds),
    resource: cluster.name,
    pool: '-',
  };
}
