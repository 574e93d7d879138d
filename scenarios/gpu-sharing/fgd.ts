import { type ClusterView, defineKubernetesPlugin, exp, LANE, type TaskClass } from 'stowage';
import { Fragmentation, readTypicalPods } from './fragmentation.ts';
import { cpuLeft, devicesOf, WHOLE } from './gpu-devices.ts';

/**
 * FGD, fragmentation gradient descent: the node whose fragmentation F grows least (or shrinks most) by taking the pod:
 * 100 * sigmoid((F before - F after) / 1000), rounded down. A pod that wants a share of a device gets the device for
 * which that is highest, the first of them. Arguments: `typicalPods`, what F is measured against.
 * Source: Weng et al., "Beware of Fragmentation", USENIX ATC 2023;
 * hkust-adsl/kubernetes-scheduler-simulator 8f3d641, pkg/simulator/plugin/fgd_score.go
 */
export default defineKubernetesPlugin({
  name: 'FGD',
  create(args) {
    const fragmentation = new Fragmentation(readTypicalPods(args));
    return {
      looksAt: 'node',
      score: (view, slot, taskClass) => bestOf(fragmentation, view, slot, taskClass).score,
      reserve: (view, slot, taskClass) =>
        isShare(taskClass) ? 1 << bestOf(fragmentation, view, slot, taskClass).device : undefined,
    };
  },
});

/** Best score on the node, and the device that gives it; -1 for pods without a share of one. */
function bestOf(
  fragmentation: Fragmentation,
  view: ClusterView,
  slot: number,
  taskClass: TaskClass,
): { score: number; device: number } {
  const before = fragmentation.of(view, slot);
  const { gpu } = taskClass;
  const cpu = cpuLeft(view, slot) - taskClass.requests[LANE.cpu]!;
  if (gpu === null || !isShare(taskClass)) {
    return {
      score: scoreOf(before - fragmentation.afterWhole(view, slot, cpu, gpu?.count ?? 0)),
      device: -1,
    };
  }
  const best = { score: -1, device: -1 };
  const triedRooms = new Set<number>();
  for (let device = 0; device < devicesOf(view, slot); device++) {
    const room = view.gpuFree(slot, device);
    // Devices with equal room are equally good, and the first one wins.
    if (room < gpu.milli || triedRooms.has(room)) continue;
    triedRooms.add(room);
    const score = scoreOf(before - fragmentation.afterShare(view, slot, cpu, room, gpu.milli));
    if (score > best.score) {
      best.score = score;
      best.device = device;
    }
  }
  return best;
}

function isShare({ gpu }: TaskClass): boolean {
  return gpu !== null && gpu.count === 1 && gpu.milli < WHOLE;
}

function scoreOf(decrease: number): number {
  return Math.trunc(100 / (1 + exp(-decrease / 1000)));
}
