import { describe, expect, test } from 'vitest';
import { type Cell, fits, sparedOf } from '../../../src/experiment/packing/cell.ts';
import { compact, inflate } from '../../../src/experiment/packing/cell-search.ts';
import { barePlatform } from '../../../src/experiment/platforms/bare.ts';
import { RandomStreams } from '../../../src/kernel/random-streams.ts';
import { findScheduler } from '../../../src/schedulers/registry.ts';
import { GIB } from '../../../src/units.ts';
import { group, instanceType, platform as platformPlan, template } from '../../support/plans.ts';

/** Machines and tasks by vCPU; each has as many GiB. */
function cell(
  machines: readonly number[],
  tasks: readonly number[],
  scheduler = 'first-fit',
  daemons: readonly number[] = [],
): Cell {
  const types = new Map(
    [...new Set(machines)].map((vcpus) => [`t${vcpus}x${vcpus}`, instanceType(vcpus, vcpus)]),
  );
  const plan = platformPlan('bare') as Extract<ReturnType<typeof platformPlan>, { kind: 'bare' }>;
  const platform = barePlatform({ plan, types, region: 'us-east-1', extended: [] });
  const definition = findScheduler(scheduler)!;
  const read = definition.readOptions({});
  const sizes = [...new Set(tasks)];
  const kind = (vcpus: number, name = `job-${vcpus}`) =>
    platform.taskClass(template({ cpuMilli: vcpus * 1000, memoryBytes: vcpus * GIB }), {
      group: name,
      kind: 'job',
      spread: 'none',
      amounts: { cpuMilli: vcpus * 1000, memoryBytes: vcpus * GIB, gpu: null },
    });
  return {
    platform,
    scheduler: definition,
    schedulerOptions: 'options' in read ? read.options : {},
    machines: machines.map((vcpus) =>
      platform.instance(
        platform.shape(group(1, { types: [`t${vcpus}x${vcpus}`] }), `t${vcpus}x${vcpus}`),
        'zone-a',
        undefined,
      ),
    ),
    kinds: sizes.map((vcpus) => kind(vcpus)),
    tasks: tasks.map((vcpus) => sizes.indexOf(vcpus)),
    daemons: daemons.map((vcpus) => kind(vcpus, `agent-${vcpus}`)),
  };
}

const SEARCH = { seed: 1, permutations: 11, pendingShare: 0 };
const times = (count: number, size: number) => Array.from({ length: count }, () => size);
const random = () => new RandomStreams(1, 0).stream('test');

describe('fits()', () => {
  test('packs in order; as many as are spared may stay out', () => {
    const full = cell([4, 4], [2, 2, 3, 1]);
    const all = (tasks: readonly number[], spared: number) =>
      fits(full, [0, 1], tasks, { spared, random: random() });
    expect(all(full.tasks, 0)).toBe(true);
    // 2, 2 | 3 and the next 2 finds no room.
    expect(all([0, 0, 1, 0], 0)).toBe(false);
    expect(all([0, 0, 1, 0], 1)).toBe(true);
  });

  test('daemons take their room on every machine first', () => {
    expect(fits(cell([4], [4]), [0], [0], { spared: 0, random: random() })).toBe(true);
    expect(fits(cell([4], [4], 'first-fit', [1]), [0], [0], { spared: 0, random: random() })).toBe(false);
  });
});

test.each([
  [499, 0],
  [500, 1],
  [1000, 2],
  [1499, 2],
])('sparedOf() %i tasks at .2 %% is %i', (count, spared) => {
  expect(sparedOf(count)).toBe(spared);
});

describe('compact()', () => {
  test('equal machines, equal tasks: as many as it takes, in any order', () => {
    // Two to a machine of five.
    expect(compact(cell(times(10, 5), times(7, 2)), SEARCH)).toMatchObject({
      min: 4,
      typical: 4,
      max: 4,
      anomalies: 0,
    });
  });

  test('different machines: luck decides, and the 90th percentile is no average', () => {
    // Four tasks of 4 on one machine of 16, or on four of 4: between 1 and 5 of the five machines.
    const found = compact(cell([4, 4, 4, 4, 16], times(4, 4)), SEARCH)!;
    expect(found.values).toHaveLength(11);
    expect(found.min).toBeGreaterThanOrEqual(1);
    expect(found.max).toBeLessThanOrEqual(4);
    expect(found.min).toBeLessThan(found.max);
    expect(found.typical).toBe([...found.values].sort((a, b) => a - b)[9]);
  });

  test('machines alike are added when those that are there are too few', () => {
    expect(compact(cell([4, 4], times(10, 4)), SEARCH)).toMatchObject({ min: 10, max: 10 });
  });

  test('a task that no machine can hold: no number of them will do', () => {
    expect(compact(cell([4, 4], [5]), SEARCH)).toBeNull();
    expect(compact(cell([], [1]), SEARCH)).toBeNull();
  });

  test('nothing to run needs no machine', () => {
    expect(compact(cell([4, 4], []), SEARCH)).toMatchObject({ min: 0, max: 0 });
  });

  test('is the same for the same seed, and another for another', () => {
    const mixed = cell([4, 4, 4, 8, 8, 16], [3, 3, 5, 1, 2, 7, 4, 4]);
    expect(compact(mixed, SEARCH)).toEqual(compact(mixed, SEARCH));
    expect(compact(mixed, SEARCH)!.values).not.toEqual(compact(mixed, { ...SEARCH, seed: 2 })!.values);
  });
});

describe('inflate()', () => {
  test('copies until the machines are full', () => {
    // 40 places, 8 a copy.
    expect(inflate(cell(times(10, 4), times(8, 1)), SEARCH)).toMatchObject({ min: 5, typical: 5, max: 5 });
  });

  test('below one where not even the workload fits', () => {
    expect(inflate(cell([4], times(8, 1)), SEARCH)).toMatchObject({ min: 0.5, max: 0.5 });
  });

  test('draws of different sizes differ; the tenth percentile is what nine of ten reach', () => {
    const found = inflate(cell(times(4, 8), [5, 3, 2, 6, 1]), SEARCH)!;
    expect(found.typical).toBe([...found.values].sort((a, b) => a - b)[1]);
    expect(found.min).toBeLessThan(found.max);
  });

  test('nothing to copy, nothing to say', () => {
    expect([inflate(cell([4], []), SEARCH), inflate(cell([], [1]), SEARCH)]).toEqual([null, null]);
  });
});
