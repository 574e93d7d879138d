import { type Diagnostic, InputError } from '../errors.ts';
import type { InstanceType } from '../model/instance-type.ts';
import type { RootVolume } from '../model/plan.ts';
import type { BillPrices, LoadBalancerKind } from '../model/price-list.ts';
import { type VolumePart, volumeParts } from './ebs.ts';
import { type Money, fromE10 } from './money.ts';

/** What a bill must have prices for. */
export interface BilledThings {
  readonly region: string;
  readonly types: readonly InstanceType[];
  readonly instances: readonly { readonly typeName: string; readonly rootVolume: RootVolume }[];
  readonly loadBalancers: readonly { readonly kind: LoadBalancerKind }[];
  readonly controlPlane: { readonly kind: 'eks' } | null;
  readonly prices: BillPrices;
}

/** Every price that the bill needs; USD. */
export interface PriceBook {
  /** Per hour, by instance type. */
  readonly instance: ReadonlyMap<string, Money>;
  readonly volume: ReadonlyMap<RootVolume, readonly VolumePart[]>;
  /** Per hour; looked up only for what is there. */
  readonly loadBalancer: ReadonlyMap<LoadBalancerKind, Money>;
  readonly cluster: Money | null;
}

/**
 * Looks up the prices of everything on the bill. Throws one InputError with an E2101 for each that is not
 * known: none is ever taken for zero.
 */
export function priceBook(things: BilledThings): PriceBook {
  const { region, types, instances, loadBalancers, controlPlane, prices } = things;
  const missing: string[] = [];

  const instance = new Map(types.map(({ name, priceE10PerHour }) => [name, fromE10(priceE10PerHour)]));
  for (const typeName of new Set(instances.map((one) => one.typeName))) {
    if (!instance.has(typeName)) missing.push(`instances of type ${typeName}`);
  }

  const volume = new Map<RootVolume, readonly VolumePart[]>();
  const unpriced = new Set<string>();
  for (const { rootVolume } of instances) {
    if (volume.has(rootVolume)) continue;
    const parts = volumeParts(rootVolume, prices.ebs[rootVolume.type]);
    if (!parts) unpriced.add(rootVolume.type);
    volume.set(rootVolume, parts ?? []);
  }
  missing.push(...[...unpriced].map((type) => `EBS volumes of type ${type}`));

  const loadBalancer = new Map<LoadBalancerKind, Money>();
  for (const kind of new Set(loadBalancers.map((one) => one.kind))) {
    const priceE10 = prices.services.loadBalancerE10PerHour[kind];
    if (priceE10 === null) missing.push(`load balancers of kind ${kind}`);
    else loadBalancer.set(kind, fromE10(priceE10));
  }

  const clusterE10 = prices.services.eksClusterE10PerHour;
  if (controlPlane && clusterE10 === null) missing.push('an EKS control plane');

  if (missing.length > 0) throw new InputError(missing.map((what) => missingPrice(what, region)));
  return { instance, volume, loadBalancer, cluster: clusterE10 === null ? null : fromE10(clusterE10) };
}

function missingPrice(what: string, region: string): Diagnostic {
  return {
    severity: 'error',
    code: 'E2101',
    message: `Cannot bill ${what} in ${region}: no price is known`,
    hint: 'choose a region whose prices are known',
  };
}
