import { type ClusterView, defineKubernetesPlugin, type TaskClass } from 'stowage';
import { gpuLeft, MAX_GPU_MILLI, WHOLE } from './gpu-devices.ts';

/**
 * GpuClustering: pods that want the same kind of GPU (a share, or N whole ones) go together. A node with pods of that
 * kind alone gets 75, one with that kind and others 50, one without GPU pods 25, one with only others 0; and up to 25
 * more the fuller its devices are: 25 * (8000 - idle thousandths) / 8000, rounded down. Pods without GPUs: 0.
 * Source: hkust-adsl/kubernetes-scheduler-simulator 8f3d641, pkg/simulator/plugin/gpu_clustering_score.go
 */
export default defineKubernetesPlugin({
  name: 'GpuClustering',
  looksAt: 'node',
  score(view, slot, taskClass) {
    const kind = kindOf(taskClass);
    if (kind === '') return 0;
    const fill = Math.floor((25 * (MAX_GPU_MILLI - gpuLeft(view, slot))) / MAX_GPU_MILLI);
    const kinds = kindsOn(view, slot);
    if (kinds.has(kind)) return fill + (kinds.size === 1 ? 75 : 50);
    return fill + (kinds.size === 0 ? 25 : 0);
  },
});

function kindOf({ gpu }: TaskClass): string {
  if (gpu === null) return '';
  return gpu.count === 1 && gpu.milli < WHOLE ? 'share' : `${gpu.count}-gpu`;
}

function kindsOn(view: ClusterView, slot: number): ReadonlySet<string> {
  const kinds = new Set<string>();
  for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
    const kind = kindOf(view.classes[view.taskClass[task]!]!);
    if (kind !== '') kinds.add(kind);
  }
  return kinds;
}
