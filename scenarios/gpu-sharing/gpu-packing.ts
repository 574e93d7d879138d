import { defineKubernetesPlugin } from 'stowage';
import { devicesOf, WHOLE } from './gpu-devices.ts';

/**
 * GpuPacking: devices in use before free devices of a node in use, and those before a free node.
 * - Node with all its devices free: max(33 - devices, devices).
 * - The pod must open `fresh` free devices: max(50 - fresh, 33).
 * - Else: max(100 - sum(left * 100 / 1000) / 10, 50) over the devices that it takes, those with the least room first.
 * All divisions round down. Pods without GPUs: 0.
 * Source: hkust-adsl/kubernetes-scheduler-simulator 8f3d641, pkg/simulator/plugin/gpu_packing_score.go
 */
export default defineKubernetesPlugin({
  name: 'GpuPacking',
  looksAt: 'node',
  score(view, slot, { gpu }) {
    if (gpu === null) return 0;
    const devices = devicesOf(view, slot);
    const left = Array.from({ length: devices }, (_, device) => view.gpuFree(slot, device));
    if (left.every((milli) => milli === WHOLE)) return Math.max(33 - devices, devices);
    const taken = left
      .filter((milli) => milli >= gpu.milli)
      .sort((a, b) => a - b)
      .slice(0, gpu.count);
    const fresh = taken.filter((milli) => milli === WHOLE).length;
    if (fresh > 0) return Math.max(50 - fresh, 33);
    const room = taken.reduce((sum, milli) => sum + Math.floor((milli * 100) / WHOLE), 0);
    return Math.max(100 - Math.floor(room / 10), 50);
  },
});
