import { describe, expect, test } from 'vitest';
import {
  decideRound,
  firstRound,
  type Round,
  type RoundGoal,
  roundPlan,
} from '../../../src/experiment/sweep/rounds.ts';
import { makeSweepPlan, openSweep, type Sweep } from '../../../src/experiment/sweep/sweep-plan.ts';
import { SweepValues } from '../../../src/experiment/sweep/sweep-values.ts';
import type { RunDone } from '../../../src/experiment/sweep/record.ts';

function sweepOf(platforms: readonly string[], seeds: string): Sweep {
  return openSweep(
    makeSweepPlan(
      {
        engineVersion: '1.0.0',
        catalogue: { id: 'test', date: '2026-01-01' },
        scenario: { name: 's', file: 's.yaml', content: '', planHash: '' },
        sets: [],
        prices: null,
        runsCode: false,
        checks: [],
        design: { kind: 'grid' },
        parameters: [],
        platforms: [...platforms],
        seeds,
      },
      4,
    ),
  );
}

/** Values of cost.total: `cost(platform, seed position)`; null: the run failed. */
function valuesOf(sweep: Sweep, cost: (platform: string, seed: number) => number | null): SweepValues {
  const values = new SweepValues(sweep, ['cost.total']);
  const { platforms } = sweep.plan;
  for (let seed = 0; seed < sweep.seeds.count; seed++) {
    for (const [column, platform] of platforms.entries()) {
      const total = cost(platform, seed);
      const place = { index: sweep.indexOf(0, seed, column), point: 0, values: {}, platform, seed };
      const metrics = { 'cost.total': total } as unknown as RunDone['metrics'];
      if (total === null) values.addRecord({ ...place, error: { code: 'x', message: '' }, reproduce: [] });
      else values.addRecord({ ...place, planHash: '', fingerprint: '', passed: true, metrics });
    }
  }
  return values;
}

const HALVE: RoundGoal = { target: null, halve: 'cost.total', firstSeeds: 2 };
const TARGET: RoundGoal = { target: { metric: 'cost.total', share: 0.1 }, halve: null, firstSeeds: 2 };

/** Decides round after round until the end. */
function roundsOf(sweep: Sweep, values: SweepValues, goal: RoundGoal): { rounds: Round[]; end: string } {
  const rounds: Round[] = [];
  let next: Round | string = firstRound(sweep, goal);
  while (typeof next !== 'string') {
    rounds.push(next);
    next = decideRound(sweep, next, values, goal).next;
  }
  return { rounds, end: next };
}

describe('rounds', () => {
  test('take 2, 4, 8 … seeds, the last one what is left', () => {
    const sweep = sweepOf(['a'], '1..9,20');
    // Values swing by a factor of two: never precise.
    const { rounds, end } = roundsOf(
      sweep,
      valuesOf(sweep, (_, seed) => 1 + (seed % 2)),
      TARGET,
    );
    expect(rounds.map((round) => roundPlan(sweep, round).seeds)).toEqual(['1..2', '3..6', '7..9,20']);
    expect(end).toBe('no seeds left');
  });

  test('halve: five platforms become three, two, one, the cheapest', () => {
    const sweep = sweepOf(['e', 'd', 'c', 'b', 'a'], '1..100');
    const cost = (platform: string) => platform.charCodeAt(0);
    const { rounds, end } = roundsOf(sweep, valuesOf(sweep, cost), HALVE);
    expect(rounds.map(({ platforms }) => platforms)).toEqual([
      ['e', 'd', 'c', 'b', 'a'],
      ['c', 'b', 'a'],
      ['b', 'a'],
    ]);
    expect(end).toBe('one platform');
  });

  test('a platform with a failed run is the first to go; equal ones stay in their order', () => {
    const sweep = sweepOf(['fails', 'x', 'y'], '1..4');
    const values = valuesOf(sweep, (platform, seed) => (platform === 'fails' && seed === 0 ? null : 1));
    const { verdicts } = decideRound(sweep, firstRound(sweep, HALVE), values, HALVE);
    expect(verdicts.map(({ platform, mean, isKept }) => [platform, mean, isKept])).toEqual([
      ['fails', null, false],
      ['x', 1, true],
      ['y', 1, true],
    ]);
  });

  test('a round knows nothing of the seeds after it', () => {
    const sweep = sweepOf(['a', 'b'], '1..20');
    const first = firstRound(sweep, HALVE);
    const calm = valuesOf(sweep, (platform, seed) => (platform === 'a' ? 1 : 2) + seed / 100);
    const wild = valuesOf(sweep, (platform, seed) =>
      seed <= first.seeds.last ? (platform === 'a' ? 1 : 2) + seed / 100 : platform === 'a' ? 1000 : 0,
    );
    expect(decideRound(sweep, first, wild, HALVE)).toEqual(decideRound(sweep, first, calm, HALVE));
  });

  test.each([
    // 90 and 110: mean 100, s = √((10² + 10²) / 1) = 14.1421. One round: t(0.975, 1) = 12.7062, half-width
    // 12.7062 · 14.1421 / √2 = 127.062 = 127.062 % of the mean.
    { name: 'one look', seeds: '1..2', precision: 1.27062 },
    // Six seeds are two rounds, 2 and 4, and each look may be wrong in 2.5 %: t(0.9875, 1) = 25.4517, half-width 254.517.
    { name: 'the first of two looks', seeds: '1..6', precision: 2.54517 },
  ])('the interval of $name', ({ seeds, precision }) => {
    const sweep = sweepOf(['a'], seeds);
    const values = valuesOf(sweep, (_, seed) => (seed % 2 === 0 ? 90 : 110));
    const [verdict] = decideRound(sweep, firstRound(sweep, TARGET), values, TARGET).verdicts;
    expect(verdict!.precision).toBeCloseTo(precision, 4);
  });

  test('end when every platform is known well enough, and not before', () => {
    const sweep = sweepOf(['a', 'b'], '1..50');
    const steady = valuesOf(sweep, () => 5);
    expect(roundsOf(sweep, steady, TARGET)).toMatchObject({ rounds: [{ number: 1 }], end: 'precise' });
    const one = valuesOf(sweep, (platform, seed) => (platform === 'a' ? 5 : 5 + (seed % 2)));
    expect(roundsOf(sweep, one, TARGET).rounds.length).toBeGreaterThan(1);
    expect(roundsOf(sweep, one, TARGET).end).toBe('precise');
  });
});
