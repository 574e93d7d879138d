import { type BilledInstance, makeBill } from '../billing/bill.ts';
import { BillingError, type BillingProblem } from '../billing/billing-problem.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';
import type { BillPrices } from '../model/price-list.ts';
import { HOUR } from '../units.ts';
import type { FargateTask } from '../billing/usage.ts';
import { fargateOf } from './run/fargate-machines.ts';
import { fleetOf } from './run/plan-parts.ts';
import { billInput } from './run-bill.ts';
import type { TaskFacts } from './run-usage.ts';

/**
 * Throws BillingError with everything that will keep a bill of the plan from being made, every missing price (E2101)
 * among it: before a run, not after. It bills a run of each platform in which one instance of each kind lives for a
 * second and tasks of every group hold places in every zone.
 */
export function requirePlanPrices(plan: Plan, prices: BillPrices): void {
  const problems = new Map<string, BillingProblem>();
  for (const platform of plan.platforms) {
    const facts = { plan, platform, endMs: plan.horizonMs };
    const instances = sampleInstances(plan, platform);
    try {
      const fargate = sampleFargate(plan, platform);
      makeBill(billInput({ ...facts, instances, fargate, tasks: sampleTasks(plan, platform) }, prices));
    } catch (error) {
      if (!(error instanceof BillingError)) throw error;
      for (const problem of error.problems) problems.set(`${problem.kind} ${problem.resource}`, problem);
    }
  }
  if (problems.size > 0) throw new BillingError([...problems.values()]);
}

function sampleInstances(plan: Plan, platform: PlatformPlan): BilledInstance[] {
  const capacity = {
    capacityCpuMilli: 1,
    capacityMemoryMiB: 1,
    allocatableCpuMilli: 1,
    allocatableMemoryMiB: 1,
  };
  return fleetOf(plan, platform).flatMap(({ name, types, zones, rootVolume }, group) =>
    types.map((typeName) => ({
      ...capacity,
      id: `${group}/${typeName}`,
      typeName,
      groupName: name,
      zone: zones[0] ?? '-',
      runningFromMs: 0,
      endMs: Math.min(1000, plan.horizonMs),
      rootVolume,
      usage: new Map(),
    })),
  );
}

/** A task of each provider in use. */
function sampleFargate({ region, startEpochMs }: Plan, platform: PlatformPlan): FargateTask[] {
  const fargate = fargateOf(platform);
  if (fargate === undefined) return [];
  return fargate.strategy.map(({ capacityProvider }) => ({
    id: `fargate/${capacityProvider}`,
    region,
    zone: fargate.zones[0] ?? '-',
    platform: fargate.architecture === 'arm64' ? 'linux-arm' : 'linux-x86',
    option: capacityProvider === 'FARGATE_SPOT' ? 'fargate-spot' : 'fargate',
    cpuUnits: 256,
    memoryMiB: 512,
    pullStartMs: startEpochMs,
    endMs: startEpochMs + 1000,
  }));
}

function sampleTasks(plan: Plan, platform: PlatformPlan): TaskFacts {
  const { services, jobs, traces, distributions } = plan.workload;
  const names = [...services, ...jobs, ...traces, ...distributions].map(({ name }) => name);
  const zones = fleetOf(plan, platform).flatMap((group) => group.zones);
  const everywhere = new Map(zones.map((zone) => [zone, 1n]));
  return {
    heldMs: new Map(names.map((name) => [name, BigInt(HOUR)])),
    heldByZone: new Map(names.map((name) => [name, everywhere])),
    pulledBytes: 1n,
  };
}
