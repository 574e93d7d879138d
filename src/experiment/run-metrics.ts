import { IDLE } from '../billing/allocation.ts';
import type { Bill } from '../billing/bill.ts';
import { toNumber, ZERO } from '../billing/money.ts';
import { TASK_END } from '../model/cluster-view.ts';
import { METRIC_NAMES, type MetricName } from '../model/metrics.ts';
import { LANE } from '../model/resources.ts';
import { HOUR, SECOND } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { fargateOf } from './run/fargate-machines.ts';
import { footprintMetrics, typeHours } from './footprint-metrics.ts';
import { sampleMetrics } from './sample-metrics.ts';
import { instanceMs, laneIntegrals, ratio, readyMs } from './run-integrals.ts';
import { serviceMetrics } from './service-metrics.ts';
import { spaceMetrics } from './space-metrics.ts';
import { usageMetrics } from './usage-metrics.ts';
import { workMetrics } from './work-metrics.ts';

/** Every metric of a run; null where the run does not support the number. */
export type RunMetrics = Readonly<Record<MetricName, number | null>>;
/** Those that one module works out. */
export type SomeMetrics = Partial<RunMetrics>;

/** Every metric of the run; null where the run does not support the number. Call after telemetry has finished. */
export function runMetrics(run: ClusterRun, bill: Bill, endMs: number): RunMetrics {
  const { input } = run;
  const usage = usageMetrics(run);
  const known: SomeMetrics = {
    ...costMetrics(run, bill, usage.vcpuHours),
    ...instanceMetrics(run, endMs),
    ...taskMetrics(run),
    ...workMetrics(run, endMs),
    ...densityMetrics(run),
    ...usage.metrics,
    ...spaceMetrics(run, endMs),
    ...serviceMetrics(run, endMs),
    ...(input.footprints === undefined
      ? {}
      : footprintMetrics(typeHours(run, endMs), input.footprints, usage.vcpuUtilisation)),
  };
  return Object.fromEntries(METRIC_NAMES.map((name) => [name, known[name] ?? null])) as RunMetrics;
}

/** Machines behind Fargate are nobody's instances. */
function instanceMetrics(run: ClusterRun, endMs: number): SomeMetrics {
  const isOnFargate = fargateOf(run.input.platform) !== undefined;
  const peak = run.series.instances.buckets(endMs).reduce((most, { max }) => Math.max(most, max), 0);
  return {
    'instances.hours': isOnFargate ? 0 : instanceMs(run, endMs) / HOUR,
    'instances.readyHours': isOnFargate ? 0 : readyMs(run) / HOUR,
    'instances.launched': isOnFargate ? 0 : run.instances.records.length,
    'instances.peak': isOnFargate ? 0 : peak,
  };
}

function costMetrics(run: ClusterRun, bill: Bill, usedVcpuHours: number | null): SomeMetrics {
  const succeeded = run.tasks.ends[TASK_END.succeeded]!;
  const idle = bill.allocation.find(({ name }) => name === IDLE)?.amount ?? ZERO;
  const hosts = toNumber(bill.instances) + toNumber(bill.volumes);
  const total = toNumber(bill.total);
  const { requested } = laneIntegrals(run, LANE.cpu);
  const vcpuHours = ratio(requested, BigInt(run.platform.resources.cpuPerVcpu) * BigInt(HOUR));
  const per = (hours: number | null) => (hours === null || hours === 0 ? null : total / hours);
  return {
    'cost.total': total,
    'cost.instances': toNumber(bill.instances),
    'cost.volumes': toNumber(bill.volumes),
    'cost.controlPlane': toNumber(bill.controlPlane),
    'cost.loadBalancers': toNumber(bill.loadBalancers),
    'cost.idle': toNumber(idle),
    'cost.idleShare': hosts === 0 ? null : toNumber(idle) / hosts,
    'cost.perTask': succeeded === 0 ? null : total / succeeded,
    'cost.perVcpuHour': per(vcpuHours),
    'cost.perUsedVcpuHour': per(usedVcpuHours),
  };
}

function taskMetrics({ tasks }: ClusterRun): SomeMetrics {
  const { waitsMs, responsesMs, slowdowns } = tasks;
  return {
    ...sampleMetrics({ waitsMs, responsesMs, slowdowns }),
    unplaced: tasks.submittedCount - waitsMs.count,
    'tasks.submitted': tasks.submittedCount,
    'tasks.succeeded': tasks.ends[TASK_END.succeeded]!,
    'tasks.interrupted': tasks.interruptedCount,
    makespan: seconds(Number.isNaN(tasks.lastEndMs) ? null : tasks.lastEndMs - tasks.firstSubmitMs),
  };
}

function densityMetrics(run: ClusterRun): SomeMetrics {
  const cpu = laneIntegrals(run, LANE.cpu);
  const memory = laneIntegrals(run, LANE.memory);
  const gpu = laneIntegrals(run, LANE.gpu);
  return {
    'packing.density': ratio(cpu.requested, cpu.allocatableBusy),
    'packing.densityMemory': ratio(memory.requested, memory.allocatableBusy),
    'utilisation.cpu': ratio(cpu.requested, cpu.allocatable),
    'utilisation.memory': ratio(memory.requested, memory.allocatable),
    'utilisation.gpu': ratio(gpu.requested, gpu.allocatable),
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / SECOND;
}
