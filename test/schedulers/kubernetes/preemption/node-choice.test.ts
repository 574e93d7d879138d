import { expect, test } from 'vitest';
import { createScene, type Words } from './scene.ts';

type Pods = Readonly<Record<string, readonly (readonly [Words, startMs?: number])[]>>;

/** Every pod has 4 / (pods on its node) CPUs, so a pod of 4 CPUs evicts them all. */
function bestOf(pods: Pods, brokenBudgets: readonly string[] = []): readonly string[] {
  const scene = createScene(Object.keys(pods));
  for (const [node, list] of Object.entries(pods)) {
    for (const [words, startMs] of list) scene.run('pod', node, { cpu: 4 / list.length, ...words }, startMs);
  }
  for (const app of brokenBudgets) {
    scene.budgets.push({
      namespace: 'default',
      selector: [{ key: 'app', operator: 'In', values: [app] }],
      disruptionsAllowed: 0,
      disrupted: new Set(),
    });
  }
  const { best, nominated } = scene.preempt({ cpu: 4, priority: 100 });
  expect(nominated).toBe(best[0]);
  return best;
}

test.each<{ rule: string; pods: Pods; broken?: readonly string[]; best: readonly string[] }>([
  {
    rule: 'fewest broken budgets, before low priority',
    pods: { a: [[{ priority: 0, labels: { app: 'x' } }]], b: [[{ priority: 9 }]] },
    broken: ['x'],
    best: ['b'],
  },
  {
    rule: 'lowest priority of the most important victim, before the sum',
    // 9 against 8 + 8
    pods: { a: [[{ priority: 9 }]], b: [[{ priority: 8 }], [{ priority: 8 }]] },
    best: ['b'],
  },
  {
    rule: 'smallest sum of priorities, each raised by 2^31',
    // 5 + 2^31 against 5 + 0 + 2 * 2^31; the third has a victim of 7
    pods: { a: [[{ priority: 5 }]], b: [[{ priority: 5 }], [{ priority: 0 }]], c: [[{ priority: 7 }]] },
    best: ['a'],
  },
  {
    rule: 'latest start of the oldest of the most important victims',
    // Of a the oldest pod of priority 5 started at 10, of b at 11; the pod of priority 0 does not matter.
    pods: {
      a: [
        [{ priority: 5 }, 12],
        [{ priority: 5 }, 10],
        [{ priority: 0 }, 50],
        [{ priority: 0 }, 50],
      ],
      b: [
        [{ priority: 5 }, 11],
        [{ priority: 5 }, 13],
        [{ priority: 0 }, 1],
        [{ priority: 0 }, 1],
      ],
    },
    best: ['b'],
  },
  {
    rule: 'none: all the same',
    pods: { a: [[{ priority: 5 }, 3]], b: [[{ priority: 5 }, 3]] },
    best: ['a', 'b'],
  },
])('leastHarmful prefers $rule', ({ pods, broken, best }) => {
  expect(bestOf(pods, broken)).toEqual(best);
});

test('leastHarmful prefers fewer victims where all else is equal', () => {
  // A priority of -2^31 adds nothing to the sum, so that only the number tells.
  const pods: Pods = {
    a: [[{ priority: 5 }], [{ priority: -(2 ** 31) }]],
    b: [[{ priority: 5 }]],
  };
  expect(bestOf(pods)).toEqual(['b']);
});
