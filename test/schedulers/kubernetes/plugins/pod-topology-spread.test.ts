import { describe, expect, test } from 'vitest';
import { INSTANCE_STATE } from '../../../../src/model/cluster-view.ts';
import { createFixture, type PodWords } from '../fixture.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const labels = { app: 'a' };
const labelSelector = { matchLabels: labels };
const nodes = ['a', 'b', 'c'].flatMap((zone) => [1, 2].map((n) => ({ name: `${zone}${n}`, zone })));
const constraint = (more: object = {}) => ({
  topologyKey: ZONE,
  maxSkew: 1,
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector,
  ...more,
});
const spread = (constraints: object[], more: object = {}): PodWords => ({
  labels,
  spec: { topologySpreadConstraints: constraints, ...more },
});
const skewed = (options: unknown = {}, pods: readonly string[] = ['a1', 'a1', 'a2', 'b1', 'c1']) => {
  const fixture = createFixture(nodes, options);
  for (const node of pods) fixture.bind({ labels }, node);
  return fixture;
};
const zonesRefused = (refusals: Readonly<Record<string, unknown>>) =>
  [...new Set(Object.keys(refusals).map((name) => name[0]))].join('');

describe('PodTopologySpread filter, pods per zone a 3, b 1, c 1', () => {
  test.each([
    // a: 3 + 1 - 1 = 3 > 1; b, c: 1 + 1 - 1 = 1
    { name: 'maxSkew 1', pod: spread([constraint()]), refused: 'a' },
    { name: 'maxSkew 3', pod: spread([constraint({ maxSkew: 3 })]), refused: '' },
    // fewer than 4 domains: the minimum is 0; b: 1 + 1 - 0 = 2 > 1
    { name: 'minDomains 4', pod: spread([constraint({ minDomains: 4 })]), refused: 'abc' },
    { name: 'minDomains 3', pod: spread([constraint({ minDomains: 3 })]), refused: 'a' },
    // The pod does not count itself: a 3 + 0 - 1 = 2
    {
      name: 'a pod that does not match',
      pod: { ...spread([constraint({ maxSkew: 2 })]), labels: {} },
      refused: '',
    },
    { name: 'another namespace', pod: { ...spread([constraint()]), namespace: 'other' }, refused: '' },
    // An empty selector matches the pod, but counts nobody: 0 + 1 - 0 = 1
    { name: 'an empty selector', pod: spread([constraint({ labelSelector: {} })]), refused: '' },
    // Only zone a counts, where 3 + 1 - 3 = 1; b and c fail the node selector itself.
    {
      name: 'a node selector, honoured',
      pod: spread([constraint()], { nodeSelector: { [ZONE]: 'a' } }),
      refused: 'bc',
    },
    // Ignored: the minimum is that of b and c again.
    {
      name: 'a node selector, ignored',
      pod: spread([constraint({ nodeAffinityPolicy: 'Ignore' })], { nodeSelector: { [ZONE]: 'a' } }),
      refused: 'abc',
    },
  ])('$name', ({ pod, refused }) => {
    expect(zonesRefused(skewed().examine(pod).refusals)).toBe(refused);
  });

  test('tells the reasons apart', () => {
    const fixture = createFixture([...nodes, { name: 'x' }]);
    fixture.bind({ labels }, 'a1');
    const { refusals, resolvable } = fixture.examine(spread([constraint()]));
    const reason = "node(s) didn't match pod topology spread constraints";
    expect(refusals).toEqual({ a1: [reason], a2: [reason], x: [`${reason} (missing required label)`] });
    expect(resolvable).toEqual(['a1', 'a2']);
  });

  test('a zone whose nodes all drain counts with its pods, unless the constraint honours taints', () => {
    // Pods a 1, b 1, c 0, where c drains: 1 + 1 − 0 = 2 > 1 in a and b. Without c: 1 + 1 − 1.
    const refused = (more: object) => {
      const fixture = skewed({}, ['a1', 'b1']);
      for (const slot of [4, 5]) fixture.store.setInstanceState(slot, INSTANCE_STATE.draining, 0);
      return zonesRefused(fixture.examine(spread([constraint(more)])).refusals);
    };
    expect(refused({})).toBe('abc');
    expect(refused({ nodeTaintsPolicy: 'Honor' })).toBe('c');
  });

  test('terminating pods do not count', () => {
    const fixture = createFixture(nodes);
    fixture.bind({ labels, terminating: true }, 'a1');
    expect(fixture.examine(spread([constraint()])).refusals).toEqual({});
  });

  test('matchLabelKeys narrow the selector to the pod’s own revision', () => {
    const fixture = createFixture(nodes);
    fixture.bind({ labels: { app: 'a', rev: '1' } }, 'a1');
    const pod = (rev: string) => ({
      ...spread([constraint({ matchLabelKeys: ['rev'] })]),
      labels: { app: 'a', rev },
    });
    expect(zonesRefused(fixture.examine(pod('1')).refusals)).toBe('a');
    expect(zonesRefused(fixture.examine(pod('2')).refusals)).toBe('');
  });
});

