import type { BilledInstance, BillInput } from '../billing/bill.ts';
import type { BillPrices } from '../model/price-list.ts';
import { LANE } from '../model/resources.ts';
import { MIB } from '../units.ts';
import { type ClusterRun, fleetOf } from './cluster-run.ts';
import type { UsageRecord } from './usage-record.ts';

/** What a finished run used: lifetimes and use of every instance that ran, and whatever else is billed. */
export function usageOf(run: ClusterRun, prices: BillPrices, endMs: number): UsageRecord {
  const { plan, platform } = run.input;
  const usage = {
    region: plan.region,
    startEpochMs: plan.startEpochMs,
    endMs,
    instances: billedInstances(run, endMs),
    loadBalancers: loadBalancers(run, endMs),
    controlPlane: platform.kind === 'kubernetes' && platform.controlPlane === 'eks' ? { kind: 'eks' } : null,
    ...(run.spot !== null && { other: { spotPrices: run.spot.priceSeries() } }),
  } satisfies UsageRecord['usage'];
  return { usage, types: plan.types, prices };
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
      ...(run.spot !== null && { terms: run.spot.termsOf(record.id) }),
    });
  }
  return billed;
}

/** Each named load balancer once, for the whole run, however many services share it. */
function loadBalancers(run: ClusterRun, endMs: number): BillInput['loadBalancers'] {
  const byName = new Map<string, BillInput['loadBalancers'][number]>();
  for (const { loadBalancer } of run.input.plan.workload.services) {
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
