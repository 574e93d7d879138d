import { expect, test } from 'vitest';
import type { ClusterView } from '../../src/model/cluster-view.ts';
import { type FollowingIndex, IndexBudget } from '../../src/schedulers/index-budget.ts';

/** Remembers what was done to it; `behind` changes are unseen. */
class Probe implements FollowingIndex {
  behind = Number.POSITIVE_INFINITY;
  readonly done: string[] = [];
  lag(): number {
    return this.behind;
  }
  build(): void {
    this.behind = 0;
    this.done.push('build');
  }
  catchUp(): void {
    this.behind = 0;
    this.done.push('catch up');
  }
  verify(): void {
    this.done.push('verify');
  }
}

const cluster = (instances: number) =>
  ({ readyCount: instances, slotCount: instances }) as unknown as ClusterView;

test('ready() gives an index to a question that is asked again and again, and follows it', () => {
  const budget = new IndexBudget(false);
  const probe = new Probe();
  const tenant = budget.open(() => probe);
  const view = cluster(100);
  const answers = Array.from({ length: 18 }, () => budget.ready(tenant, view));
  expect(answers.indexOf(probe)).toBe(15);
  expect(probe.done).toEqual(['build', 'catch up', 'catch up']);
});

test('ready() gives up an index that has missed half as many changes as there are instances, and asks more for the next', () => {
  const budget = new IndexBudget(false);
  const made: Probe[] = [];
  const tenant = budget.open(() => {
    const probe = new Probe();
    made.push(probe);
    return probe;
  });
  const view = cluster(100);
  const asksUntilReady = () => {
    let asks = 1;
    while (budget.ready(tenant, view) === null) asks += 1;
    return asks;
  };
  expect(asksUntilReady()).toBe(16);
  made[0]!.behind = 50;
  expect(budget.ready(tenant, view)).toBe(made[0]);
  made[0]!.behind = 51;
  expect(asksUntilReady()).toBe(32);
  made[1]!.behind = 1000;
  expect(asksUntilReady()).toBe(64);
});

test('ready() scans small clusters', () => {
  const budget = new IndexBudget(false);
  const tenant = budget.open(() => new Probe());
  for (let ask = 0; ask < 100; ask++) expect(budget.ready(tenant, cluster(47))).toBeNull();
});

test('ready() keeps as many indexes as memory allows; one that is left behind makes room', () => {
  // 2^28 bytes at 32 a slot: two indexes for 4,194,304 slots.
  const view = cluster(2 ** 22);
  const budget = new IndexBudget(false);
  const probes = [0, 1, 2].map(() => new Probe());
  const tenants = probes.map((probe) => budget.open(() => probe));
  const askAll = () =>
    Array.from({ length: 16 }, () => tenants.map((tenant) => budget.ready(tenant, view) !== null)).at(-1);
  expect(askAll()).toEqual([true, true, false]);
  probes[0]!.behind = 2 ** 22;
  expect(Array.from({ length: 16 }, () => budget.ready(tenants[2]!, view)).at(-1)).toBe(probes[2]);
});

test('ready() verifies from the first question on when told to', () => {
  const budget = new IndexBudget(true);
  const probe = new Probe();
  const tenant = budget.open(() => probe);
  budget.ready(tenant, cluster(1));
  budget.ready(tenant, cluster(1));
  expect(probe.done).toEqual(['build', 'verify', 'catch up', 'verify']);
});
