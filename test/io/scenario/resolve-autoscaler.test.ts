import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { planHash } from '../../../src/io/scenario/plan-hash.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import type { Autoscaler } from '../../../src/model/plan.ts';
import { findings, scenarioWith, testContext } from '../../support/scenarios.ts';

const OPEN = { name: 'general', type: 'm6i.xlarge', size: { min: 0, max: 9 } };
const TAINTED = { ...OPEN, name: 'gpus', taints: [{ key: 'gpu', effect: 'NoSchedule' }] };
const SPOT = { ...OPEN, name: 'spot', purchase: 'spot' };

const scenario = (autoscaler: unknown, fleet: readonly object[] = [OPEN]) => ({
  ...scenarioWith({}),
  fleet,
  platforms: [{ name: 'kube', kind: 'kubernetes', autoscaler }],
});

async function resolve(text: string) {
  return (await resolveScenario({ file: 'test.yaml', bytes: new TextEncoder().encode(text) }, testContext))
    .plan;
}

async function scalerOf<Kind extends Autoscaler['kind']>(
  kind: Kind,
  autoscaler: unknown,
  fleet?: readonly object[],
) {
  const plan = await resolve(stringify(scenario(autoscaler, fleet)));
  const scaler = plan.platforms[0]!.autoscaler;
  expect(scaler.kind).toBe(kind);
  return scaler as Extract<Autoscaler, { kind: Kind }>;
}

/** Errors without their positions. */
async function found(autoscaler: unknown, fleet?: readonly object[]): Promise<string[]> {
  const lines = await findings(stringify(scenario(autoscaler, fleet)));
  return lines.filter((line) => line.startsWith('E')).map((line) => line.replace(/ (\d+:\d+|-) /, ' '));
}

const poolsOf = (scaler: { readonly nodePools: readonly object[] }) =>
  scaler.nodePools.map((object) => {
    const { metadata, spec } = object as {
      metadata: { name: string };
      spec: { template: { spec: { nodeClassRef: { name: string }; taints?: unknown } } };
    };
    const { nodeClassRef, taints } = spec.template.spec;
    return [metadata.name, nodeClassRef.name, taints];
  });

describe('NodePools made of the fleet', () => {
  test('are one for all plain groups, and one for each with labels or taints', async () => {
    const scaler = await scalerOf('karpenter', 'karpenter', [OPEN, SPOT, TAINTED]);
    expect(poolsOf(scaler)).toEqual([
      ['default', 'default', undefined],
      ['gpus', 'gpus', [{ key: 'gpu', value: '', effect: 'NoSchedule' }]],
    ]);
  });

  test('say what pool says', async () => {
    const pool = {
      consolidateAfter: '30s',
      expireAfter: 'Never',
      budgets: [{ nodes: 3, schedule: '@daily', duration: '90m' }],
    };
    const scaler = await scalerOf('karpenter', { kind: 'karpenter', pool });
    expect(scaler.nodePools[0]).toMatchObject({
      spec: {
        template: { spec: { expireAfter: 'Never' } },
        disruption: {
          consolidationPolicy: 'WhenEmptyOrUnderutilized',
          consolidateAfter: '30s',
          budgets: [{ nodes: '3', schedule: '@daily', duration: '5400s' }],
        },
      },
    });
  });
});

test('labels that a pool gives its nodes are not missed', async () => {
  const where = { 'karpenter.sh/nodepool': 'default', 'karpenter.k8s.aws/instance-family': 'm6i' };
  const job = {
    name: 'j',
    template: { cpu: 1, memory: '1GiB', where },
    arrivals: { poisson: '1/h' },
    runtime: '1m',
  };
  const text = (autoscaler: string) => stringify({ ...scenario(autoscaler), workload: { jobs: [job] } });
  expect(await findings(text('karpenter'))).toEqual([]);
  expect(await findings(text('cluster-autoscaler'))).toEqual([expect.stringContaining('E2002')]);
});

test.each([
  ['karpenter'],
  ['cluster-autoscaler'],
  [{ kind: 'karpenter', drift: ['2h', '1h'], protects: 'jobs', spotToSpotConsolidation: true }],
  [
    {
      kind: 'cluster-autoscaler',
      expander: ['priority', 'price'],
      priorities: [{ priority: 2, groups: ['gen'] }],
    },
  ],
])('the plan of the rendered plan with %j is the same plan', async (autoscaler) => {
  const plan = await resolve(stringify(scenario(autoscaler)));
  const again = await resolve(renderPlanYaml(plan));
  expect(again).toEqual(plan);
  expect(planHash(again)).toBe(planHash(plan));
});

describe('refused', () => {
  const pool = (name: string, spec: object = {}) => ({ metadata: { name }, spec });

  test('two NodePools that would share the groups', async () => {
    expect(await found({ kind: 'karpenter', nodePools: [pool('a'), pool('b')] })).toEqual([
      expect.stringContaining('the NodePools a, b would share the instance groups'),
    ]);
  });

  test('two NodePools of one name', async () => {
    const named = { template: { spec: { nodeClassRef: { name: 'general' } } } };
    expect(await found({ kind: 'karpenter', nodePools: [pool('a', named), pool('a')] })).toContainEqual(
      expect.stringContaining('two NodePools are named "a"'),
    );
  });

  test('what a NodePool cannot say, at its place', async () => {
    const bad = pool('a', { disruption: { budgets: [{ nodes: '1', schedule: 'never', duration: '1h' }] } });
    expect(await found({ kind: 'karpenter', nodePools: [bad] })).toEqual([
      expect.stringContaining("NodePool a: 'never' has 1 fields, not five"),
    ]);
  });

  test('pool beside nodePools', async () => {
    expect(await found({ kind: 'karpenter', nodePools: [pool('a')], pool: {} })).toEqual([
      expect.stringContaining('there are NodePools already'),
    ]);
  });

  test('a group that buys both ways', async () => {
    const mixed = { ...OPEN, purchase: { onDemandBase: 2 } };
    expect(await found('karpenter', [mixed])).toEqual([
      expect.stringContaining('instance group general buys both Spot and On-Demand'),
    ]);
  });

  test('priorities without their expander, and the expander without them', async () => {
    expect(await found({ kind: 'cluster-autoscaler', priorities: [{ priority: 1, groups: ['a'] }] })).toEqual(
      [expect.stringContaining('priorities are for the expander priority')],
    );
    expect(await found({ kind: 'cluster-autoscaler', expander: 'priority' })).toEqual([
      expect.stringContaining('the expander priority needs priorities'),
    ]);
  });

  test('an expression that is none', async () => {
    const priorities = [{ priority: 1, groups: ['('] }];
    expect(await found({ kind: 'cluster-autoscaler', expander: 'priority', priorities })).toEqual([
      expect.stringContaining("'(' is no regular expression"),
    ]);
  });
});
