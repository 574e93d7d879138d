import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';
import { MIB, SECOND } from '../../../src/units.ts';

/** 4096 MiB, of which EKS leaves 3996 to pods: the threshold is the rest. */
const NODE = {
  name: 'test.node',
  vcpus: 4,
  memory: '4GiB',
  linuxMemory: '4GiB',
  eksAllocatable: { cpu: 4, memory: '3996MiB' },
  price: 0.1,
};
const PLATFORMS = {
  kubernetes: {
    kind: 'kubernetes',
    queue: { kind: 'kube', cycle: '0s', bind: '0s', grace: '0s' },
    daemons: { cpu: 0, pods: 0 },
  },
  ecs: { kind: 'ecs' },
  bare: { kind: 'bare', scheduler: 'first-fit' },
} as const;

interface Wish {
  readonly platform: keyof typeof PLATFORMS;
  readonly services?: readonly object[];
  readonly jobs?: readonly object[];
  readonly horizon: string;
  readonly kubelet?: object;
  readonly size?: number;
  readonly events?: readonly object[];
}

/** What befell tasks and nodes on account of memory, as `SECONDS what TASK`; every invariant holds. */
async function run({ platform, services = [], jobs = [], horizon, kubelet, size = 1, events = [] }: Wish) {
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    horizon,
    region: 'us-east-1',
    types: [NODE],
    fleet: [{ name: 'pool', type: NODE.name, size, launch: '0s', boot: '0s' }],
    workload: { services, jobs },
    events,
    platforms: [
      { name: 'p', ...PLATFORMS[platform], autoscaler: 'none', ...(kubelet !== undefined && { kubelet }) },
    ],
  };
  const log = new MemoryLog();
  const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records)).toEqual([]);
  const lines = log.records.flatMap((record) => {
    const at = record.timeMs / SECOND;
    switch (record.kind) {
      case 'killed':
        return [`${at} ${record.cause} ${record.task} ${record.usedBytes / MIB}`];
      case 'running':
      case 'evicted':
      case 'requeued':
        return [`${at} ${record.kind} ${record.task}`];
      case 'ended':
        return [`${at} ${record.outcome} ${record.task}`];
      case 'taints':
        return [`${at} taints ${record.taints.map(({ key }) => key).join()}`];
      default:
        return [];
    }
  });
  const { metrics } = result.summary;
  return {
    lines,
    oomKills: metrics['disruption.oomKills'],
    evictions: metrics['disruption.memoryEvictions'],
    result,
  };
}

/** 300 MiB from its start at 5 s, and 1 MiB more each second; it may use 320. */
const LEAK = {
  name: 'leak',
  replicas: 1,
  template: {
    cpu: 1,
    memory: '256MiB',
    startup: '5s',
    usage: { memory: '300MiB', memoryGrowth: '3600MiB', memoryLimit: '320MiB' },
  },
};

describe('a container over its limit', () => {
  test('is restarted where it is on Kubernetes, with a back-off that doubles', async () => {
    const { lines, oomKills } = await run({ platform: 'kubernetes', services: [LEAK], horizon: '5m' });
    // 20 s after it runs it is at its limit; the next look kills it. Then 0, 10, 20, 40 s of back-off and 5 s of start-up.
    expect(lines).toEqual([
      '5 running 0',
      '30 limit 0 325',
      '35 running 0',
      '60 limit 0 325',
      '75 running 0',
      '100 limit 0 325',
      '125 running 0',
      '150 limit 0 325',
      '195 running 0',
      '220 limit 0 325',
    ]);
    expect(oomKills).toBe(5);
  });

  test('stops its task on ECS, and the service starts another one at once', async () => {
    const { lines, oomKills } = await run({ platform: 'ecs', services: [LEAK], horizon: '70s' });
    expect(lines).toEqual([
      '5 running 0',
      '30 limit 0 325',
      '30 requeued 0',
      '35 running 0',
      '60 limit 0 325',
      '60 requeued 0',
      '65 running 0',
    ]);
    expect(oomKills).toBe(2);
  });

  test.each(['kubernetes', 'ecs', 'bare'] as const)('ends a job as failed on %s', async (platform) => {
    const usage = { memory: '300MiB' };
    const template = { cpu: 1, memory: '256MiB', startup: '5s', usage };
    const job = { name: 'j', template, arrivals: { at: ['1s'] }, runtime: '1m' };
    const { lines } = await run({ platform, jobs: [job], horizon: '2m' });
    expect(lines).toEqual(['6 running 0', '10 limit 0 300', '10 failed 0']);
  });

  test('goes on unharmed at its limit, and without one', async () => {
    const usage = { memory: '256MiB' };
    const template = { cpu: 1, memory: '256MiB', startup: '5s', usage };
    const exact = { name: 'exact', replicas: 1, template };
    const free = {
      name: 'free',
      replicas: 1,
      template: { ...template, usage: { memory: '1GiB', memoryLimit: 'none' } },
    };
    const { lines, oomKills } = await run({ platform: 'ecs', services: [exact, free], horizon: '5m' });
    expect(lines).toEqual(['5 running 0', '5 running 1']);
    expect(oomKills).toBe(0);
  });
});

