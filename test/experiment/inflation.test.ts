import { describe, expect, test } from 'vitest';
import { type InflationInput, runInflation } from '../../src/experiment/inflation.ts';
import type { TraceShape } from '../../src/model/trace-table.ts';
import { kubernetesScheduler } from '../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { GIB } from '../../src/units.ts';
import { optionsOf } from '../support/laws.ts';

const nodes = Array.from({ length: 4 }, (_, index) => ({
  name: `node-${index}`,
  cpuMilli: 10_000,
  memoryBytes: 64 * GIB,
  gpuCount: 2,
  gpuModel: 'T4',
}));
const gpuPod = (milli: number, count = 1, cpuMilli = 100): TraceShape => ({
  cpuMilli,
  memoryBytes: GIB,
  gpu: { count, milli, models: [] },
});
const run = (more: Partial<InflationInput>) =>
  runInflation({
    nodes,
    pods: [],
    scheduler: kubernetesScheduler.create(optionsOf(kubernetesScheduler, {})),
    seed: 1,
    nodeOrder: 'random',
    atPercents: [100, 130],
    ...more,
  });

describe('runInflation()', () => {
  test('copies pods until they have asked for the last share, and looks when each share is asked for', () => {
    // 8 devices: 16 halves fill them; at 130 % 21 (20.8) halves have come, 5 found no room.
    expect(run({ pods: [gpuPod(500)] })).toEqual({ allocatedPercents: [100, 100], pods: 21, refused: 5 });
  });

  test('looks before the pod that comes next', () => {
    // Fourths: 16 are 50 %, 24 are 75 %.
    expect(run({ pods: [gpuPod(250)], atPercents: [50, 75] })).toEqual({
      allocatedPercents: [50, 75],
      pods: 24,
      refused: 0,
    });
  });

  test('leaves out pods of a workload that asks for more, any of them', () => {
    const pods = Array.from({ length: 30 }, (_, index) => gpuPod(1000, 1, 100 + index));
    // 130 % are 10.4 devices: all but 10 go, and a copy comes that makes it enough. 8 find room.
    expect(run({ pods })).toEqual({ allocatedPercents: [100, 100], pods: 11, refused: 3 });
  });

  test('passes over pods that do not fit, for CPU, memory or GPUs, and counts them', () => {
    const pods = [
      gpuPod(1000, 3),
      { ...gpuPod(1000), cpuMilli: 10_001 },
      { ...gpuPod(1000), memoryBytes: 65 * GIB },
    ];
    const { allocatedPercents, pods: count, refused } = run({ pods });
    expect(allocatedPercents).toEqual([0, 0]);
    expect(refused).toBe(count);
  });

  test('a workload without GPUs is played once', () => {
    const pods = [{ cpuMilli: 100, memoryBytes: GIB, gpu: null }];
    expect(run({ pods })).toEqual({ allocatedPercents: [0, 0], pods: 1, refused: 0 });
  });

  test('the same seed gives the same run, another one another order', () => {
    const pods = [gpuPod(700), gpuPod(400), gpuPod(1000, 2), gpuPod(250)];
    const placed = (seed: number) => run({ pods, seed }).allocatedPercents[1];
    expect(placed(7)).toBe(placed(7));
    expect(new Set([1, 2, 3, 4, 5, 6].map(placed)).size).toBeGreaterThan(1);
  });

  test('nodes join in the order given, or in one of the seed', () => {
    const joined = (nodeOrder: InflationInput['nodeOrder'], seed: number) => {
      let names: string[] = [];
      const scheduler = kubernetesScheduler.create(optionsOf(kubernetesScheduler, {}));
      const watched: typeof scheduler = Object.assign(Object.create(scheduler) as typeof scheduler, {
        decide: ({ view }: { view: { slotCount: number; instanceName(slot: number): string } }) => {
          names = Array.from({ length: view.slotCount }, (_, slot) => view.instanceName(slot));
          return -1;
        },
      });
      run({ pods: [gpuPod(500)], scheduler: watched, nodeOrder, seed });
      return names.join(' ');
    };
    expect(joined('given', 5)).toBe('node-0 node-1 node-2 node-3');
    expect(new Set([1, 2, 3, 4, 5].map((seed) => joined('random', seed))).size).toBeGreaterThan(1);
  });
});
