import { makeBill } from '../billing/bill.ts';
import { regionBook } from '../billing/region-book.ts';
import type { Plan } from '../model/plan.ts';
import type { BillPrices } from '../model/price-list.ts';
import { fleetOf } from './cluster-run.ts';

/**
 * Throws BillingError with an E2101 for every price that bills of the plan will need and that is not known: before
 * a run, not after. It bills a run in which one instance of each kind lives for a second.
 */
export function requirePlanPrices(plan: Plan, prices: BillPrices): void {
  const groups = plan.platforms.flatMap((platform) => fleetOf(plan, platform));
  const paysEks = plan.platforms.some(
    (platform) => platform.kind === 'kubernetes' && platform.controlPlane === 'eks',
  );
  const balancers = new Map(
    plan.workload.services.flatMap(({ loadBalancer }) =>
      loadBalancer === null ? [] : [[loadBalancer.name, loadBalancer] as const],
    ),
  );
  makeBill({
    region: plan.region,
    startEpochMs: plan.startEpochMs,
    endMs: plan.horizonMs,
    instances: groups.flatMap(({ name, types, zones, rootVolume }, group) =>
      types.map((typeName) => ({
        id: `${group}/${typeName}`,
        typeName,
        groupName: name,
        zone: zones[0] ?? '-',
        runningFromMs: 0,
        endMs: 1000,
        rootVolume,
        usage: new Map(),
        capacityCpuMilli: 1,
        capacityMemoryMiB: 1,
        allocatableCpuMilli: 1,
        allocatableMemoryMiB: 1,
      })),
    ),
    loadBalancers: [...balancers.values()].map(({ name, kind }) => ({ name, kind, fromMs: 0, toMs: 1000 })),
    controlPlane: paysEks ? { kind: 'eks' } : null,
    book: regionBook(plan.region, plan.types, prices),
  });
}
