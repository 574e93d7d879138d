import { type Bill, type BilledInstance, type BillInput, makeBill } from '../billing/bill.ts';
import { fraction } from '../billing/money.ts';
import { regionBook, withPlanRates } from '../billing/region-book.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';
import type { BillPrices } from '../model/price-list.ts';
import { LANE } from '../model/resources.ts';
import { MIB } from '../units.ts';
import { type ClusterRun, fleetOf } from './cluster-run.ts';
import { billingUsage, instanceTerms, type TaskFacts } from './run-usage.ts';

/** The bill of a finished run: lifetimes and use of every instance that ran, at the prices of the plan's region. */
export function billOf(run: ClusterRun, prices: BillPrices, endMs: number): Bill {
  return makeBill(runBillInput(run, prices, endMs));
}

/** The usage record of a finished run: `makeBill` of it is the bill, and of a changed one the bill of a "what if". */
export function runBillInput(run: ClusterRun, prices: BillPrices, endMs: number): BillInput {
  const { plan, platform } = run.input;
  const instances = billedInstances(run, endMs);
  return billInput({ plan, platform, endMs, instances, tasks: taskFacts(run) }, prices);
}

/** What the bill of a platform's run depends on: lifetimes, and the time that tasks held their places. */
export interface RunFacts {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly endMs: number;
  readonly instances: readonly BilledInstance[];
  readonly tasks: TaskFacts;
}

/** The usage record of the facts of a run, with everything that the billing section of its plan states. */
export function billInput(facts: RunFacts, prices: BillPrices): BillInput {
  const { plan, platform, endMs, instances, tasks } = facts;
  const { billing } = plan;
  const list = new Map([...(prices.list ?? []), ...(billing?.prices ?? [])]);
  const book = regionBook(plan.region, plan.types, { ...prices, list });
  const isEks = platform.kind === 'kubernetes' && platform.controlPlane === 'eks';
  const input: BillInput = {
    region: plan.region,
    startEpochMs: plan.startEpochMs,
    endMs,
    instances,
    loadBalancers: loadBalancers(plan, endMs),
    controlPlane: isEks ? { kind: 'eks' } : null,
    book,
  };
  if (billing === undefined) return input;
  const { ec2Millionths, computeMillionths } = billing.savingsPlanRates;
  const ratio = (millionths: number) => fraction(BigInt(millionths), 1_000_000n);
  const zones = [...new Set(fleetOf(plan, platform).flatMap((group) => group.zones))];
  return {
    ...input,
    instances: instances.map((one) => ({ ...one, terms: instanceTerms(platform, billing, one.groupName) })),
    book: withPlanRates(book, { ec2: ratio(ec2Millionths), compute: ratio(computeMillionths) }),
    ...billingUsage({ plan, platform, endMs, zones, instances, ...tasks }, billing),
  };
}

function billedInstances(run: ClusterRun, endMs: number): BilledInstance[] {
  const { store, instances } = run;
  const groups = new Map(fleetOf(run.input.plan, run.input.platform).map((group) => [group.name, group]));
  const billed: BilledInstance[] = [];
  for (const record of instances.records) {
    if (Number.isNaN(record.runningMs)) continue;
    const shape = store.shapes[record.shape]!;
    const usage = new Map<string, { cpuMilliMs: number; memoryMiBMs: number }>();
    for (const [groupId, { cpu, memoryMiB }] of record.usage) {
      usage.set(store.groups.name(groupId), { cpuMilliMs: cpu, memoryMiBMs: memoryMiB });
    }
    billed.push({
      id: record.name,
      typeName: shape.typeName,
      groupName: shape.groupName,
      zone: record.zone,
      runningFromMs: record.runningMs,
      endMs: Number.isNaN(record.endMs) ? endMs : record.endMs,
      rootVolume: groups.get(shape.groupName)!.rootVolume,
      usage,
      capacityCpuMilli: shape.capacity[LANE.cpu]!,
      capacityMemoryMiB: shape.capacity[LANE.memory]! / MIB,
      allocatableCpuMilli: shape.allocatable[LANE.cpu]!,
      allocatableMemoryMiB: shape.allocatable[LANE.memory]! / MIB,
    });
  }
  return billed;
}

/** How long tasks held their places, by group; where, by the CPU they asked for there. */
function taskFacts({ store, tasks, instances }: ClusterRun): TaskFacts {
  const heldMs = new Map<string, bigint>();
  for (const { id, groupName } of store.classes) {
    heldMs.set(groupName, (heldMs.get(groupName) ?? 0n) + tasks.heldMs.of(id));
  }
  const heldByZone = new Map<string, Map<string, bigint>>();
  for (const { zone, usage } of instances.records) {
    for (const [groupId, { cpu }] of usage) {
      const name = store.groups.name(groupId);
      const byZone = heldByZone.get(name) ?? new Map<string, bigint>();
      byZone.set(zone, (byZone.get(zone) ?? 0n) + BigInt(Math.round(cpu)));
      heldByZone.set(name, byZone);
    }
  }
  return { heldMs, heldByZone };
}

/** Each named load balancer once, for the whole run, however many services share it. */
function loadBalancers({ workload }: Plan, endMs: number): BillInput['loadBalancers'] {
  const byName = new Map<string, BillInput['loadBalancers'][number]>();
  for (const { loadBalancer } of workload.services) {
    if (loadBalancer === null) continue;
    byName.set(loadBalancer.name, {
      name: loadBalancer.name,
      kind: loadBalancer.kind,
      fromMs: 0,
      toMs: endMs,
    });
  }
  return [...byName.values()];
}
