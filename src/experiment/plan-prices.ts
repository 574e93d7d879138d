import { priceBook } from '../billing/bill-prices.ts';
import type { Plan } from '../model/plan.ts';
import type { BillPrices } from '../model/price-list.ts';
import { fleetOf } from './cluster-run.ts';

/** Throws InputError E2101 for every price that bills of the plan will need and that is not known: before a run, not after. */
export function requirePlanPrices(plan: Plan, prices: BillPrices): void {
  const groups = plan.platforms.flatMap((platform) => fleetOf(plan, platform));
  const paysEks = plan.platforms.some(
    (platform) => platform.kind === 'kubernetes' && platform.controlPlane === 'eks',
  );
  priceBook({
    region: plan.region,
    types: plan.types,
    instances: groups.flatMap(({ types, rootVolume }) => types.map((typeName) => ({ typeName, rootVolume }))),
    loadBalancers: plan.workload.services.flatMap(({ loadBalancer }) => loadBalancer ?? []),
    controlPlane: paysEks ? { kind: 'eks' } : null,
    prices,
  });
}
