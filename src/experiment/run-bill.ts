import type { BilledInstance, BillInput } from '../billing/bill.ts';
import type { FargateTask } from '../billing/usage.ts';
import { fraction } from '../billing/money.ts';
import type { Plan } from '../model/plan.ts';
import type { BillPrices } from '../model/price-list.ts';
import { LANE } from '../model/resources.ts';
import { hasOwnMasters } from '../model/self-run-control-plane.ts';
import { MIB } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { fargateOf, sizeOfMachine } from './run/fargate-machines.ts';
import { fleetOf } from './run/plan-parts.ts';
import { FARGATE_DIMENSIONS } from './stated-fargate.ts';
import { billInputOf, type UsageRecord } from './usage-record.ts';

import { billingUsage, instanceTerms, type TaskFacts, type UpgradeFact } from './run-usage.ts';
import { type MastersFacts, mastersUsage, withMasters } from './self-run-usage.ts';

/** What a finished run used, and at which prices it is billed: the bill of it, and of any "what if". */
export function usageOf(run: ClusterRun, prices: BillPrices, endMs: number): UsageRecord {
  const { plan, platform } = run.input;
  const instances = billedInstances(run, endMs);
  const fargate = fargateUsage(run, endMs);
  const masters = run.controllers.masterLives?.();
  const facts = { plan, platform, endMs, instances, fargate, tasks: taskFacts(run), upgrades: run.upgrades };
  const record = usageRecord({ ...facts, ...(masters !== undefined && { masters }) }, prices);
  if (run.spot === null) return record;
  const { other } = record.usage;
  return { ...record, usage: { ...record.usage, other: { ...other, spotPrices: run.spot.priceSeries() } } };
}

/** What the bill of a platform's run depends on: lifetimes, and the time that tasks held their places. */
export interface RunFacts extends MastersFacts {
  readonly instances: readonly BilledInstance[];
  /** Machines of tasks on Fargate; default: none. */
  readonly fargate?: readonly FargateTask[];
  readonly tasks: TaskFacts;
  /** When the control plane had another version; absent: never. */
  readonly upgrades?: readonly UpgradeFact[];
}

/** The usage of the facts of a run, with everything that the billing section of its plan states. */
export function billInput(facts: RunFacts, prices: BillPrices): BillInput {
  return billInputOf(usageRecord(facts, prices));
}

/** The usage, with the masters of the platform's own if it has some. */
function usageRecord(facts: RunFacts, prices: BillPrices): UsageRecord {
  const record = recordWithoutMasters(facts, prices);
  if (!hasOwnMasters(facts.platform)) return record;
  const { other } = record.usage;
  return { ...record, usage: { ...record.usage, other: withMasters(other, mastersUsage(facts)) } };
}

function recordWithoutMasters(facts: RunFacts, prices: BillPrices): UsageRecord {
  const { plan, platform, endMs, instances, tasks, fargate = [], upgrades = [] } = facts;
  const { billing, types } = plan;
  const list = new Map([...(prices.list ?? []), ...(billing?.prices ?? [])]);
  const isEks = platform.kind === 'kubernetes' && platform.controlPlane === 'eks';
  const usage: UsageRecord['usage'] = {
    region: plan.region,
    startEpochMs: plan.startEpochMs,
    endMs,
    instances,
    loadBalancers: loadBalancers(plan, endMs),
    controlPlane: isEks ? { kind: 'eks' } : null,
  };
  const known = { types, prices: { ...prices, list } };
  if (billing === undefined) {
    const other = fargate.length === 0 ? {} : { other: { fargateTasks: fargate } };
    return { ...known, usage: { ...usage, ...other }, planRates: null };
  }
  const { ec2Millionths, computeMillionths } = billing.savingsPlanRates;
  const ratio = (millionths: number) => fraction(BigInt(millionths), 1_000_000n);
  const zones = [...new Set(fleetOf(plan, platform).flatMap((group) => group.zones))];
  // How an instance was bought is a fact of the run; everything else about it is stated.
  const termsOf = (one: BilledInstance) => ({
    ...instanceTerms(platform, billing, one.groupName),
    ...one.terms,
  });
  return {
    ...known,
    planRates: { ec2: ratio(ec2Millionths), compute: ratio(computeMillionths) },
    usage: {
      ...usage,
      instances: instances.map((one) => ({ ...one, terms: termsOf(one) })),
      ...withFargate(
        billingUsage({ plan, platform, endMs, zones, instances, upgrades, ...tasks }, billing),
        fargate,
      ),
    },
  };
}

/** What Fargate tasks are stated stand beside those that ran. */
function withFargate(
  billed: ReturnType<typeof billingUsage>,
  fargate: readonly FargateTask[],
): ReturnType<typeof billingUsage> {
  if (fargate.length === 0) return billed;
  const { other, assumed } = billed;
  const stated = other?.fargateTasks ?? [];
  const simulated = new Set(stated.length === 0 ? FARGATE_DIMENSIONS : []);
  return {
    ...billed,
    other: { ...other, fargateTasks: [...stated, ...fargate] },
    assumed: new Set([...(assumed ?? [])].filter((dimension) => !simulated.has(dimension))),
  };
}

/** A machine is billed from its image pull until it has ended. */
function fargateUsage(run: ClusterRun, endMs: number): FargateTask[] {
  const { plan, platform } = run.input;
  const fargate = fargateOf(platform);
  if (fargate === undefined) return [];
  return run.instances.records.flatMap((record) => {
    if (Number.isNaN(record.runningMs)) return [];
    const { typeName, groupName } = run.store.shapes[record.shape]!;
    const { cpu, memoryMiB } = sizeOfMachine(typeName);
    return [
      {
        id: record.name,
        region: plan.region,
        zone: record.zone,
        platform: fargate.architecture === 'arm64' ? 'linux-arm' : 'linux-x86',
        option: groupName === 'FARGATE_SPOT' ? 'fargate-spot' : 'fargate',
        cpuUnits: cpu,
        memoryMiB,
        pullStartMs: plan.startEpochMs + record.runningMs,
        endMs: plan.startEpochMs + (Number.isNaN(record.endMs) ? endMs : record.endMs),
      } as const,
    ];
  });
}

function billedInstances(run: ClusterRun, endMs: number): BilledInstance[] {
  const { store, instances } = run;
  const groups = new Map(fleetOf(run.input.plan, run.input.platform).map((group) => [group.name, group]));
  const billed: BilledInstance[] = [];
  if (fargateOf(run.input.platform) !== undefined) return billed;
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
      ...(run.spot !== null && { terms: run.spot.termsOf(record.id) }),
    });
  }
  return billed;
}

/** How long tasks held their places, by group; where, by the CPU they asked for there. */
function taskFacts({ store, tasks, instances, controllers }: ClusterRun): TaskFacts {
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
  const pulledBytes = BigInt(controllers.summary?.().images?.pulledBytes ?? 0);
  return { heldMs, heldByZone, pulledBytes };
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