const service = (name: string, memory: string, usage: object, more: object = {}) => ({
  name,
  replicas: 1,
  template: { cpu: 1, memory, startup: '0s', usage: { memoryLimit: 'none', ...usage }, ...more },
});
/** At t seconds they use 1500, 1000 + t and 1400 MiB: of 4096, 196 - t are available. */
const THREE = [
  service('a', '1000MiB', { memory: '1500MiB' }),
  service('b', '1000MiB', { memory: '1000MiB', memoryGrowth: '3600MiB' }),
  service('c', '500MiB', { memory: '1400MiB' }, { priority: 10 }),
];

describe('kubelet', () => {
  test('evicts the pod that uses most beyond its request when less than 100 MiB are available, and taints the node', async () => {
    const { lines, evictions, oomKills } = await run({
      platform: 'kubernetes',
      services: THREE,
      horizon: '415s',
    });
    expect(lines).toEqual([
      '0 running 2',
      '0 running 0',
      '0 running 1',
      // 96 MiB are available, and the node says so. c is more important than the others; a is 500 MiB beyond its request, b 100.
      '100 taints node.kubernetes.io/memory-pressure',
      '100 pressure 0 1500',
      '100 evicted 0',
      // The least grace that there is. The other one that is made waits for the taint to go, five minutes after the pass that saw
      // too little.
      '102 failed 0',
      '400 taints ',
      '400 running 3',
      // 1500 + 1410 + 1400 of 4096: kubelet is too late. Points: a 1500 + 756 * 4.096, b 1410 + 756 * 4.096, c 1400 + 877 * 4.096.
      '410 instance 2 1400',
      '410 running 2',
    ]);
    expect([evictions, oomKills]).toEqual([1, 1]);
  });

  test('gives pods that go for the soft threshold their time, once its grace period is over', async () => {
    const kubelet = {
      evictionSoft: '150MiB',
      evictionSoftGracePeriod: '25s',
      evictionMaxPodGracePeriod: '10s',
    };
    const { lines } = await run({ platform: 'kubernetes', services: THREE, horizon: '100s', kubelet });
    // Below 150 from 46 s on: seen at 50, for 25 s at 80. Pods have no grace period here, and get the least.
    expect(lines.slice(3)).toEqual([
      '50 taints node.kubernetes.io/memory-pressure',
      '80 pressure 0 1500',
      '80 evicted 0',
      '82 failed 0',
    ]);
  });

  test('evicts one pod after the other until enough is reclaimed', async () => {
    const kubelet = { evictionMinimumReclaim: '2000MiB' };
    const { lines } = await run({ platform: 'kubernetes', services: THREE, horizon: '110s', kubelet });
    // 96 at 100; 96 - 3 + 1500 = 1593 at 103, less than 2100; then b goes, which uses 1103; 1593 - 3 + 1103 = 2693 at 106.
    expect(lines.slice(3).filter((line) => !line.includes('taints'))).toEqual([
      '100 pressure 0 1500',
      '100 evicted 0',
      '102 failed 0',
      '103 pressure 1 1103',
      '103 evicted 1',
      '105 failed 1',
    ]);
  });

  test('does not evict for memory that nobody is seen to use', async () => {
    const { lines } = await run({
      platform: 'kubernetes',
      services: [service('a', '1GiB', { memory: '3996MiB' })],
      horizon: '10m',
    });
    expect(lines).toEqual(['0 running 0']);
  });

  test('is not asked by ECS, where the kernel kills the largest when the instance is full', async () => {
    const { lines, evictions } = await run({ platform: 'ecs', services: THREE, horizon: '205s' });
    // 3900 + t MiB of 4096 from 197 s on.
    expect(lines.slice(3)).toEqual(['200 instance 0 1500', '200 requeued 0', '200 running 0']);
    expect(evictions).toBe(0);
  });
});

describe('the load of a service', () => {
  test('is shared by the tasks that run, and counts for its limit', async () => {
    const template = { cpu: 1, memory: '300MiB', startup: '1s', usage: { memory: '100MiB' } };
    const load = {
      requests: [
        { at: '0s', rate: '200/s' },
        { at: '30s', rate: '500/s' },
      ],
      memoryPerRequest: '1MiB',
    };
    const { lines } = await run({
      platform: 'ecs',
      services: [{ name: 's', replicas: 2, template, load }],
      horizon: '35s',
    });
    // 100 + 200 / 2 = 200 each; from 30 s on 100 + 500 / 2 = 350, and without the first of them 600 for the other.
    expect(lines).toEqual([
      '1 running 0',
      '1 running 1',
      '30 limit 0 350',
      '30 requeued 0',
      '30 limit 1 600',
      '30 requeued 1',
      '31 running 0',
      '31 running 1',
    ]);
  });
});

