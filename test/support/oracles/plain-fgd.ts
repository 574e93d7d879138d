import type { TypicalPod } from '../../../src/experiment/typical-pods.ts';
import type { TraceShape } from '../../../src/model/trace-table.ts';

/** A node, as the formulas of the paper see it. */
export interface GpuNode {
  readonly cpuMilli: number;
  /** Idle thousandths by device. */
  readonly left: readonly number[];
  readonly model: string;
}

/** F of Weng et al. (USENIX ATC 2023), pod after pod and device after device. */
export function plainFragmentation(node: GpuNode, typical: readonly TypicalPod[]): number {
  const idle = node.left.reduce((sum, milli) => sum + milli, 0);
  return typical.reduce((sum, pod) => {
    const roomy = node.left.filter((milli) => milli >= pod.gpuMilli);
    const suits = pod.models.length === 0 || pod.models.includes(node.model);
    const isHosted =
      pod.gpuCount > 0 && suits && node.cpuMilli >= pod.cpuMilli && roomy.length >= pod.gpuCount;
    const wasted = node.left.filter((milli) => milli < pod.gpuMilli).reduce((all, milli) => all + milli, 0);
    return sum + pod.share * (isHosted ? wasted : idle);
  }, 0);
}

/** Every way to take the pod: its score before rounding, and the device that a share comes from. */
export function plainChoices(
  node: GpuNode,
  pod: TraceShape,
  typical: readonly TypicalPod[],
): { readonly score: number; readonly device: number }[] {
  const before = plainFragmentation(node, typical);
  const scoreOf = (left: readonly number[]) => {
    const after = plainFragmentation({ ...node, left, cpuMilli: node.cpuMilli - pod.cpuMilli }, typical);
    return 100 / (1 + Math.exp((after - before) / 1000));
  };
  const { gpu } = pod;
  if (gpu === null) return [{ score: scoreOf(node.left), device: -1 }];
  if (gpu.count > 1 || gpu.milli === 1000) {
    const left = [...node.left];
    for (let taken = 0; taken < gpu.count; taken++) left[left.indexOf(1000)] = 0;
    return [{ score: scoreOf(left), device: -1 }];
  }
  return node.left.flatMap((milli, device) =>
    milli < gpu.milli
      ? []
      : [{ score: scoreOf(node.left.map((one, d) => (d === device ? one - gpu.milli : one))), device }],
  );
}
