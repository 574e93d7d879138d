import { defineKubernetesPlugin, LANE } from 'stowage';
import { cpuLeft, gpuLeft, MAX_CPU_MILLI, MAX_GPU_MILLI } from './gpu-devices.ts';

/**
 * BestFit: the node with the least CPU and GPU left after the pod. Raw, as a whole number rounded down:
 * 100 * (1 - (0.5 * cpuLeft / 128000 + 0.5 * gpuLeft / 8000)), in thousandths of a core and of a device; then the
 * worst feasible node gets 0 and the best one 100.
 * Source: hkust-adsl/kubernetes-scheduler-simulator 8f3d641, pkg/simulator/plugin/best_fit_score.go
 */
export default defineKubernetesPlugin({
  name: 'BestFit',
  looksAt: 'node',
  score(view, slot, { requests }) {
    const cpu = (cpuLeft(view, slot) - requests[LANE.cpu]!) / MAX_CPU_MILLI;
    const gpu = (gpuLeft(view, slot) - requests[LANE.gpu]!) / MAX_GPU_MILLI;
    return Math.trunc((1 - (cpu * 0.5 + gpu * 0.5)) * 100);
  },
  normalize(scores) {
    let lowest = Number.POSITIVE_INFINITY;
    let highest = Number.NEGATIVE_INFINITY;
    for (const score of scores) {
      if (score < lowest) lowest = score;
      if (score > highest) highest = score;
    }
    const range = highest - lowest;
    for (let i = 0; i < scores.length; i++) {
      scores[i] = range === 0 ? 0 : Math.floor(((scores[i]! - lowest) * 100) / range);
    }
  },
});
