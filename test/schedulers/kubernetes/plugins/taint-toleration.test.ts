import { describe, expect, test } from 'vitest';
import { createFixture } from '../fixture.ts';

describe('TaintToleration', () => {
  const prefer = (key: string) => ({ key, effect: 'PreferNoSchedule' });

  test('refuses NoSchedule and NoExecute, not PreferNoSchedule', () => {
    const { refusals } = createFixture([
      { name: 'a', taints: [{ key: 'x', effect: 'NoSchedule' }] },
      { name: 'b', taints: [{ key: 'x', effect: 'NoExecute' }] },
      { name: 'c', taints: [prefer('x')] },
    ]).examine({});
    const reasons = ['node(s) had untolerated taint(s)'];
    expect(refusals).toEqual({ a: reasons, b: reasons });
  });

  test.each([
    // 100 - floor(100 * raw / max), times 3
    {
      taints: [0, 1, 2],
      scores: [
        [0, 100, 300],
        [1, 50, 150],
        [2, 0, 0],
      ],
    },
    {
      taints: [0, 1, 3],
      scores: [
        [0, 100, 300],
        [1, 67, 201],
        [3, 0, 0],
      ],
    },
    {
      taints: [0, 0, 0],
      scores: [
        [0, 100, 300],
        [0, 100, 300],
        [0, 100, 300],
      ],
    },
  ])('prefers the fewest untolerated soft taints: $taints', ({ taints, scores }) => {
    const nodes = taints.map((count, i) => ({
      name: `n${i}`,
      taints: ['x', 'y', 'z'].slice(0, count).map(prefer),
    }));
    const outcome = createFixture(nodes).examine({});
    expect(Object.values(outcome.scores('TaintToleration'))).toEqual(scores);
  });

  test('soft taints are tolerated by an empty effect or PreferNoSchedule alone', () => {
    const { examine } = createFixture([{ name: 'a', taints: [prefer('x')] }, { name: 'b' }]);
    const raw = (effect?: string) =>
      examine({
        spec: { tolerations: [{ key: 'x', operator: 'Exists', ...(effect && { effect }) }] },
      }).scores('TaintToleration')['a']![0];
    expect([raw(), raw('PreferNoSchedule'), raw('NoSchedule')]).toEqual([0, 0, 1]);
  });
});
