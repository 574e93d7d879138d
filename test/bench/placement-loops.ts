import { ClusterStore } from '../../src/model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../src/model/cluster-view.ts';
import { createPlatform } from '../../src/experiment/platforms/index.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { Checksum } from './checksum.ts';
import { benchPlan, benchTemplate, benchType } from './worlds.ts';

export interface PlacementLoop {
  /** Places `count` tasks, each time ending the oldest one first, and returns how many found an instance. */
  run(count: number): number;
  /** Of all instances chosen, in order. */
  readonly checksum: string;
}

type TaskSize = readonly [cpuMilli: number, memoryGiB: number];

/** Eight sizes. */
const CLASSES: readonly TaskSize[] = [
  [500, 1],
  [500, 2],
  [1000, 2],
  [1000, 4],
  [2000, 4],
  [2000, 8],
  [4000, 8],
  [4000, 16],
];

/** 64 sizes: eight of CPU by eight of memory. */
export const MANY_CLASSES: readonly TaskSize[] = [250, 500, 750, 1000, 1500, 2000, 3000, 4000].flatMap(
  (cpuMilli) => [0.5, 1, 2, 3, 4, 6, 8, 12].map((memoryGiB): TaskSize => [cpuMilli, memoryGiB]),
);

/**
 * Decisions alone: `instances` instances of 32 vCPU and 128 GiB in three zones, loaded to about two thirds with the
 * classes of tasks, then one task out, one task in. No events, no telemetry.
 */
export function placementLoop(
  platformPlan: PlatformPlan,
  instances: number,
  kind: 'service' | 'job' = 'job',
  sizes: readonly TaskSize[] = CLASSES,
): PlacementLoop {
  const type = benchType(32, 128);
  const plan = benchPlan(type, instances, {});
  const platform = createPlatform(platformPlan, {
    types: new Map([[type.name, type]]),
    region: plan.region,
    extended: [],
  });
  const store = new ClusterStore({ resources: platform.resources, hostPorts: platform.reservedPorts });
  const group = plan.fleet[0]!;
  const shape = platform.shape(group, type.name);
  for (let n = 0; n < instances; n++) {
    const slot = store.addInstance(platform.instance(shape, group.zones[n % 3]!, undefined), 0);
    store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
    store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
  }
  const definition = findScheduler(platformPlan.scheduler.name)!;
  const read = definition.readOptions(platformPlan.scheduler.options);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const scheduler = definition.create(read.options);
  const random = new RandomStreams(1, 0).stream('placement');
  const classIds = sizes.map(([cpuMilli, memoryGiB]) => {
    const template = benchTemplate(cpuMilli, memoryGiB);
    const origin = { group: `${cpuMilli}-${memoryGiB}`, kind, spread: 'none', amounts: template } as const;
    return store.internClass(platform.taskClass(template, origin)).id;
  });
  const input = { view: store, task: -1, random, nowMs: 0 };
  const alive: number[] = [];
  const checksum = new Checksum();
  let next = 0;
  let oldest = 0;
  const placeOne = (): boolean => {
    const task = store.addTask(classIds[next++ % classIds.length]!, 0);
    input.task = task;
    const slot = scheduler.decide(input);
    if (slot < 0) {
      store.endTask(task, TASK_END.rejected, 0);
      return false;
    }
    store.place(task, slot, 0);
    checksum.add(slot);
    alive.push(task);
    return true;
  };
  const averageVcpus = sizes.reduce((sum, [cpuMilli]) => sum + cpuMilli / 1000, 0) / sizes.length;
  while (alive.length < (instances * 32 * 2) / 3 / averageVcpus) placeOne();
  return {
    run(count) {
      let placed = 0;
      for (let n = 0; n < count; n++) {
        store.endTask(alive[oldest]!, TASK_END.succeeded, 0);
        oldest += 1;
        if (oldest > 100_000) {
          alive.splice(0, oldest);
          oldest = 0;
        }
        if (placeOne()) placed += 1;
      }
      return placed;
    },
    get checksum() {
      return checksum.text;
    },
  };
}
