import type { Bill } from '../billing/bill.ts';
import { IDLE } from '../billing/allocation.ts';
import { type Fraction, fraction, toNumber, ZERO } from '../billing/money.ts';
import { TASK_END } from '../model/cluster-view.ts';
import { METRIC_NAMES, type MetricName } from '../model/metrics.ts';
import { LANE } from '../model/resources.ts';
import { HOUR, SECOND } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { fargateOf } from './run/fargate-machines.ts';
import { mean, quantile } from '../statistics/descriptive.ts';

/** Exact integrals of one lane over the run, in units × milliseconds. */
export interface LaneIntegrals {
  readonly requested: bigint;
  readonly allocatable: bigint;
  /** Of instances while they had tasks. */
  readonly allocatableBusy: bigint;
}

/** ∫ requested and ∫ allocatable of a lane: whole milliseconds per class and shape, times what each asks or offers. */
export function laneIntegrals(run: ClusterRun, lane: number): LaneIntegrals {
  const { store, tasks, instances } = run;
  let requested = 0n;
  for (const { id, requests } of store.classes) requested += BigInt(requests[lane]!) * tasks.heldMs.of(id);
  let allocatable = 0n;
  let allocatableBusy = 0n;
  store.shapes.forEach((shape, id) => {
    const offers = BigInt(shape.allocatable[lane]!);
    allocatable += offers * instances.readyMs.of(id);
    allocatableBusy += offers * instances.busyMs.of(id);
  });
  return { requested, allocatable, allocatableBusy };
}

/** Every metric of the run; null where the run does not support the number. Call after telemetry has finished. */
export function runMetrics(run: ClusterRun, bill: Bill, endMs: number): Record<MetricName, number | null> {
  const { tasks } = run;
  const cpu = laneIntegrals(run, LANE.cpu);
  const memory = laneIntegrals(run, LANE.memory);
  const gpu = laneIntegrals(run, LANE.gpu);
  const succeeded = tasks.ends[TASK_END.succeeded]!;
  const idle = bill.allocation.find(({ name }) => name === IDLE)?.amount ?? ZERO;
  const hosts = toNumber(bill.instances) + toNumber(bill.volumes);
  const total = toNumber(bill.total);
  const vcpuHours = ratio(cpu.requested, BigInt(run.platform.resources.cpuPerVcpu) * BigInt(HOUR));
  const waits = Float64Array.from(tasks.waitsMs).sort();
  const responses = Float64Array.from(tasks.responsesMs).sort();
  const served = tasks.groups.reduce((sum, group) => sum + group.servedMs, 0);
  const desired = tasks.groups.reduce((sum, group) => sum + group.desiredMs, 0);
  const everPlaced = tasks.waitsMs.length;

  // Machines behind Fargate are nobody's instances.
  const isOnFargate = fargateOf(run.input.platform) !== undefined;
  const instances = isOnFargate ? [] : run.instances.records;
  const known: Partial<Record<MetricName, number | null>> = {
    'cost.total': total,
    'cost.instances': toNumber(bill.instances),
    'cost.volumes': toNumber(bill.volumes),
    'cost.controlPlane': toNumber(bill.controlPlane),
    'cost.loadBalancers': toNumber(bill.loadBalancers),
    'cost.idle': toNumber(idle),
    'cost.idleShare': hosts === 0 ? null : toNumber(idle) / hosts,
    'cost.perTask': succeeded === 0 ? null : total / succeeded,
    'cost.perVcpuHour': vcpuHours === null || vcpuHours === 0 ? null : total / vcpuHours,
    'instances.hours': isOnFargate ? 0 : instanceMs(run, endMs) / HOUR,
    'instances.readyHours': isOnFargate ? 0 : readyMs(run) / HOUR,
    'instances.launched': instances.length,
    'instances.peak': isOnFargate
      ? 0
      : run.series.instances.buckets(endMs).reduce((most, { max }) => Math.max(most, max), 0),
    'wait.mean': seconds(mean(waits)),
    'wait.p50': seconds(waits.length === 0 ? null : quantile(waits, 0.5)),
    'wait.p95': seconds(waits.length === 0 ? null : quantile(waits, 0.95)),
    'wait.p99': seconds(waits.length === 0 ? null : quantile(waits, 0.99)),
    'wait.max': seconds(waits.length === 0 ? null : waits[waits.length - 1]!),
    'response.mean': seconds(mean(responses)),
    'response.p95': seconds(responses.length === 0 ? null : quantile(responses, 0.95)),
    'slowdown.mean': mean(tasks.slowdowns),
    unplaced: tasks.submittedCount - everPlaced,
    'tasks.submitted': tasks.submittedCount,
    'tasks.succeeded': succeeded,
    'tasks.interrupted': tasks.interruptedCount,
    'packing.density': ratio(cpu.requested, cpu.allocatableBusy),
    'packing.densityMemory': ratio(memory.requested, memory.allocatableBusy),
    'utilisation.cpu': ratio(cpu.requested, cpu.allocatable),
    'utilisation.memory': ratio(memory.requested, memory.allocatable),
    'utilisation.gpu': ratio(gpu.requested, gpu.allocatable),
    'services.availability': desired === 0 ? null : served / desired,
    makespan: seconds(Number.isNaN(tasks.lastEndMs) ? null : tasks.lastEndMs - tasks.firstSubmitMs),
  };
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, known[name] ?? null])) as Record<
    MetricName,
    number | null
  >;
}

/** Running instances × milliseconds: booting, ready and draining count, those only requested do not. */
export function instanceMs(run: ClusterRun, endMs: number): number {
  let sum = 0;
  for (const { runningMs, endMs: ended } of run.instances.records) {
    if (!Number.isNaN(runningMs)) sum += (Number.isNaN(ended) ? endMs : ended) - runningMs;
  }
  return sum;
}

/** Ready and draining instances × milliseconds. Telemetry must have finished. */
function readyMs({ store, instances }: ClusterRun): number {
  return Number(store.shapes.reduce((sum, _shape, id) => sum + instances.readyMs.of(id), 0n));
}

function ratio(part: bigint, whole: bigint): number | null {
  const value: Fraction | null = whole === 0n ? null : fraction(part, whole);
  return value === null ? null : toNumber(value);
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / SECOND;
}
