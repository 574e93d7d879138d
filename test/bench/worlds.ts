import type { InstanceType } from '../../src/model/instance-type.ts';
import type { JobPlan, Plan, PlatformPlan, TaskTemplate } from '../../src/model/plan.ts';
import { DAY, GIB } from '../../src/units.ts';
import { group, instanceType, job, plan, platform, template } from '../support/plans.ts';

const ZONES = ['zone-a', 'zone-b', 'zone-c'];

/** A made-up type with whole numbers everywhere, so that results can be checked by hand. */
export function benchType(vcpus: number, memoryGiB: number): InstanceType {
  const name = `bench.${vcpus}x${memoryGiB}`;
  return instanceType(vcpus, memoryGiB, { name, priceE10PerHour: 1_000_000_000n });
}

export function benchTemplate(cpuMilli: number, memoryGiB: number): TaskTemplate {
  return template({ name: `${cpuMilli}m-${memoryGiB}`, cpuMilli, memoryBytes: memoryGiB * GIB });
}

/** A fleet of `count` equal instances in three zones by turns, and a workload to be filled in. */
export function benchPlan(
  type: InstanceType,
  count: number,
  workload: Partial<Plan['workload']>,
  horizonMs: number = DAY,
): Plan {
  const fleet = [group(count, { name: 'bench', types: [type.name], zones: ZONES })];
  return plan(workload, { name: 'bench', horizonMs, types: [type], fleet });
}

/** Eight classes of tasks, four sizes of CPU by two of memory, that together keep `vcpus` about `load` busy. */
export function benchJobs(vcpus: number, load: number, meanRuntimeMs: number): JobPlan[] {
  const sizes = [500, 1000, 2000, 4000].flatMap((cpuMilli) =>
    [2, 4].map((memoryGiB) => ({ cpuMilli, memoryGiB })),
  );
  const vcpusOfAll = sizes.reduce((sum, { cpuMilli }) => sum + cpuMilli / 1000, 0);
  const perHour = (load * vcpus * 3_600_000) / meanRuntimeMs / vcpusOfAll;
  return sizes.map(({ cpuMilli, memoryGiB }) =>
    job(`job-${cpuMilli}-${memoryGiB}`, {
      template: benchTemplate(cpuMilli, memoryGiB),
      arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour }], repeatMs: null },
      runtime: { kind: 'exponential', meanMs: meanRuntimeMs },
    }),
  );
}

/** A platform without autoscaler; `options` are the scheduler's as a scenario would write them. */
export function benchPlatform(
  kind: PlatformPlan['kind'],
  scheduler: string,
  options: object,
  queue: PlatformPlan['queue'] = 'skip',
): PlatformPlan {
  return platform(kind, options, { name: scheduler, scheduler, queue });
}
