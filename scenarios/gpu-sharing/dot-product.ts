import { defineKubernetesPlugin, LANE } from 'stowage';
import { cpuLeft, gpuLeft, MAX_CPU_MILLI, MAX_GPU_MILLI } from './gpu-devices.ts';

/**
 * DotProd: the node whose free resources point least in the direction of the pod's request, so that full nodes fill
 * up: 100 * (1 - (cpuLeft / 128000 * cpu / 128000 + gpuLeft / 8000 * gpu / 8000) / 2), rounded down.
 * Source: hkust-adsl/kubernetes-scheduler-simulator 8f3d641, pkg/simulator/plugin/dot_product_score.go
 */
export default defineKubernetesPlugin({
  name: 'DotProd',
  looksAt: 'node',
  score(view, slot, { requests }) {
    const cpu = (cpuLeft(view, slot) / MAX_CPU_MILLI) * (requests[LANE.cpu]! / MAX_CPU_MILLI);
    const gpu = (gpuLeft(view, slot) / MAX_GPU_MILLI) * (requests[LANE.gpu]! / MAX_GPU_MILLI);
    return Math.trunc(100 * (1 - (cpu + gpu) / 2));
  },
});
