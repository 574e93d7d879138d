import { expect, test } from 'vitest';
import { firstFit } from '../../src/schedulers/baselines/first-fit.ts';
import { findScheduler, registryOf, SCHEDULER_NAMES } from '../../src/schedulers/registry.ts';

test('findScheduler() finds every published name and nothing else', () => {
  for (const name of SCHEDULER_NAMES) expect(findScheduler(name)?.name).toBe(name);
  for (const name of ['', 'first', 'constructor', 'ECS']) expect(findScheduler(name)).toBeUndefined();
});

test('SCHEDULER_NAMES has ECS and the baselines', () => {
  expect(SCHEDULER_NAMES).toEqual(
    expect.arrayContaining(['ecs', 'first-fit', 'best-fit', 'worst-fit', 'dot-product', 'random']),
  );
});

test('registryOf() refuses two definitions with the same name', () => {
  expect(() => registryOf([firstFit, { ...firstFit }])).toThrow(/same name/);
});

test('every scheduler accepts no options and refuses unknown ones', () => {
  for (const name of SCHEDULER_NAMES) {
    const definition = findScheduler(name)!;
    expect(definition.readOptions(undefined), name).toHaveProperty('options');
    const read = definition.readOptions({ noSuchOption: 1 });
    expect('problems' in read && read.problems.map(({ path }) => path), name).toEqual([['noSuchOption']]);
    expect(definition.summary, name).toMatch(/\.$/);
  }
});
