import { LANE } from '../model/resources.ts';
import { HOUR } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { laneIntegrals } from './run-integrals.ts';
import type { SomeMetrics } from './run-metrics.ts';

export interface RunUsage {
  readonly metrics: SomeMetrics;
  /** Null where some tasks use nobody knows how much. */
  readonly vcpuHours: number | null;
  /** Of the whole CPUs of ready instances. */
  readonly vcpuUtilisation: number | null;
}

const UNKNOWN: RunUsage = { metrics: {}, vcpuHours: null, vcpuUtilisation: null };

/** What tasks used, where the scenario states the load of their service. */
export function usageMetrics(run: ClusterRun): RunUsage {
  const { store, tasks, platform } = run;
  const withLoad = tasks.groups.map(({ usage }) => usage !== null);
  if (!withLoad.some((has) => has)) return UNKNOWN;
  const cpuPerMilli = platform.resources.cpuPerVcpu / 1000;
  let [cpu, memory] = [0, 0];
  for (const { usage } of tasks.groups) {
    cpu += (usage?.cpuMilliMs ?? 0) * cpuPerMilli;
    memory += usage?.memoryByteMs ?? 0;
  }
  let [askedCpu, askedMemory, isComplete] = [0, 0, true];
  for (const { id, groupId, requests } of store.classes) {
    const heldMs = Number(tasks.heldMs.of(id));
    if (withLoad[groupId] !== true) {
      if (heldMs > 0) isComplete = false;
      continue;
    }
    askedCpu += requests[LANE.cpu]! * heldMs;
    askedMemory += requests[LANE.memory]! * heldMs;
  }
  const share = (part: number, whole: number) => (whole === 0 ? null : part / whole);
  const efficiency: SomeMetrics = {
    'usage.efficiencyCpu': share(cpu, askedCpu),
    'usage.efficiencyMemory': share(memory, askedMemory),
  };
  if (!isComplete) return { ...UNKNOWN, metrics: efficiency };
  const wholeCpu = store.shapes.reduce(
    (sum, { capacity }, id) => sum + capacity[LANE.cpu]! * Number(run.instances.readyMs.of(id)),
    0,
  );
  return {
    metrics: {
      'usage.cpu': share(cpu, Number(laneIntegrals(run, LANE.cpu).allocatable)),
      'usage.memory': share(memory, Number(laneIntegrals(run, LANE.memory).allocatable)),
      ...efficiency,
    },
    vcpuHours: cpu / platform.resources.cpuPerVcpu / HOUR,
    vcpuUtilisation: share(cpu, wholeCpu),
  };
}
