import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chunksOf,
  chunksOfShard,
  formatRanges,
  parseRanges,
  RangeList,
} from '../../../src/experiment/sweep/index-ranges.ts';
import { parseSeedRanges } from '../../../src/experiment/sweep/seed-ranges.ts';
import {
  makeSweepPlan,
  openSweep,
  readSweepPlan,
  type SweepInput,
} from '../../../src/experiment/sweep/sweep-plan.ts';

const INPUT: SweepInput = {
  engineVersion: '1.2.3',
  catalogue: { id: 'aws', date: '2026-08-01' },
  scenario: { name: 'small', file: 'scenario.yaml', content: 'version: 1', planHash: 'ab' },
  sets: [],
  prices: null,
  runsCode: false,
  checks: [],
  design: { kind: 'grid' },
  parameters: ['a=1..3', 'b=x,y'],
  platforms: ['ecs', 'kubernetes'],
  seeds: '1..4,9',
};

describe('makeSweepPlan()', () => {
  test('counts, and cuts chunks at whole worlds', () => {
    const plan = makeSweepPlan(INPUT, 7);
    // 3 × 2 points, 5 seeds, 2 platforms; 7 runs are 3.5 worlds of two platforms: 4 worlds.
    expect(plan).toMatchObject({ points: 6, runs: 60, chunkRuns: 8 });
  });

  test('a hundred million runs are cut by arithmetic; more than 1e9 are refused', () => {
    const plan = makeSweepPlan({ ...INPUT, parameters: ['a=1..1000', 'b=1..10000'] }, 500);
    expect(openSweep(plan).chunks.at(199_999)).toEqual({ first: 99_999_500, last: 99_999_999 });
    expect(() => makeSweepPlan({ ...INPUT, seeds: '1..1000000000000' }, 1)).toThrow(
      /at most 1000000000 runs/,
    );
  });

  test('its hash is of what decides results: not of places and chunks', () => {
    const { hash } = makeSweepPlan(INPUT, 7);
    const moved = { ...INPUT, scenario: { ...INPUT.scenario, file: '../x.yaml' } };
    expect(makeSweepPlan(moved, 100).hash).toBe(hash);
    expect(makeSweepPlan({ ...INPUT, seeds: '1..5' }, 7).hash).not.toBe(hash);
    expect(makeSweepPlan({ ...INPUT, sets: [['horizon', '1d']] }, 7).hash).not.toBe(hash);
  });

  test('parameters of a list must have equally many values', () => {
    expect(() => makeSweepPlan({ ...INPUT, design: { kind: 'list' } }, 1)).toThrow(/a has 3, b 2/);
  });
});

describe('openSweep()', () => {
  test('index and place are a bijection', () => {
    const counts = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 3 }),
    );
    fc.assert(
      fc.property(counts, ([a, b, seeds, platformCount]) => {
        const platforms = Array.from({ length: platformCount }, (_, at) => `p${at}`);
        const sweep = openSweep(
          makeSweepPlan(
            { ...INPUT, parameters: [`a=1..${a}`, `b=1..${b}`], platforms, seeds: `3..${seeds + 2}` },
            1,
          ),
        );
        const met = new Set<string>();
        for (let index = 0; index < sweep.plan.runs; index++) {
          const { point, seed, platform } = sweep.placeOf(index);
          expect(sweep.indexOf(point, seed - 3, platforms.indexOf(platform))).toBe(index);
          met.add(`${JSON.stringify(sweep.valuesAt(point))} ${seed} ${platform}`);
        }
        expect(met.size).toBe(a * b * seeds * platformCount);
      }),
      { seed: 21, numRuns: 60 },
    );
  });
});

describe('readSweepPlan()', () => {
  const text = JSON.stringify(makeSweepPlan(INPUT, 4));

  test('reads what was written', () => {
    expect(readSweepPlan(text, 'plan.json', '1.2.3')).toEqual(makeSweepPlan(INPUT, 4));
  });

  test.each([
    { name: 'no JSON', file: text.slice(1), reason: /no JSON/ },
    { name: 'a changed value', file: text.replace('1..4,9', '1..4,8'), reason: /changed/ },
    { name: 'a foreign key', file: text.replace('{', '{"x":1,'), reason: /x/ },
    { name: 'another version', file: text.replace('1.2.3', '1.2.4'), reason: /made by stowage 1.2.4/ },
  ])('refuses $name with E4004', ({ file, reason }) => {
    expect(() => readSweepPlan(file, 'plan.json', '1.2.3')).toThrow(reason);
    expect(() => readSweepPlan(file, 'plan.json', '1.2.3')).toThrow(/^E4004/);
  });
});

describe('chunksOfShard()', () => {
  test('shards share out every chunk once, for any number of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (runs, size, count) => {
          const chunks = chunksOf(runs, size);
          const owned = Array.from({ length: count }, (_, index) => [
            ...chunksOfShard(chunks, { index, count }),
          ]).flat();
          const indexes = owned.flatMap(({ first, last }) =>
            Array.from({ length: last - first + 1 }, (_, at) => first + at),
          );
          expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: runs }, (_, index) => index));
        },
      ),
      { seed: 22, numRuns: 100 },
    );
  });
});

test('formatRanges() and parseRanges() are inverse; RangeList joins neighbours', () => {
  const list = new RangeList();
  for (const index of [0, 1, 2, 5, 7, 8]) list.add(index);
  expect(list.count).toBe(6);
  expect(formatRanges(list.ranges)).toBe('0-2,5,7-8');
  expect(parseRanges('0-2,5,7-8')).toEqual(list.ranges);
  expect(parseRanges('5-2')).toBeNull();
  expect(parseRanges('1;2')).toBeNull();
});

describe('parseSeedRanges()', () => {
  test('counts and finds without listing', () => {
    const seeds = parseSeedRanges('5,1..3,100000000..199999999');
    expect(seeds.count).toBe(100_000_004);
    expect([0, 1, 3, 4, 100_000_003].map((at) => seeds.at(at))).toEqual([5, 1, 3, 100_000_000, 199_999_999]);
  });

  test.each(['', '1..', '3..1', 'x', '1..5,5', '-1'])('refuses %j', (text) => {
    expect(() => parseSeedRanges(text)).toThrow(/cannot use --seeds/);
  });
});