test('draws of memory do not change with the platform, nor those of anything else with them', async () => {
  const usage = { memory: { uniform: { min: '100MiB', max: '400MiB' } }, memoryLimit: '300MiB' };
  const template = { cpu: 0.1, memory: '100MiB', startup: { uniform: { min: '1s', max: '9s' } } };
  const job = (more: object) => ({
    name: 'j',
    template: { ...template, ...more },
    arrivals: { poisson: '60/h' },
    runtime: { exponential: { mean: '3m' } },
  });
  const one = (platform: 'ecs' | 'bare', more: object) =>
    run({ platform, jobs: [job(more)], horizon: '1h', size: 20 });
  const failures = (lines: readonly string[]) => lines.filter((line) => / (limit|failed) /.test(line));
  const ecs = await one('ecs', { usage });
  const bare = await one('bare', { usage });
  expect(failures(ecs.lines).length).toBeGreaterThan(5);
  expect(failures(ecs.lines)).toEqual(failures(bare.lines));
  const without = await one('ecs', {});
  const starts = (lines: readonly string[]) => lines.filter((line) => line.includes('running'));
  expect(starts(without.lines)).toEqual(starts(ecs.lines));
  expect(without.oomKills).toBeNull();
});

const CONTAINER = {
  image: 'a',
  resources: { requests: { cpu: '1', memory: '256Mi' }, limits: { memory: '320Mi' } },
};

/** A controller's object whose pods grow by 1 MiB a second from 300 MiB on. */
function leaking(kind: string, spec: object, podSpec: object = {}, more: object = {}) {
  const labels = { app: 'leak' };
  const annotations = { 'stowage.dev/memory': '300Mi', 'stowage.dev/memory-growth': '3600Mi', ...more };
  const template = { metadata: { labels, annotations }, spec: { containers: [CONTAINER], ...podSpec } };
  const selector = kind === 'Job' ? {} : { selector: { matchLabels: labels } };
  return { kind, metadata: { name: 'leak' }, spec: { ...selector, ...spec, template } };
}

async function runObjects(manifests: readonly object[], horizon: string) {
  const amounts = { cpu: '4', memory: '4Gi', pods: '20' };
  const node = { kind: 'Node', metadata: { name: 'n' }, status: { capacity: amounts, allocatable: amounts } };
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon,
    fleet: [{ name: 'c', nodes: [node], price: 0.1 }],
    workload: { manifests },
    platforms: [{ name: 'k', ...PLATFORMS.kubernetes, controlPlane: 'none', autoscaler: 'none' }],
  };
  const log = new MemoryLog();
  await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records)).toEqual([]);
  return log.records.flatMap((record) => {
    const at = record.timeMs / SECOND;
    if (record.kind === 'killed') return [`${at} ${record.cause} ${record.usedBytes / MIB}`];
    if (record.kind === 'service' && /^Job/.test(record.message)) return [`${at} ${record.message}`];
    if (record.kind === 'ended') return [`${at} ${record.outcome}`];
    return record.kind === 'restarted' ? [`${at} up at ${record.upMs / SECOND}`] : [];
  });
}

describe('pods of Kubernetes objects', () => {
  test('of a Deployment are restarted, by what their annotations and limits say', async () => {
    expect(await runObjects([leaking('Deployment', { replicas: 1 })], '65s')).toEqual([
      '30 limit 330',
      '30 up at 30',
      '60 limit 330',
      '60 up at 70',
    ]);
  });

  test('of a Job with restartPolicy Never fail it when that happens more often than its backoffLimit', async () => {
    const job = leaking(
      'Job',
      { backoffLimit: 1 },
      { restartPolicy: 'Never' },
      { 'stowage.dev/runtime': '5m' },
    );
    // The second pod comes 10 s after the first has failed, and runs from 40 to 70.
    expect(await runObjects([job], '2m')).toEqual([
      '30 limit 330',
      '30 failed',
      '70 limit 330',
      '70 failed',
      '70 Job Failed: BackoffLimitExceeded',
    ]);
  });

  test('of a Job with restartPolicy OnFailure count their restarts', async () => {
    const job = leaking(
      'Job',
      { backoffLimit: 1 },
      { restartPolicy: 'OnFailure' },
      { 'stowage.dev/runtime': '5m' },
    );
    const lines = await runObjects([job], '2m');
    expect(lines.slice(0, 2)).toEqual(['30 limit 330', '30 up at 30']);
    expect(lines.at(-1)).toMatch(/^\d+ Job Failed: BackoffLimitExceeded$/);
  });

  test('with annotations that say nothing are reported', async () => {
    const object = leaking(
      'Deployment',
      { replicas: 1 },
      {},
      { 'stowage.dev/memory': '2Gi..1Gi', 'stowage.dev/memory-growth': 'fast' },
    );
    await expect(runObjects([object], '1m')).rejects.toThrow();
  });
});
