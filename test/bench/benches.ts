import { join } from 'node:path';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { HOUR } from '../../src/units.ts';
import type { Bench } from './bench.ts';
import { lifetimes, monthTotal } from './billing.ts';
import { FILE_BENCHES } from './file-benches.ts';
import { floorTasks, runFloor } from './floor.ts';
import { bareHold, hold, holdDelays } from './hold.ts';
import { LOG_BENCHES } from './log-benches.ts';
import { kubernetesWorld, type PodKind } from './kubernetes-worlds.ts';
import { MANY_CLASSES, placementLoop } from './placement-loops.ts';
import {
  runSharedWorkload,
  SHARED_WORKLOADS,
  type SharedPolicy,
  type SharedWorkload,
  sharedTasks,
} from './shared-workloads.ts';
import { benchJobs, benchPlan, benchPlatform, benchType } from './worlds.ts';

const ZONE = { type: 'spread', field: 'attribute:ecs.availability-zone' };
const BINPACK = { type: 'binpack', field: 'memory' };
const ecs = (...placementStrategy: readonly object[]) => benchPlatform('ecs', 'ecs', { placementStrategy });
const kubernetes = (options: object = {}) => benchPlatform('kubernetes', 'kubernetes', options);
const bare = (scheduler: string) => benchPlatform('bare', scheduler, {});
const KUBE_QUEUE = { kind: 'kube', cycleMs: 1, bindMs: 10, graceMs: 30_000 } as const;
const EVERY_NODE = { config: { percentageOfNodesToScore: 100 } };

/** Placements alone, one task out, one in. The loop goes on from run to run. */
function decisions(
  row: Pick<Bench, 'suite' | 'policy' | 'n'> & { readonly workload?: string },
  platform: PlatformPlan,
  count: number,
  kind: 'service' | 'job' = 'job',
  sizes?: Parameters<typeof placementLoop>[3],
): Bench {
  const classes = sizes?.length ?? 8;
  return {
    workload: `${classes} classes of ${kind}s`,
    ...row,
    unit: 'placements/s',
    prepare: () => {
      const loop = placementLoop(platform, row.n, kind, sizes);
      return () => () => ({ work: loop.run(count), checksum: loop.checksum });
    },
  };
}

/** The rows that were there first. */
function decide(policy: string, platform: PlatformPlan, count: number, kind?: 'service' | 'job'): Bench {
  return decisions({ suite: 'decide', policy, n: 5000 }, platform, count, kind);
}

function ecsRows(n: number): readonly Bench[] {
  const row = (name: string, platform: PlatformPlan, kind: 'service' | 'job' = 'job') =>
    decisions({ suite: `ecs-${n}-${name}`, policy: 'ecs', n }, platform, 50_000, kind, MANY_CLASSES);
  return [
    row('binpack', ecs(BINPACK)),
    row('spread', ecs(ZONE, BINPACK)),
    row('random', ecs({ type: 'random' })),
    row('service', ecs(), 'service'),
    row(
      'distinct',
      benchPlatform('ecs', 'ecs', {
        placementStrategy: [BINPACK],
        placementConstraints: [{ type: 'distinctInstance' }],
      }),
    ),
  ];
}

const BASELINES = ['first-fit', 'best-fit', 'worst-fit', 'dot-product', 'random'] as const;

function kubernetesRow(n: number, kind: PodKind, nodes: 'sampled' | 'all nodes'): Bench {
  // Anti-affinity leaves room for a pod on each node; the last one stays empty.
  const most = nodes === 'sampled' ? 20_000 : 5000;
  const count = kind === 'anti-affinity' ? n - 1 : most;
  return {
    suite: `k8s-${n}-${kind}`,
    workload: kind,
    policy: nodes,
    n,
    unit: 'pods/s',
    prepare: () => () => {
      const world = kubernetesWorld(n, kind, nodes === 'sampled' ? 0 : 100);
      return () => ({ work: world.run(count), checksum: world.checksum });
    },
  };
}

function kubernetesRows(n: number): readonly Bench[] {
  return (['plain', 'spread-hard', 'spread-soft', 'anti-affinity'] as const).flatMap((kind) => [
    kubernetesRow(n, kind, 'sampled'),
    kubernetesRow(n, kind, 'all nodes'),
  ]);
}

/** The whole engine on jobs of eight classes that keep 70 % of the CPU of `n` instances busy. */
function engine(
  suite: string,
  platform: PlatformPlan,
  horizonMs: number,
  { isLong = false, n = 5000 }: { readonly isLong?: boolean; readonly n?: number } = {},
): Bench {
  const hours = horizonMs / HOUR;
  const workload = `eight jobs, ${hours < 1 ? `${Math.round(hours * 60)} minutes` : `${Math.round(hours)} hours`}`;
  const jobs = benchJobs(32 * n, 0.7, HOUR / 6);
  const plan = benchPlan(benchType(32, 128), n, { jobs }, horizonMs);
  return {
    suite,
    workload,
    policy: platform.name,
    n,
    unit: 'events/s',
    isLong,
    prepare: () => () => () => {
      const scheduler = findScheduler(platform.scheduler.name)!;
      const run = new ClusterRun({ plan, platform, tables: new Map(), scheduler, keepsAttempts: false });
      run.run();
      const { kernel, tasks } = run;
      return {
        work: kernel.eventsProcessed,
        checksum: `${tasks.submittedCount}/${kernel.eventsDigest()}`,
      };
    },
  };
}

