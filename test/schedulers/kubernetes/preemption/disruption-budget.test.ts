import { expect, test } from 'vitest';
import { violatingTasks } from '../../../../src/schedulers/kubernetes/preemption/disruption-budget.ts';
import type { Requirement } from '../../../../src/schedulers/kubernetes/requirement.ts';
import { createScene } from './scene.ts';

const app = (value: string): Requirement[] => [{ key: 'app', operator: 'In', values: [value] }];
const budget = {
  namespace: 'default',
  selector: app('a'),
  disruptionsAllowed: 1,
  disrupted: new Set<number>(),
};

function createPods() {
  const scene = createScene(['n']);
  const run = (labels: Readonly<Record<string, string>>, namespace = 'default') =>
    scene.run('pod', 'n', { labels, namespace });
  return { view: scene.store, run };
}

test('violatingTasks lets the first tasks go that the budget allows', () => {
  const { view, run } = createPods();
  const tasks = [run({ app: 'a' }), run({ app: 'b' }), run({ app: 'a' }), run({ app: 'a' })];
  expect([...violatingTasks(view, tasks, [budget])]).toEqual([tasks[2], tasks[3]]);
});

test('violatingTasks charges every budget of a task, even one that another has stopped', () => {
  const { view, run } = createPods();
  const both = run({ app: 'a', tier: 'x' });
  const tier = run({ tier: 'x' });
  const tierBudget = {
    ...budget,
    selector: [{ key: 'tier', operator: 'Exists' as const, values: [] }],
  };
  // The first breaks the budget of app=a and uses up that of the tier.
  expect([...violatingTasks(view, [both, tier], [{ ...budget, disruptionsAllowed: 0 }, tierBudget])]).toEqual(
    [both, tier],
  );
});

test('violatingTasks passes over other namespaces, empty selectors, pods without labels and disrupted ones', () => {
  const { view, run } = createPods();
  const none = { ...budget, disruptionsAllowed: 0 };
  const anyPod = { ...none, selector: [{ key: 'x', operator: 'DoesNotExist' as const, values: [] }] };
  const disrupted = run({ app: 'a' });
  const tasks = [run({ app: 'a' }, 'other'), run({}), disrupted];
  const budgets = [
    { ...none, disrupted: new Set([disrupted]) },
    { ...none, selector: [] },
    { ...none, selector: null },
    { ...anyPod, disrupted: new Set([disrupted]) },
  ];
  expect([...violatingTasks(view, tasks, budgets)]).toEqual([]);
  expect([...violatingTasks(view, [run({ app: 'b' })], budgets)]).toHaveLength(1);
});
