import { describe, expect, test } from 'vitest';
import * as theory from './queueing.ts';

/** Goldens recomputed by numerical integration and exact sums; μ = 1 unless stated. */
const DIGITS = 7;

describe('single server', () => {
  test.each([
    { rho: 0.5, wait: 1, p95: 5.991465 },
    { rho: 0.8, wait: 4, p95: 14.978661 },
    { rho: 0.9, wait: 9, p95: 29.957323 },
    { rho: 0.95, wait: 19, p95: 59.914645 },
  ])('M/M/1 at ρ $rho', ({ rho, wait, p95 }) => {
    expect(theory.waitMMc(rho, 1, 1)).toBeCloseTo(wait, DIGITS);
    expect(theory.waitMG1(rho, 1, 1)).toBeCloseTo(wait, DIGITS);
    expect(theory.sojournQuantileMM1(rho, 1, 0.95)).toBeCloseTo(p95, 5);
  });

  test.each([
    [0, 2],
    [0.25, 2.5],
    [1, 4],
    [4, 10],
    [10, 22],
  ])('waitMG1() at ρ 0.8 and C² %d is %d', (squaredVariation, wait) => {
    expect(theory.waitMG1(0.8, 1, squaredVariation)).toBeCloseTo(wait, DIGITS);
  });

  test('priorities: without and with interruption, and the first come first served mean between them', () => {
    const [first, second] = theory.waitsNonPreemptive([0.3, 0.4], 1);
    expect(first).toBeCloseTo(1, DIGITS);
    expect(second).toBeCloseTo(3.3333333, DIGITS);
    expect(theory.waitMMc(0.7, 1, 1)).toBeCloseTo(2.3333333, DIGITS);
    // Kleinrock's conservation law: (0.3 × 1 + 0.4 × 3.333) / 0.7 = 2.333
    expect((0.3 * first! + 0.4 * second!) / 0.7).toBeCloseTo(2.3333333, DIGITS);
    const interrupted = theory.sojournsPreemptive([0.3, 0.4], 1);
    expect(interrupted[0]).toBeCloseTo(1.4285714, DIGITS);
    expect(interrupted[1]).toBeCloseTo(4.7619048, DIGITS);
  });
});

