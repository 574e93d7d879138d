import { describe, expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';

const nodes = [
  { name: 'a', labels: { disk: 'ssd', gen: '3' } },
  { name: 'b', labels: { disk: 'hdd', gen: '5' } },
  { name: 'c' },
];
const expressions = (...matchExpressions: object[]) => ({ matchExpressions });
const named = (...names: string[]) => ({
  matchFields: names.map((name) => ({ key: 'metadata.name', operator: 'In', values: [name] })),
});
const required = (...nodeSelectorTerms: object[]) => ({
  spec: {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  },
});
const preferred = (...terms: [weight: number, preference: object][]) => ({
  spec: {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: terms.map(([weight, preference]) => ({
          weight,
          preference,
        })),
      },
    },
  },
});
const ssd = { key: 'disk', operator: 'In', values: ['ssd'] };
const feasible = (outcome: { cycle: { feasible: Int32Array } }) =>
  [...outcome.cycle.feasible].map((slot) => 'abc'[slot]);

describe('NodeAffinity filter', () => {
  test.each([
    { name: 'nodeSelector', pod: { spec: { nodeSelector: { disk: 'ssd' } } }, fits: ['a'] },
    { name: 'empty nodeSelector', pod: { spec: { nodeSelector: {} } }, fits: ['a', 'b', 'c'] },
    { name: 'one term', pod: required(expressions(ssd)), fits: ['a'] },
    {
      name: 'all expressions of a term',
      pod: required(expressions(ssd, { key: 'gen', operator: 'Gt', values: ['3'] })),
      fits: [],
    },
    {
      name: 'any of two terms',
      pod: required(expressions(ssd), expressions({ key: 'disk', operator: 'DoesNotExist' })),
      fits: ['a', 'c'],
    },
    { name: 'a term without requirements', pod: required({}), fits: [] },
    { name: 'no terms', pod: required(), fits: [] },
    { name: 'a pinned name', pod: required(named('b')), fits: ['b'] },
    { name: 'a name in one of two terms', pod: required(named('b'), expressions(ssd)), fits: ['a', 'b'] },
  ])('$name', ({ pod, fits }) => {
    const outcome = createFixture(nodes).examine(pod);
    expect(feasible(outcome)).toEqual(fits);
    for (const reasons of Object.values(outcome.refusals)) {
      expect(reasons).toEqual(["node(s) didn't match Pod's node affinity/selector"]);
    }
    expect(outcome.resolvable).toEqual([]);
  });

  test('only pinned nodes are looked at; the message counts the others', () => {
    const fixture = createFixture(nodes);
    const { cycle } = fixture.examine(required(named('b'), named('missing')));
    expect(cycle.verdicts).toHaveLength(1);
    const selector = required(named('b')).spec;
    const { message } = fixture.examine({ spec: { ...selector, nodeSelector: { disk: 'ssd' } } }).cycle;
    expect(message).toBe(
      "0/3 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, " +
        "2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    );
  });

  test('names that exclude each other refuse every node at once', () => {
    const { cycle } = createFixture(nodes).examine(required(named('a', 'b')));
    expect(cycle.verdicts).toEqual([]);
    expect(cycle.message).toBe('0/3 nodes are available: pod affinity terms conflict.');
  });

  test('affinity added by the profile is checked first', () => {
    const addedAffinity = required(expressions(ssd)).spec.affinity.nodeAffinity;
    const config = { profiles: [{ pluginConfig: [{ name: 'NodeAffinity', args: { addedAffinity } }] }] };
    const { refusals } = createFixture(nodes, { config }).examine({
      spec: { nodeSelector: { disk: 'hdd' } },
    });
    expect(refusals).toEqual({
      a: ["node(s) didn't match Pod's node affinity/selector"],
      b: ["node(s) didn't match scheduler-enforced node affinity"],
      c: ["node(s) didn't match scheduler-enforced node affinity"],
    });
  });
});

describe('NodeAffinity score', () => {
  test('sums the weights of matching terms and scales the largest to 100', () => {
    // a: 10 + 20, b: 20, c: 0; floor(100 * 20 / 30) = 66; weight 2
    const outcome = createFixture(nodes).examine(
      preferred([10, expressions(ssd)], [20, expressions({ key: 'disk', operator: 'Exists' })]),
    );
    expect(outcome.scores('NodeAffinity')).toEqual({ a: [30, 100, 200], b: [20, 66, 132], c: [0, 0, 0] });
  });

  test('an empty preference matches nothing', () => {
    const outcome = createFixture(nodes).examine(preferred([10, {}]));
    expect(outcome.scores('NodeAffinity')['a']).toEqual([0, 0, 0]);
  });
});
