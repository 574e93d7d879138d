import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import type { ScenarioInput } from '../../../src/io/scenario/scenario-schema.ts';
import { freshFolder } from '../../cli/process.ts';
import { findings, scenarioWith } from '../../support/scenarios.ts';

type Template = Exclude<
  NonNullable<NonNullable<ScenarioInput['workload']>['services']>[number]['template'],
  string
>;

/** Findings about services with these templates, without positions. */
async function found(templates: readonly Template[], parts: Partial<ScenarioInput> = {}): Promise<string[]> {
  const services = templates.map((template, index) => ({ name: `s${index}`, template, replicas: 1 }));
  const lines = await findings(stringify({ ...scenarioWith(parts), workload: { services } }));
  return lines.map((line) => line.replace(/ \d+:\d+ /, ' '));
}

const blue = [{ name: 'blue', type: ['m5.large', 'm5.xlarge'], size: 3 }];
const small: Template = { cpu: '100m', memory: '64MiB' };
const kubernetes: ScenarioInput['platforms'] = [{ name: 'k', kind: 'kubernetes' }];
const bare: ScenarioInput['platforms'] = [{ name: 'b', kind: 'bare', scheduler: 'first-fit' }];

const NODE_CLASS = `
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: { name: default }
spec:
  template:
    spec:
      nodeClassRef: { group: karpenter.k8s.aws, kind: EC2NodeClass, name: default }
      requirements: [{ key: kubernetes.io/arch, operator: In, values: [amd64] }]
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: { name: default }
spec: { kubelet: { kubeReserved: { cpu: 10m } }, amiSelectorTerms: [{ alias: al2023@latest }] }
`;

describe('tasks that fit on no instance', () => {
  test('in the units of ECS: 4.883 vCPU are ⌈4883 × 1.024⌉ = 5001 CPU units', async () => {
    expect(await found([{ cpu: '4883m', memory: '1GiB' }], { fleet: blue })).toEqual([
      'E2001 task s0 needs 5001 CPU units; the largest type in group blue (m5.xlarge) offers 4096 (platform "ecs")',
    ]);
  });

  test('is a warning when other tasks fit', async () => {
    expect(await found([{ cpu: 5, memory: '1GiB' }, small], { fleet: blue })).toEqual([
      'W2001 task s0 needs 5120 CPU units; the largest type in group blue (m5.xlarge) offers 4096 (platform "ecs")',
    ]);
  });

  test('memory is what Linux reports, less what the agent reserves', async () => {
    const types = [{ name: 'own', vcpus: 2, memory: '8GiB', price: 1, linuxMemory: '7800MiB' }];
    const fleet = [{ name: 'g', type: 'own', size: 1 }];
    const platforms: ScenarioInput['platforms'] = [{ name: 'e', kind: 'ecs', reservedMemory: '256MiB' }];
    // 7800 - 256 = 7544
    expect(await found([{ cpu: 1, memory: '7544MiB' }], { types, fleet, platforms })).toEqual([]);
    expect(await found([{ cpu: 1, memory: '7545MiB' }], { types, fleet, platforms })).toEqual([
      'E2001 task s0 needs 7545 MiB of memory; the largest type in group g (own) offers 7544 (platform "e")',
    ]);
  });

  test('Kubernetes nodes offer what EKS leaves, less the daemons', async () => {
    const eksAllocatable = { cpu: '1930m', memory: '7000MiB' };
    const types = [{ name: 'own', vcpus: 2, memory: '8GiB', price: 1, eksAllocatable }];
    const fleet = [{ name: 'g', type: 'own', size: 1 }];
    // 1930 - 150 = 1780
    const fits = await found([{ cpu: '1780m', memory: '1GiB' }], { types, fleet, platforms: kubernetes });
    expect(fits).toEqual([]);
    const larger = await found([{ cpu: '1781m', memory: '1GiB' }], { types, fleet, platforms: kubernetes });
    expect(larger).toEqual([
      'E2001 task s0 needs 1781 millicores; the largest type in group g (own) offers 1780 (platform "k")',
    ]);
  });

  test('what a node of an EC2NodeClass offers is not known from its type: nothing is said, and the task finds room', async () => {
    // EKS keeps 70m of the two cores, the class 10m: 1,950m fit beside no agents.
    const daemons = { cpu: '0m', memory: '0MiB', pods: 0 };
    const platforms: ScenarioInput['platforms'] = [
      { name: 'k', kind: 'kubernetes', autoscaler: 'karpenter', daemons },
    ];
    const fleet = [{ name: 'g', type: 'm6i.large', size: { min: 0, max: 2 } }];
    const template = { cpu: '1950m', memory: '1GiB' };
    const job = { name: 'j', template, arrivals: { poisson: '3/h' }, runtime: '5m' };
    const scenario = (manifests: object) =>
      stringify({ ...scenarioWith({ platforms, fleet }), workload: { jobs: [job], ...manifests } });
    const folder = freshFolder({
      'nodes.yaml': NODE_CLASS,
      'with.yaml': scenario({ manifests: ['nodes.yaml'] }),
      'without.yaml': scenario({}),
    });
    await expect(prepareScenario(join(folder, 'without.yaml'))).rejects.toThrow('offers 1930');
    const { summary } = await runPlatform(await prepareScenario(join(folder, 'with.yaml')));
    expect(summary.tasks.submitted).toBeGreaterThan(0);
    expect(summary.tasks).toMatchObject({ pending: 0, rejected: 0 });
  });

  test('a bare platform offers the whole hardware', async () => {
    expect(await found([{ cpu: 4, memory: '16GiB' }], { fleet: blue, platforms: bare })).toEqual([]);
    expect(await found([{ cpu: '4001m', memory: '16GiB' }], { fleet: blue, platforms: bare })).toHaveLength(
      1,
    );
  });

  test('when each amount fits somewhere, but not all on one type', async () => {
    const types = [
      { name: 'fast', vcpus: 16, memory: '4GiB', price: 1 },
      { name: 'fat', vcpus: 1, memory: '64GiB', price: 1 },
    ];
    const fleet = [{ name: 'g', type: ['fast', 'fat'], size: 1 }];
    expect(await found([{ cpu: 8, memory: '32GiB' }], { types, fleet, platforms: bare })).toEqual([
      'E2001 task s0 needs 8000 millicores and 32768 MiB of memory together; no type of the fleet offers them all (platform "b")',
    ]);
  });

  test('GPUs and extended resources count too', async () => {
    const fleet = [{ name: 'g', type: 'g4dn.xlarge', size: 1, extended: { 'example.com/fpga': 1 } }];
    expect(await found([{ ...small, gpu: 1, extended: { 'example.com/fpga': 1 } }], { fleet })).toEqual([]);
    expect(await found([{ ...small, gpu: 2, extended: { 'example.com/fpga': 2 } }], { fleet })).toEqual([
      'E2001 task s0 needs 2 GPUs; the largest type in group g (g4dn.xlarge) offers 1, and needs 2 example.com/fpga; the largest type in group g (g4dn.xlarge) offers 1 (platform "ecs")',
    ]);
  });

  test('groups that stay empty do not count', async () => {
    const fleet = [...blue, { name: 'off', type: 'c5.4xlarge', size: 0 }];
    expect(await found([{ cpu: 16, memory: '1GiB' }], { fleet })).toHaveLength(1);
  });
});

