import { describe, expect, test } from 'vitest';
import { nextReclaimMs, reclaimsPerHour, spotWalk } from '../../src/controllers/spot-walk.ts';
import { RandomStreams } from '../../src/kernel/random-streams.ts';
import { DAY, HOUR } from '../../src/units.ts';

const draws = (name: string) => new RandomStreams(1, 0).stream('test', name);

describe('spotWalk()', () => {
  test('has mean 1 and the standard deviation that was asked for', () => {
    const next = spotWalk({ swing: 0.3, memoryMs: HOUR, stepMs: HOUR }, draws('walk'));
    const factors = Array.from({ length: 40_000 }, next);
    const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
    const logs = factors.map(Math.log);
    const logMean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
    const variance = logs.reduce((sum, log) => sum + (log - logMean) ** 2, 0) / logs.length;
    expect(mean).toBeCloseTo(1, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.3, 1);
  });

  test('forgets: neighbours are alike, and after its memory the correlation is 1/e', () => {
    const next = spotWalk({ swing: 0.2, memoryMs: 10 * HOUR, stepMs: HOUR }, draws('memory'));
    const logs = Array.from({ length: 60_000 }, () => Math.log(next()) + 0.02);
    const correlation = (lag: number) => {
      let sum = 0;
      let square = 0;
      for (let i = lag; i < logs.length; i++) {
        sum += logs[i]! * logs[i - lag]!;
        square += logs[i]! ** 2;
      }
      return sum / square;
    };
    expect(correlation(1)).toBeCloseTo(Math.exp(-0.1), 1);
    expect(correlation(10)).toBeCloseTo(Math.exp(-1), 1);
  });

  test('without swing it stands still', () => {
    const next = spotWalk({ swing: 0, memoryMs: HOUR, stepMs: HOUR }, draws('still'));
    expect([next(), next(), next()]).toEqual([1, 1, 1]);
  });
});

describe('reclaims', () => {
  test.each([
    // h = −ln(1 − p) / 720 per hour, the hazards of the five bands
    [0.025, 0.0000352],
    [0.075, 0.0001083],
    [0.125, 0.0001855],
    [0.175, 0.0002672],
    [0.3, 0.0004954],
  ])('of a band of %d take each instance at %d an hour', (share, hazard) => {
    expect(reclaimsPerHour(share, 1)).toBeCloseTo(hazard, 7);
    // Half of the pool each time: twice as often.
    expect(reclaimsPerHour(share, 0.5)).toBeCloseTo(2 * reclaimsPerHour(share, 1), 12);
  });

  test('take within 30 days the share that was asked for', () => {
    const stream = draws('reclaims');
    const perHour = reclaimsPerHour(0.3, 0.25);
    let taken = 0;
    for (let instance = 0; instance < 4000; instance++) {
      for (let ms = nextReclaimMs(perHour, stream); ms < 30 * DAY; ms += nextReclaimMs(perHour, stream)) {
        if (stream.double() < 0.25) {
          taken += 1;
          break;
        }
      }
    }
    expect(taken / 4000).toBeCloseTo(0.3, 1);
  });

  test('never come when nothing is reclaimed', () => {
    expect(nextReclaimMs(reclaimsPerHour(0, 0.5), draws('never'))).toBe(Number.POSITIVE_INFINITY);
  });
});