describe('PodTopologySpread score', () => {
  const owned: PodWords = { labels, selectedBy: [labelSelector] };

  test('system defaults, one pod each on a1, a2, b1', () => {
    // weights ln 8 (hosts) and ln 5 (zones); a1: 1 * 2.079 + 2 + 2 * 1.609 + 4 = 11.298; normalised
    // floor(100 * (11 + 6 - raw) / 11)
    const scores = skewed({}, ['a1', 'a2', 'b1']).examine(owned).scores('PodTopologySpread');
    expect(scores).toEqual({
      a1: [11, 54, 108],
      a2: [11, 54, 108],
      b1: [10, 63, 126],
      b2: [8, 81, 162],
      c1: [6, 100, 200],
      c2: [6, 100, 200],
    });
  });

  test('pods without owner or constraint are not spread', () => {
    const { cycle } = skewed().examine({ labels });
    expect(cycle.preScoreSkipped).toContain('PodTopologySpread');
  });

  test('one soft constraint over two zones with 3 and 1 pods', () => {
    const fixture = createFixture(nodes.slice(0, 4));
    for (const node of ['a1', 'a1', 'a2', 'b1']) fixture.bind({ labels }, node);
    const soft = spread([constraint({ whenUnsatisfiable: 'ScheduleAnyway' })]);
    // weight ln 4: round(4.159) = 4, round(1.386) = 1; floor(100 * (4 + 1 - 4) / 4) = 25
    const scores = fixture.examine(soft).scores('PodTopologySpread');
    expect([scores['a1'], scores['b1']]).toEqual([
      [4, 25, 50],
      [1, 100, 200],
    ]);
  });

  test('a node without the label gets 0 for own constraints, and is scored by the rest of the defaults', () => {
    const fixture = createFixture([...nodes.slice(0, 2), { name: 'x' }]);
    fixture.bind({ labels }, 'a1');
    const soft = spread([constraint({ whenUnsatisfiable: 'ScheduleAnyway' })]);
    expect(fixture.examine(soft).scores('PodTopologySpread')['x']).toEqual([0, 0, 0]);
    // Hosts only: 0 pods + maxSkew 3 - 1 = 2
    expect(fixture.examine(owned).scores('PodTopologySpread')['x']![0]).toBe(2);
  });

  test('listed defaults stand in for the system ones', () => {
    const defaultConstraints = [{ topologyKey: HOST, maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }];
    const args = { defaultingType: 'List', defaultConstraints };
    const config = { profiles: [{ pluginConfig: [{ name: 'PodTopologySpread', args }] }] };
    const { refusals } = skewed({ config }, ['a1']).examine(owned);
    expect(Object.keys(refusals)).toEqual(['a1']);
  });
});