describe('tasks that may go nowhere', () => {
  test.each<[string, Template, object]>([
    ['labels', { ...small, where: { tier: 'front' } }, { labels: { tier: 'back' } }],
    ['zones', { ...small, where: { zone: 'us-east-1c' } }, { zones: ['us-east-1a'] }],
    ['types', { ...small, where: { 'instance-type': 'm5.xlarge' } }, {}],
    ['architectures', { ...small, where: { architecture: 'arm64' } }, {}],
    ['GPU models', { ...small, gpu: { models: ['A10'] } }, { type: 'g4dn.xlarge' }],
  ])('because of %s', async (_, template, group) => {
    const fleet = [{ name: 'g', type: 'm5.large', size: 1, ...group }];
    const [finding, ...others] = await found([template], { fleet });
    expect(finding).toMatch(/^E2002 no instance of the fleet has .*, as task s0 wants \(platform "ecs"\)$/);
    expect(others).toEqual([]);
    expect((await found([template, small], { fleet }))[0]).toMatch(/^W2004 /);
  });

  test('because of taints, which ECS does not have', async () => {
    const taints = [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' as const }];
    const fleet = [{ name: 'g', type: 'm5.large', size: 1, taints }];
    expect(await found([small], { fleet })).toEqual([]);
    expect(await found([small], { fleet, platforms: kubernetes })).toEqual([
      'E2002 no instance of the fleet lets task s0 in (platform "k") (taints of the fleet: dedicated:NoSchedule)',
    ]);
  });

  test.each([
    [{ operator: 'Exists' as const }, true],
    [{ key: 'dedicated', operator: 'Exists' as const }, true],
    [{ key: 'dedicated', value: 'batch' }, true],
    [{ key: 'dedicated', value: 'web' }, false],
    [{ key: 'dedicated', value: 'batch', effect: 'NoExecute' as const }, false],
    [{ key: 'other', operator: 'Exists' as const }, false],
  ])('unless the taint is tolerated: %j %s', async (toleration, isTolerated) => {
    const taints = [{ key: 'dedicated', value: 'batch', effect: 'NoSchedule' as const }];
    const fleet = [{ name: 'g', type: 'm5.large', size: 1, taints }];
    const lines = await found([{ ...small, tolerations: [toleration] }], { fleet, platforms: kubernetes });
    expect(lines).toHaveLength(isTolerated ? 0 : 1);
  });

  test('attributes that the platforms set themselves are not judged', async () => {
    const where = { 'ecs.os-type': 'linux', 'kubernetes.io/os': 'linux' };
    expect(await found([{ ...small, where }])).toEqual([]);
  });
});
