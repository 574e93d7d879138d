import { describe, expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { checkLog } from '../../../src/telemetry/check-log.ts';
import { MemoryLog } from '../../../src/telemetry/event-log.ts';
import { HOUR } from '../../../src/units.ts';

interface World {
  readonly manifests?: readonly object[];
  readonly fleet?: object;
  readonly workload?: object;
  readonly horizon?: string;
  readonly autoscaler?: object;
  readonly spot?: object;
}

/** A run on nodes that launch and boot at once; every invariant holds. */
async function run({ manifests = [], fleet = {}, workload = {}, horizon = '1h', autoscaler, spot }: World) {
  const scenario = {
    version: 1,
    name: 't',
    seed: 1,
    start: '2026-03-02T00:00:00Z',
    horizon,
    region: 'us-east-1',
    fleet: [
      {
        name: 'ec2',
        type: ['m6i.xlarge', 'm6i.2xlarge', 'c6i.2xlarge'],
        size: { min: 0, max: 20 },
        launch: '5s',
        boot: '25s',
        ...fleet,
      },
    ],
    ...(spot === undefined ? {} : { spot }),
    workload: { manifests, ...workload },
    platforms: [
      {
        name: 'k',
        kind: 'kubernetes',
        controlPlane: 'none',
        autoscaler: { kind: 'karpenter', ...autoscaler },
      },
    ],
  };
  const log = new MemoryLog();
  const result = await runPlatform(await prepareScenario('t.yaml', { scenario, folder: '.' }), { log });
  expect(checkLog(log.records)).toEqual([]);
  return { ...result, types: result.instances.map(({ type }) => type) };
}

const deployment = (replicas: number, cpu: string, pod: object = {}) => ({
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ image: 'a', resources: { requests: { cpu, memory: '1Gi' } } }], ...pod },
    },
  },
});

const pool = (name: string, spec: object, nodes: object = {}) => ({
  kind: 'NodePool',
  metadata: { name },
  spec: { ...spec, template: { spec: { expireAfter: 'Never', ...nodes } } },
});

describe('NodePools among the manifests', () => {
  test('say by their requirements which types are launched', async () => {
    const requirements = [{ key: 'karpenter.k8s.aws/instance-category', operator: 'In', values: ['c'] }];
    const { types } = await run({ manifests: [pool('p', {}, { requirements }), deployment(3, '2')] });
    expect(types).toEqual(['c6i.2xlarge']);
  });

  test('bound what is launched by their limits', async () => {
    // Three pods of 3 CPU need 12 CPU; a pool of 8 has one node of 8, which holds two of them.
    const { types, summary } = await run({
      manifests: [pool('p', { limits: { cpu: '8' } }), deployment(3, '3')],
    });
    expect(types).toHaveLength(1);
    expect(summary.unplaced).not.toEqual([]);
  });

  test('keep pods off that do not tolerate their taints', async () => {
    const taints = [{ key: 'team', value: 'a', effect: 'NoSchedule' }];
    const tolerations = [{ key: 'team', operator: 'Exists' }];
    const tainted = pool('p', {}, { taints });
    expect((await run({ manifests: [tainted, deployment(1, '1')] })).types).toEqual([]);
    expect((await run({ manifests: [tainted, deployment(1, '1', { tolerations })] })).types).toHaveLength(1);
  });

  test('end their nodes by expireAfter, each of which is replaced', async () => {
    const { instances } = await run({
      manifests: [pool('p', {}, { expireAfter: '2h' }), deployment(1, '1')],
      horizon: '7h',
    });
    expect(instances.map(({ endMs }) => endMs === null)).toEqual([false, false, false, true]);
    for (const { requestedMs, endMs } of instances) {
      if (endMs !== null) expect(Math.abs(endMs - requestedMs - 2 * HOUR)).toBeLessThan(HOUR / 10);
    }
  });

  test('are left out and counted where they are static', async () => {
    const fixed = pool('fixed', { replicas: 3 });
    const { types, summary } = await run({ manifests: [fixed, pool('p', {}), deployment(1, '1')] });
    expect(types).toHaveLength(1);
    expect(summary.notes.join('\n')).toContain('1 × static NodePool');
  });
});

