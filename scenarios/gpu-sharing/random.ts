import { defineKubernetesPlugin } from 'stowage';
import { devicesOf, WHOLE } from './gpu-devices.ts';

/**
 * Random: every feasible node is as good as any other, so that the tie rule decides; run it with tieBreak random. A
 * share of a device is taken from any device with room.
 * Source: hkust-adsl/kubernetes-scheduler-simulator 8f3d641, pkg/simulator/plugin/random_score.go
 */
export default defineKubernetesPlugin({
  name: 'Random',
  looksAt: 'node',
  score: () => 0,
  reserve(view, slot, { gpu }, random) {
    if (gpu === null || gpu.milli === WHOLE) return undefined;
    const roomy: number[] = [];
    for (let device = 0; device < devicesOf(view, slot); device++) {
      if (view.gpuFree(slot, device) >= gpu.milli) roomy.push(device);
    }
    return 1 << roomy[Math.floor(random.double() * roomy.length)]!;
  },
});
