import { freeSpace } from '../telemetry/free-space.ts';
import { MIB, GIB } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import type { SomeMetrics } from './run-metrics.ts';

const MILLI = 1000;

/** What the free room was good for, as means over the time of the run; null for a run of no length. */
export function spaceMetrics(run: ClusterRun, endMs: number): SomeMetrics {
  if (endMs === 0) return {};
  const { store, tasks, instances } = run;
  const { resources } = run.platform;
  const space = freeSpace({
    stays: tasks.attempts.stays,
    tasksOf: tasks.attempts.facts.tasksOf,
    records: instances.records,
    classes: store.classes,
    shapes: store.shapes,
    resources,
    endMs,
  });
  const hasGpus = store.shapes.some(({ gpuDevices }) => gpuDevices > 0);
  const vcpu = resources.cpuPerVcpu * endMs;
  return {
    'packing.holes': tasks.submittedCount === 0 ? null : space.holes / endMs,
    'fragmentation.cpu': space.fragmentedCpu / vcpu,
    'fragmentation.gpu': hasGpus ? space.fragmentedGpu / MILLI / endMs : null,
    'stranded.cpu': space.strandedCpu / vcpu,
    'stranded.memory': space.strandedMemoryMiB / (GIB / MIB) / endMs,
    'stranded.gpu': hasGpus ? space.strandedGpu / MILLI / endMs : null,
  };
}
