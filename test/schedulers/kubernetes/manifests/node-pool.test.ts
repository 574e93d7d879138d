import { describe, expect, test } from 'vitest';
import {
  leftOutOfPool,
  poolOfGroups,
  readNodePool,
} from '../../../../src/schedulers/kubernetes/manifests/node-pool.ts';
import { HOUR, MINUTE, SECOND } from '../../../../src/units.ts';

function pool(spec: object = {}, name = 'p') {
  const read = readNodePool({ metadata: { name }, spec });
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const problemsOf = (object: unknown) => {
  const read = readNodePool(object);
  return 'problems' in read ? read.problems.map(({ path, message }) => `${path.join('.')}: ${message}`) : [];
};

describe('readNodePool()', () => {
  test('fills in what the API server does', () => {
    expect(pool()).toMatchObject({
      weight: 0,
      nodeClass: '',
      consolidationPolicy: 'WhenEmptyOrUnderutilized',
      consolidateAfterMs: 0,
      expireAfterMs: 720 * HOUR,
      budgets: [{ nodes: '10%', reasons: null, window: null }],
    });
  });

  test('reads durations, budgets, limits and requirements', () => {
    const read = pool({
      weight: 7,
      limits: { cpu: '10', nodes: '3' },
      disruption: {
        consolidateAfter: 'Never',
        budgets: [{ nodes: '0', schedule: '@daily', duration: '1h30m0s', reasons: ['Empty'] }],
      },
      template: {
        metadata: { labels: { team: 'a' } },
        spec: {
          nodeClassRef: { name: 'general' },
          expireAfter: '90s',
          requirements: [{ key: 'k', operator: 'In', values: ['a', 'b'], minValues: 2 }],
        },
      },
    });
    expect(read).toMatchObject({
      weight: 7,
      nodeClass: 'general',
      consolidateAfterMs: null,
      expireAfterMs: 90 * SECOND,
    });
    expect(read.budgets).toEqual([
      { nodes: 0, reasons: ['Empty'], window: { schedule: '@daily', durationMs: HOUR + 30 * MINUTE } },
    ]);
    expect([...read.limits]).toEqual([
      ['cpu', 10_000_000_000n],
      ['nodes', 3_000_000_000n],
    ]);
    expect(read.requirements).toEqual([{ key: 'k', operator: 'In', values: ['a', 'b'], minValues: 2 }]);
  });

  test.each([
    { object: {}, problem: 'metadata.name: a NodePool needs a name' },
    {
      object: { metadata: { name: 'p' }, spec: { disruption: { budgets: [{ nodes: '101%' }] } } },
      problem: 'spec.disruption.budgets.0.nodes: must be a number of nodes, or a percentage such as 10%',
    },
    {
      object: { metadata: { name: 'p' }, spec: { disruption: { budgets: [{ schedule: '@daily' }] } } },
      problem: 'spec.disruption.budgets.0: a schedule needs a duration, and a duration a schedule',
    },
    {
      object: { metadata: { name: 'p' }, spec: { disruption: { consolidateAfter: 'soon' } } },
      problem: "spec.disruption.consolidateAfter: must be a duration such as 1h30m, or 'Never'",
    },
    {
      object: {
        metadata: { name: 'p' },
        spec: { template: { spec: { requirements: [{ key: 'k', operator: 'Gt', values: ['x'] }] } } },
      },
      problem: 'spec.template.spec.requirements.0.values: Gt needs one non-negative integer',
    },
    {
      object: { metadata: { name: 'p' }, spec: { replicas: 3 } },
      problem: 'spec.replicas: static pools are not modelled',
    },
  ])('refuses: $problem', ({ object, problem }) => {
    expect(problemsOf(object)).toEqual([problem]);
  });
});

test('poolOfGroups() gives a group to the pool that names it, else to the one that names none', () => {
  const open = pool({}, 'open');
  const own = pool({ template: { spec: { nodeClassRef: { name: 'gpus' } } } }, 'own');
  const groups = [
    { name: 'general', instances: [] },
    { name: 'gpus', instances: [] },
    { name: 'listed', instances: ['node'] },
  ];
  expect(poolOfGroups([own, open], groups)).toEqual([open, own, null]);
  expect(poolOfGroups([own], groups)).toEqual([null, own, null]);
});

test.each([
  { name: 'a static pool', spec: { replicas: 3 }, what: ['static NodePool'] },
  {
    name: 'startup taints and a grace period',
    spec: {
      template: {
        spec: { startupTaints: [{ key: 'a', effect: 'NoSchedule' }], terminationGracePeriod: '1h' },
      },
    },
    what: ['startup taints of NodePools', 'terminationGracePeriod of NodePools'],
  },
  { name: 'nothing of a plain pool', spec: { weight: 3, template: { spec: {} } }, what: [] },
])('leftOutOfPool() names $name', ({ spec, what }) => {
  expect(leftOutOfPool({ kind: 'NodePool', metadata: { name: 'p' }, spec }).map((one) => one.what)).toEqual(
    what,
  );
});
