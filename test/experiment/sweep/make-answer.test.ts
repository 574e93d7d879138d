import { describe, expect, test } from 'vitest';
import { makeAnswer } from '../../../src/experiment/sweep/make-answer.ts';
import { encodeRecord, wholeRecords } from '../../../src/experiment/sweep/record.ts';
import { sureFront } from '../../../src/experiment/sweep/sure-front.ts';
import { makeSweepPlan, openSweep, type SweepInput } from '../../../src/experiment/sweep/sweep-plan.ts';
import { SweepValues } from '../../../src/experiment/sweep/sweep-values.ts';
import type { MetricName } from '../../../src/model/metrics.ts';
import { studentTQuantile } from '../../../src/statistics/student-t.ts';

const INPUT: SweepInput = {
  engineVersion: '1',
  catalogue: { id: '', date: '' },
  scenario: { name: 'x', file: 'x', content: '', planHash: '' },
  sets: [],
  prices: null,
  runsCode: false,
  checks: [],
  design: { kind: 'grid' },
  parameters: ['a=1..3', 'b=1..2'],
  platforms: ['ecs', 'kubernetes'],
  seeds: '1..4',
};

type Run = { a: number; b: number; platform: string; seed: number };

/** A sweep whose metrics are functions of the run; null: the run fails. */
function answered(
  input: Partial<SweepInput>,
  metrics: (run: Run) => Partial<Record<MetricName, number>> | null,
  objectives: readonly MetricName[] = ['cost.total', 'wait.p95'],
) {
  const sweep = openSweep(makeSweepPlan({ ...INPUT, ...input }, 10));
  const values = new SweepValues(sweep, objectives);
  for (let index = 0; index < sweep.plan.runs; index++) {
    const { point, seed, platform } = sweep.placeOf(index);
    const named = Object.fromEntries(sweep.valuesAt(point));
    const own = metrics({ a: Number(named['a']), b: Number(named['b']), platform, seed });
    const outcome =
      own === null
        ? { error: { code: 'E1103', message: 'no' }, reproduce: ['stowage', 'run'] }
        : { planHash: '', fingerprint: '', passed: seed > 1, metrics: own as Record<MetricName, number> };
    const bytes = encodeRecord({ index, point, values: named, platform, seed, ...outcome });
    values.add(wholeRecords(bytes).lines[0]!);
  }
  const baseline = sweep.plan.platforms[0]!;
  return makeAnswer(values, { objectives, baseline, resultHash: '', missing: 0 });
}

