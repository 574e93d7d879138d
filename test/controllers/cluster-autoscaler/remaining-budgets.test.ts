import { expect, test } from 'vitest';
import { RemainingBudgets } from '../../../src/controllers/cluster-autoscaler/remaining-budgets.ts';
import type { TaskClass } from '../../../src/model/task-class.ts';

const pod = (app: string, namespace = 'default') =>
  ({ namespace, labels: new Map([['app', app]]) }) as unknown as TaskClass;
const budget = (disruptionsAllowed: number, namespace = 'default') => ({
  namespace,
  // An empty selector: all pods of the namespace.
  selector: [],
  disruptionsAllowed,
  disrupted: new Set<number>(),
});

test('RemainingBudgets count down over the nodes of a loop, and say where pods could not go together', () => {
  const [web, db, far] = [pod('web'), pod('db'), pod('web', 'far')];
  const budgets = new RemainingBudgets([budget(3), budget(9, 'far')]);
  expect([web, pod('web', 'none')].map((one) => budgets.isCovered(one))).toEqual([true, false]);
  // 3 − 2 = 1: together. 1 − 2 < 0: one after the other, and then none more.
  expect(budgets.take([web, db])).toBe(true);
  expect(budgets.isOverdrawn(web)).toBe(false);
  expect(budgets.take([web, db])).toBe(false);
  expect([web, db, far].map((one) => budgets.isOverdrawn(one))).toEqual([true, true, false]);
});