describe('several servers', () => {
  test.each([
    { servers: 2, lambda: 1.6, blocked: 0.3298969, waits: 0.7111111, wait: 1.7777778 },
    { servers: 3, lambda: 2.4, blocked: null, waits: 0.647191, wait: 1.0786517 },
    { servers: 5, lambda: 4, blocked: null, waits: 0.5541126, wait: 0.5541126 },
    { servers: 10, lambda: 8, blocked: 0.1216611, waits: 0.4091802, wait: 0.2045901 },
    { servers: 10, lambda: 9, blocked: null, waits: 0.6687315, wait: 0.6687315 },
    { servers: 50, lambda: 45, blocked: null, waits: null, wait: 0.0727729 },
    { servers: 100, lambda: 95, blocked: null, waits: null, wait: 0.1012914 },
  ])('M/M/$servers at λ $lambda', ({ servers, lambda, blocked, waits, wait }) => {
    if (blocked !== null) expect(theory.erlangB(servers, lambda)).toBeCloseTo(blocked, DIGITS);
    if (waits !== null) expect(theory.erlangC(servers, lambda)).toBeCloseTo(waits, DIGITS);
    expect(theory.waitMMc(lambda, 1, servers)).toBeCloseTo(wait, DIGITS);
  });

  test('Little: L of M/M/2 at λ 1.6 is 4.444, of M/M/10 at λ 8 is 9.637', () => {
    expect(1.6 * (theory.waitMMc(1.6, 1, 2) + 1)).toBeCloseTo(4.4444444, DIGITS);
    expect(8 * (theory.waitMMc(8, 1, 10) + 1)).toBeCloseTo(9.6367206, DIGITS);
  });

  test.each([
    [0.9, 0.704493],
    [0.95, 1.051066],
    [0.99, 1.855785],
    [0.5, 0],
  ])('the wait of M/M/10 at λ 8 has quantile %d at %d', (p, wait) => {
    expect(theory.waitQuantileMMc(8, 1, 10, p)).toBeCloseTo(wait, 6);
  });

  test('P(wait > 1) of M/M/10 at λ 9', () => {
    expect(theory.waitTailMMc(9, 1, 10, 1)).toBeCloseTo(0.2460126, DIGITS);
  });

  test.each([
    { servers: 2, lambda: 1.6, wait: 0.9032839, delayed: null },
    { servers: 3, lambda: 2.7, wait: 1.377912, delayed: null },
    { servers: 10, lambda: 8, wait: 0.1098278, delayed: 0.3847174 },
    { servers: 10, lambda: 9, wait: 0.3445821, delayed: 0.6468613 },
  ])('M/D/$servers at λ $lambda, and its approximation within 3 %', ({ servers, lambda, wait, delayed }) => {
    const exact = theory.exactMDc(lambda, servers);
    expect(exact.wait).toBeCloseTo(wait, 6);
    if (delayed !== null) expect(exact.delayed).toBeCloseTo(delayed, 6);
    expect(Math.abs(theory.waitMDcApproximate(lambda, 1, servers) / wait - 1)).toBeLessThan(0.03);
  });

  test.each([
    { lambda: 0.8, full: 0.0888195, sojourn: 2.5630652 },
    { lambda: 1, full: 0.1666667, sojourn: 3 },
    { lambda: 2, full: 0.5079365, sojourn: 4.1612903 },
  ])('M/M/1/5 at λ $lambda', ({ lambda, full, sojourn }) => {
    expect(theory.distributionMMcK(lambda, 1, 1, 5)[5]).toBeCloseTo(full, DIGITS);
    expect(theory.meansMMcK(lambda, 1, 1, 5).sojourn).toBeCloseTo(sojourn, DIGITS);
  });

  test.each([
    { lambda: 8, full: 0.0091072, wait: 0.1450603 },
    { lambda: 12, full: 0.1796659, wait: 0.6359694 },
  ])('M/M/10/20 at λ $lambda', ({ lambda, full, wait }) => {
    expect(theory.distributionMMcK(lambda, 1, 10, 20)[20]).toBeCloseTo(full, DIGITS);
    expect(theory.meansMMcK(lambda, 1, 10, 20).wait).toBeCloseTo(wait, DIGITS);
  });

  test('M/G/10/10 blocks as Erlang B says, whatever the service times', () => {
    expect(theory.erlangB(10, 8)).toBeCloseTo(0.1216611, DIGITS);
    expect(theory.erlangB(10, 10)).toBeCloseTo(0.2145823, DIGITS);
  });

  test('M/G/∞ at λ 20 and E[S] 3: P(N > 75)', () => {
    expect(theory.poissonTail(60, 75)).toBeCloseTo(0.0259639, DIGITS);
  });
});

describe('clouds', () => {
  test.each([
    [30, 64.060058],
    [60, 82.072766],
    [300, 305.619226],
    [3600, 3600.497234],
  ])('a life of mean %d s is billed %d s with the 60 s minimum', (mean, billed) => {
    expect(theory.meanWithMinimum(mean, 60)).toBeCloseTo(billed, 6);
  });

  test.each([
    [0.1, 1, 1.0517092],
    [0.1, 10, 17.1828183],
    [0.05, 24, 46.4023385],
  ])('restarting from zero at hazard %d/h, work of %d h takes %d h', (gamma, work, hours) => {
    expect(theory.meanRestarting(gamma, work)).toBeCloseTo(hours, DIGITS);
  });

  test('24 h of work at 0.05/h is interrupted 2.32 times', () => {
    expect(0.05 * theory.meanRestarting(0.05, 24)).toBeCloseTo(2.3201169, DIGITS);
  });

  test('100 tasks at random on 100 nodes leave 36.6 empty', () => {
    expect(theory.meanEmptyNodes(100, 100)).toBeCloseTo(36.603234, 6);
  });

  test('availability of one instance, and of two zones out of three', () => {
    expect(theory.availability(720, 1)).toBeCloseTo(0.998613, 6);
    expect(theory.twoOfThree(0.999)).toBeCloseTo(0.999997002, 9);
  });

  test('hyperexponentialShare() gives back the mean and the variation it was made for', () => {
    // phase rates 2p and 2(1 − p): mean p/2p + (1−p)/2(1−p) = 1; E[X²] = 2p/4p² + 2(1−p)/4(1−p)²
    const p = theory.hyperexponentialShare(4);
    const second = 1 / (2 * p) + 1 / (2 * (1 - p));
    expect(second - 1).toBeCloseTo(4, 12);
  });
});