describe('the EC2NodeClass of a NodePool', () => {
  const nodeClass = (spec: object) => ({ kind: 'EC2NodeClass', metadata: { name: 'large' }, spec });
  const mine = pool('p', {}, { nodeClassRef: { kind: 'EC2NodeClass', name: 'large' } });

  test('bounds the pods of its nodes', async () => {
    // Six small pods fit one node; with two agents on every node and four pods at most, two to a node.
    const small = [mine, deployment(6, '100m')];
    expect((await run({ manifests: small })).types).toHaveLength(1);
    const bound = nodeClass({ kubelet: { maxPods: 4 } });
    expect((await run({ manifests: [...small, bound] })).types).toHaveLength(3);
  });

  test('says when the kubelet of its nodes evicts', async () => {
    // 9 GiB are used of the 16 of a node: more than 6 stay available, more than 100 MiB but less than 8 GiB or 50 %.
    const web = deployment(1, '3');
    const { template } = web.spec;
    const metadata = { ...template.metadata, annotations: { 'stowage.dev/memory': '9Gi' } };
    const using = { ...web, spec: { ...web.spec, template: { ...template, metadata } } };
    const only = pool(
      'p',
      {},
      {
        nodeClassRef: { kind: 'EC2NodeClass', name: 'large' },
        requirements: [{ key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['m6i.xlarge'] }],
      },
    );
    const evictions = async (...manifests: readonly object[]) =>
      (await run({ manifests: [only, using, ...manifests] })).summary.metrics['disruption.memoryEvictions']!;
    const keeping = (available: string) =>
      nodeClass({ kubelet: { evictionHard: { 'memory.available': available } } });
    expect(await evictions()).toBe(0);
    expect(await evictions(keeping('2Gi'))).toBe(0);
    expect(await evictions(keeping('8Gi'))).toBeGreaterThan(0);
    expect(await evictions(keeping('50%'))).toBeGreaterThan(0);
  });

  test('puts its root volume on the bill', async () => {
    const volumes = async (manifests: readonly object[]) =>
      (await run({ manifests: [mine, deployment(1, '1'), ...manifests] })).summary.metrics['cost.volumes']!;
    const mapping = { deviceName: '/dev/xvda', ebs: { volumeSize: '300Gi', volumeType: 'gp3' } };
    // 300 GiB for the 30 GiB of the instance group.
    const ratio = (await volumes([nodeClass({ blockDeviceMappings: [mapping] })])) / (await volumes([]));
    expect(ratio).toBeCloseTo(10, 9);
  });

  test('is nothing to pools of another class', async () => {
    const other = { ...nodeClass({ kubelet: { maxPods: 4 } }), metadata: { name: 'other' } };
    expect((await run({ manifests: [mine, deployment(6, '100m'), other] })).types).toHaveLength(1);
  });

  test('is refused with the place of what is wrong with it', async () => {
    const wrong = nodeClass({ kubelet: { maxPods: 'many' } });
    await expect(run({ manifests: [mine, deployment(1, '1'), wrong] })).rejects.toThrow(
      'EC2NodeClass large: must be a whole number from 0 to 10000',
    );
  });
});

test('a DaemonSet of the manifests has its room on every node that Karpenter launches', async () => {
  // 3 CPU for each pod and 2 for the agent: one pod to 8 CPU, although two would fit without it.
  const agent = { ...deployment(0, '2'), kind: 'DaemonSet', metadata: { name: 'agent' } };
  const { types, summary } = await run({ manifests: [agent, deployment(2, '3')] });
  expect(types).toHaveLength(2);
  expect(summary.unplaced).toEqual([]);
});

describe('Karpenter on Spot', () => {
  const service = { services: [{ name: 'web', template: { cpu: 2, memory: '1GiB' }, replicas: 6 }] };

  test('launches from the pool that buys it, and replaces what is reclaimed', async () => {
    const { instances, summary } = await run({
      workload: service,
      fleet: { purchase: 'spot' },
      spot: { types: { 'm6i.xlarge': { reclaimed: 0.99 }, 'm6i.2xlarge': { reclaimed: 0.99 } } },
      horizon: '5d',
    });
    expect(instances.length).toBeGreaterThan(2);
    // On-Demand they cost 0.192, 0.34 and 0.384 USD an hour.
    const onDemand: Record<string, number> = {
      'm6i.xlarge': 0.192,
      'c6i.2xlarge': 0.34,
      'm6i.2xlarge': 0.384,
    };
    for (const { type, usd, billedSeconds } of instances) {
      expect((usd * 3600) / billedSeconds).toBeLessThan(0.8 * onDemand[type]!);
    }
    expect(summary.metrics['tasks.interrupted']).toBeGreaterThan(0);
    expect(summary.unplaced).toEqual([]);
  });
});