describe('makeAnswer()', () => {
  test('means, intervals over seeds, and paired differences to the platform at the same point', () => {
    const answer = answered({}, ({ a, platform, seed }) => ({
      'cost.total': 10 * a + seed + (platform === 'kubernetes' ? 2 + seed / 10 : 0),
      'wait.p95': 5,
    }));
    const cells = [...answer.cells()];
    expect(cells).toHaveLength(12);
    // Point 2 is a = 2, b = 1: seeds 21, 22, 23, 24; mean 22.5, s = √(5/3), half-width t(3)·s/2.
    const t = studentTQuantile(0.975, 3);
    const ecs = cells[4]!;
    expect(ecs).toMatchObject({
      point: 2,
      values: ['2', '1'],
      platform: 'ecs',
      done: 4,
      passed: 3,
      failed: 0,
    });
    expect(ecs.metrics[0]!.mean).toBeCloseTo(22.5, 12);
    expect(ecs.metrics[0]!.halfWidth).toBeCloseTo((t * Math.sqrt(5 / 3)) / 2, 9);
    expect(ecs.metrics[0]!.difference).toBeNull();
    // Differences 2.1, 2.2, 2.3, 2.4: mean 2.25, a tenth of the deviation.
    const { difference } = cells[5]!.metrics[0]!;
    expect(difference!.mean).toBeCloseTo(2.25, 12);
    expect(difference!.halfWidth).toBeCloseTo((t * Math.sqrt(5 / 3)) / 20, 9);
  });

  test('with one platform the first point is the baseline', () => {
    const answer = answered({ platforms: ['ecs'] }, ({ a, b }) => ({ 'cost.total': a * b, 'wait.p95': 0 }));
    expect(answer.baseline).toEqual({ kind: 'point' });
    const differences = [...answer.cells()].map(({ metrics }) => metrics[0]!.difference?.mean ?? null);
    // a·b - 1 in grid order: (1,1) (1,2) (2,1) (2,2) (3,1) (3,2)
    expect(differences).toEqual([null, 1, 1, 3, 2, 5]);
  });

  test('a cell with a failed run is counted, and is not on the front', () => {
    const answer = answered({ platforms: ['ecs'] }, ({ a, seed }) =>
      a === 1 && seed === 3 ? null : { 'cost.total': a, 'wait.p95': 0 },
    );
    expect(answer.failed).toBe(2);
    expect(answer.failures[0]).toMatchObject({ index: 2, error: { code: 'E1103' } });
    const [first] = answer.cells();
    expect(first).toMatchObject({ done: 3, failed: 1, isOnFront: false });
    expect(answer.front.map(({ values }) => values[0])).toEqual(['2', '2']);
  });

  test('importance in a grid is the share of the main effect: 8/11 and 3/11 here', () => {
    // cost = 2a + 2b over a in 1..3, b in 1..2: variances of the means are 4·2/3 and 4·1/4, that is 8/3 and 1.
    const answer = answered({ platforms: ['ecs'] }, ({ a, b }) => ({
      'cost.total': 2 * a + 2 * b,
      'wait.p95': 1,
    }));
    const shares = Object.fromEntries(answer.importance.map(({ factor, alone }) => [factor, alone]));
    expect(shares['a']).toBeCloseTo(8 / 11, 12);
    expect(shares['b']).toBeCloseTo(3 / 11, 12);
    expect(shares['seed']).toBeCloseTo(0, 12);
    expect(answer.importance.some(({ metric }) => metric === 'wait.p95')).toBe(false);
  });

  test('importance of drawn points is near that of the whole range, and a deaf parameter is near nothing', () => {
    for (const kind of ['lhs', 'random'] as const) {
      const answer = answered(
        {
          platforms: ['ecs'],
          seeds: '1',
          parameters: ['a=0..1000', 'b=0..1000'],
          design: { kind, points: 2000, seed: 3 },
        },
        ({ a, b, seed }) => ({ 'cost.total': 3 * a + seed, 'wait.p95': a + b }),
      );
      const of = (metric: string, factor: string) =>
        answer.importance.find((one) => one.metric === metric && one.factor === factor)!.alone;
      // Eight groups of a line hold 1 - 1/64 of its variance.
      expect(of('cost.total', 'a')).toBeGreaterThan(0.97);
      expect(of('cost.total', 'b')).toBeLessThan(0.02);
      expect(Math.abs(of('wait.p95', 'a') - 0.5)).toBeLessThan(0.06);
    }
  });

  test('a sobol design tells what interacts: of a·b each explains 3/7 alone and 4/7 in all', () => {
    // a, b uniform on [0, 1]: V = 1/9 - 1/16 = 7/144; V(E[ab|a]) = V(a/2) = 1/48 = 3/144.
    const answer = answered(
      {
        platforms: ['ecs'],
        seeds: '1',
        parameters: ['a=0..10000', 'b=0..10000'],
        design: { kind: 'sobol', points: 4000, seed: 9 },
      },
      ({ a, b }) => ({ 'cost.total': a * b, 'wait.p95': 1 }),
    );
    const [a, b] = answer.importance.filter(({ metric }) => metric === 'cost.total');
    for (const one of [a!, b!]) {
      expect(Math.abs(one.alone - 3 / 7)).toBeLessThan(0.05);
      expect(Math.abs(one.total! - 4 / 7)).toBeLessThan(0.05);
    }
  });

  test('parameters of a list change together: nothing is said of their importance', () => {
    const list = { design: { kind: 'list' as const }, parameters: ['a=1..3', 'b=4..6'] };
    expect(answered(list, ({ a }) => ({ 'cost.total': a, 'wait.p95': a })).importance).toEqual([]);
  });
});

describe('sureFront()', () => {
  const front = (points: readonly (readonly (readonly number[])[])[]) => {
    const seeds = points[0]![0]!.length;
    const columns = points[0]!.map((_, at) => Float64Array.from(points.flatMap((point) => [...point[at]!])));
    const quantile = seeds < 2 ? 0 : studentTQuantile(0.975, seeds - 1);
    return sureFront({ points: points.length, seeds, columns, quantile });
  };

  test('with one seed it is the plain front; equal points all stay', () => {
    expect(
      front([
        [[1], [4]],
        [[2], [2]],
        [[3], [3]],
        [[2], [2]],
        [[4], [1]],
      ]),
    ).toEqual([0, 1, 3, 4]);
  });

  test('what pairs cannot tell apart is a tie, and a tie elsewhere saves nobody', () => {
    // Cost 10 more in every seed is sure; waits differ by ±1 without a mean: the second is left out although its mean
    // wait is a hair lower.
    const cheap = [
      [1, 2, 3, 4],
      [5, 6, 5, 6],
    ];
    const dear = [
      [11, 12, 13, 14],
      [5.9, 4.9, 5.9, 4.9],
    ];
    expect(front([cheap, dear])).toEqual([0]);
    // Costs that differ by chance alone, and a wait that is surely better: only the better one stays.
    const noisy = [
      [1.1, 1.9, 3.1, 3.9],
      [1, 2, 1, 2],
    ];
    expect(front([cheap, noisy])).toEqual([1]);
    // Nothing is sure in either coordinate: both stay.
    const same = [
      [1.1, 1.9, 3.1, 3.9],
      [5.1, 5.9, 5.1, 5.8],
    ];
    expect(front([cheap, same])).toEqual([0, 1]);
  });
});