/** How time grows with the tasks: 35,840 an hour on 500 instances. */
function tasksRow(tasks: number): Bench {
  return engine(`tasks-1e${Math.log10(tasks)}`, ecs(BINPACK), Math.ceil((tasks / 35_840) * HOUR), { n: 500 });
}

/** The eight jobs submit 358,400 tasks an hour. */
const TEN_MILLION_MS = 28 * HOUR;

function sharedRows(workload: SharedWorkload): readonly Bench[] {
  return (['first-fit', 'best-fit'] as const).flatMap((policy: SharedPolicy): Bench[] => {
    const row = {
      suite: workload.name,
      workload: workload.name,
      n: workload.hosts,
      unit: 'tasks/s',
      check: workload.checks[policy],
    };
    return [
      {
        ...row,
        policy: `floor ${policy}`,
        prepare: () => {
          const tasks = floorTasks(sharedTasks(workload));
          return () => () => ({ work: workload.tasks, checksum: runFloor(workload, policy, tasks) });
        },
      },
      {
        ...row,
        policy,
        prepare: () => {
          const table = sharedTasks(workload);
          return () => () => {
            const { check } = runSharedWorkload(workload, policy, table);
            return { work: workload.tasks, checksum: check };
          };
        },
      },
    ];
  });
}

function holdRows(suite: string, live: number, check: string): readonly Bench[] {
  const row = { suite, workload: 'hold model', n: live, unit: 'events/s', check };
  const rowOf = (policy: string, run: (delays: Float64Array) => string): Bench => ({
    ...row,
    policy,
    prepare: () => {
      const delays = holdDelays();
      return () => () => ({ work: 2_000_000, checksum: run(delays) });
    },
  });
  return [
    rowOf('fastpriorityqueue alone', (delays) => bareHold(live, delays)),
    rowOf('kernel', (delays) => hold(live, delays, { digest: false })),
  ];
}

/** A month's bill of a million lifetimes. */
function billRow(policy: string, withVolumes: boolean, check: string): Bench {
  return {
    suite: 'bill-1e6',
    workload: 'lifetimes of instances',
    policy,
    n: 1_000_000,
    unit: 'lifetimes/s',
    check,
    prepare: () => {
      const usage = lifetimes(1_000_000, withVolumes);
      return () => () => ({ work: 1_000_000, checksum: monthTotal(usage) });
    },
  };
}

/** A day of a large cluster with everything that Kubernetes does in it, as a user would run it. */
function k8sDay(policy: 'one-type' | 'two-types'): Bench {
  return {
    suite: 'k8s-day',
    workload: 'a day of 1,000 nodes and 100,000 pods',
    policy,
    n: 1000,
    unit: 'events/s',
    isLong: true,
    prepare: async () => {
      const { plan } = await prepareScenario(join('test', 'bench', 'k8s-day.yaml'));
      const platform = plan.platforms.find(({ name }) => name === policy)!;
      const scheduler = findScheduler(platform.scheduler.name)!;
      return () => () => {
        const run = new ClusterRun({ plan, platform, tables: new Map(), scheduler, keepsAttempts: false });
        run.run();
        const { kernel, tasks } = run;
        return {
          work: kernel.eventsProcessed,
          checksum: `${tasks.submittedCount}/${kernel.eventsDigest()}`,
        };
      };
    },
  };
}

/** Every row, in the order in which they are shown. */
export const BENCHES: readonly Bench[] = [
  ...holdRows('hold-1e3', 1000, '2996033623204352/2996076692'),
  ...holdRows('hold-1e5', 100_000, '30069441197578/30016652'),
  decide('ecs binpack', ecs(BINPACK), 20_000),
  decide('ecs spread zone, instance', ecs(ZONE, { type: 'spread', field: 'instanceId' }), 20_000, 'service'),
  decide('kubernetes sampled, jobs', kubernetes(), 50_000),
  decide('kubernetes sampled, services', kubernetes(), 20_000, 'service'),
  decide('kubernetes all nodes, jobs', kubernetes(EVERY_NODE), 5000),
  ...BASELINES.map((name) => decide(name, bare(name), 20_000)),
  ...kubernetesRows(1000),
  ...kubernetesRows(5000),
  ...ecsRows(5000),
  ...ecsRows(100_000),
  engine('engine-ecs', ecs(BINPACK), 20 * 60_000),
  engine('engine-k8s', kubernetes(), 20 * 60_000),
  engine('engine-k8s-queue', benchPlatform('kubernetes', 'kubernetes', {}, KUBE_QUEUE), 20 * 60_000),
  ...SHARED_WORKLOADS.flatMap(sharedRows),
  billRow('instances', false, '124438.9918725'),
  billRow('instances with root volumes', true, '127772.2743150926'),
  ...LOG_BENCHES,
  ...FILE_BENCHES,
  ...[1e4, 1e5, 1e6].map((tasks) => tasksRow(tasks)),
  engine('engine-100000-ecs', ecs(BINPACK), 20 * 60_000, { n: 100_000 }),
  engine('ten-million-ecs', ecs(BINPACK), TEN_MILLION_MS, { isLong: true }),
  engine('ten-million-k8s', kubernetes(), TEN_MILLION_MS, { isLong: true }),
  k8sDay('one-type'),
  k8sDay('two-types'),
];
