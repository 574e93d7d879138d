import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exp, ln, normalQuantile, pow } from '../src/detmath.ts';

const view = new DataView(new ArrayBuffer(8));

function bitsOf(x: number): bigint {
  view.setFloat64(0, x);
  return view.getBigInt64(0);
}

/** Distance in units in the last place, of numbers of one sign. */
function ulps(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.abs(Number(bitsOf(a) - bitsOf(b)));
}

/** `count` numbers in (0, 1), always the same. */
function* grid(count: number): Generator<number> {
  let x = 123_456_789;
  for (let i = 0; i < count; i += 1) {
    x = (48_271 * x) % 2_147_483_647;
    yield x / 2_147_483_647;
  }
}

describe('ln()', () => {
  // math.Log of Go 1.26 on amd64, the bits that kube-scheduler computes with.
  test.each([
    [2, 0x3fe62e42fefa39efn],
    [3, 0x3ff193ea7aad030an],
    [5, 0x3ff9c041f7ed8d33n],
    [10, 0x40026bb1bbb55516n],
    [102, 0x40127ff8df87c7bdn],
    [5002, 0x40210901f6dc84b9n],
    [0.1, 0xc0026bb1bbb55515n],
    [0.6191772677093639, 0xbfdeade4f51a15cdn],
    [1.0000008966895453, 0x3eae1680476df8cen],
    [3.4136368003432436e-8, 0xc03131620f16636an],
    [1e300, 0x4085963447f87fb5n],
    [Math.SQRT1_2, 0xbfd62e42fefa39een],
    [Math.SQRT2, 0x3fd62e42fefa39f0n],
    [Math.SQRT2 - 2 ** -52, 0x3fd62e42fefa39een],
  ])('ln(%s) has the bits of Go', (x, bits) => {
    expect(BigInt.asUintN(64, bitsOf(ln(x)))).toBe(bits);
  });

  test('is within 1 ulp of Math.log, near 1, over (0, 1) and over all magnitudes', () => {
    let worst = 0;
    for (const u of grid(50_000)) {
      for (const x of [u, 1 + (u - 0.5) * 1e-5, 2 ** Math.round(u * 2090 - 1070) * (1 + u)]) {
        worst = Math.max(worst, ulps(ln(x), Math.log(x)));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test.each([
    [1, 0],
    [0, Number.NEGATIVE_INFINITY],
    [-0, Number.NEGATIVE_INFINITY],
    [-1, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, Number.NaN],
    [Number.NaN, Number.NaN],
    [5e-324, -744.4400719213812],
    [Number.MAX_VALUE, 709.782712893384],
  ])('ln(%s) is %s', (x, expected) => {
    expect(ln(x)).toBe(expected);
  });
});

describe('exp()', () => {
  // Bits of the exact value rounded to nearest, except where noted.
  test.each([
    [-1, 0x3fd78b56362cef38n],
    [0.5, 0x3ffa61298e1e069cn],
    [10, 0x40d5829dcf950560n],
    [-0.1, 0x3fecf46d99d52b3an],
    [709, 0x7fdd422d2be5dc9bn],
    [-709.5, 0x00054e90c99fb878n],
    [1e-9, 0x3ff000000044b830n],
    [0.34, 0x3ff67aaa532108ben],
    [0.35, 0x3ff6b4802c805decn],
    [1.04, 0x4006a23c87af69e8n],
    [-745, 0x0000000000000001n],
    // e rounds to ...69: here the algorithm is one unit off
    [1, 0x4005bf0a8b14576an],
  ])('exp(%s) has its bits', (x, bits) => {
    expect(BigInt.asUintN(64, bitsOf(exp(x)))).toBe(bits);
  });

  test('is within 1 ulp of Math.exp over all magnitudes', () => {
    let worst = 0;
    for (const u of grid(50_000)) {
      for (const x of [u * 1455 - 745, u * 2 - 1, (u - 0.5) * 1e-7]) {
        worst = Math.max(worst, ulps(exp(x), Math.exp(x)));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test.each([
    [0, 1],
    [-0, 1],
    [710, Number.POSITIVE_INFINITY],
    [-746, 0],
    [709.782712893384, 1.7976931348622732e308],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 0],
    [Number.NaN, Number.NaN],
  ])('exp(%s) is %s', (x, expected) => {
    expect(exp(x)).toBe(expected);
  });

  test('undoes ln()', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        // An error of ½ ulp in ln x is one of |ln x| / 2 ulp in x, of 691 / 2 at most.
        expect(Math.abs(exp(ln(x)) / x - 1)).toBeLessThan(1e-13);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});

describe('pow()', () => {
  // Correctly rounded, computed with 60 decimal digits.
  test.each([
    [10, -3, 0.001],
    [0.3, 0.37, 0.6405231993588019],
    [1.5, 100.25, 4.4993390443029523e17],
    [123.456, -7.89, 3.1475216724926214e-17],
    [1e-5, 0.1, 0.31622776601683794],
    [1.0000001, 3e9, 1.9423975992963885e130],
    [5e-324, 0.25, 1.4908919308538353e-81],
    [0.9999999802098275, 1474456620.6865978, 2.1251769126392517e-13],
    [3, 40, 1.2157665459056929e19],
    [Math.SQRT2, 2.5, 2.3784142300054425],
    [1e300, -1.05, 1e-315],
  ])('pow(%s, %s) is %s to the last bit but one', (x, y, expected) => {
    expect(ulps(pow(x, y), expected)).toBeLessThanOrEqual(1);
  });

  test('whole powers that fit are exact', () => {
    for (let base = 2; base <= 30; base += 1) {
      for (let power = 0; BigInt(base) ** BigInt(power) < 2n ** 53n; power += 1) {
        expect(pow(base, power)).toBe(Number(BigInt(base) ** BigInt(power)));
      }
    }
    for (let power = -1074; power < 1024; power += 1) expect(Math.log2(pow(2, power))).toBe(power);
  });

  test('is within 1 ulp of Math.pow where that is good', () => {
    let worst = 0;
    const draws = grid(60_000);
    for (const u of draws) {
      const v = draws.next().value ?? 0.5;
      for (const [x, y] of [
        [u * 100, (v - 0.5) * 20],
        [2 ** (u * 2000 - 1000), v - 0.5],
        [u, 0.37],
      ] as const) {
        worst = Math.max(worst, ulps(pow(x, y), x ** y));
      }
    }
    expect(worst).toBeLessThanOrEqual(1);
  });

  test.each([
    [0, 0, 1],
    [Number.NaN, 0, 1],
    [1, Number.NaN, 1],
    [1, Number.POSITIVE_INFINITY, 1],
    [2, Number.NaN, Number.NaN],
    [Number.NaN, 2, Number.NaN],
    [-2, 2, Number.NaN],
    [0, 3, 0],
    [0, -3, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, 2.5, Number.POSITIVE_INFINITY],
    [Number.POSITIVE_INFINITY, -1, 0],
    [0.5, Number.POSITIVE_INFINITY, 0],
    [0.5, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    [2, Number.NEGATIVE_INFINITY, 0],
    [2, 1024, Number.POSITIVE_INFINITY],
    [2, -1076, 0],
    [1 - 2 ** -53, 1e300, 0],
    [1 + 2 ** -52, 1e300, Number.POSITIVE_INFINITY],
    [1e300, 1e-300, 1],
  ])('pow(%s, %s) is %s', (x, y, expected) => {
    expect(pow(x, y)).toBe(expected);
  });
});

describe('normalQuantile()', () => {
  // To 16 digits; p = 0.25, 0.001 and 1e-20 are the test values of AS 241 itself.
  test.each([
    [0.5, 0],
    [0.25, -0.6744897501960817],
    [0.75, 0.6744897501960817],
    [0.95, 1.6448536269514726],
    [0.975, 1.959963984540054],
    [0.99, 2.3263478740408408],
    [0.001, -3.090232306167813],
    [1e-20, -9.262340089798409],
  ])('normalQuantile(%s) is %s', (p, z) => {
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(z)));
  });

  test.each([
    [0, Number.NEGATIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
    [-0.1, Number.NaN],
    [1.1, Number.NaN],
    [Number.NaN, Number.NaN],
  ])('normalQuantile(%s) is %s', (p, z) => {
    expect(normalQuantile(p)).toBe(z);
  });

  test('is odd about one half, and rises, across the borders of its three regions too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 - 1 }), (k) => {
        expect(normalQuantile(k / 2 ** 30)).toBe(-normalQuantile(1 - k / 2 ** 30) + 0);
      }),
      { seed: 1, numRuns: 1000 },
    );
    // exp(-25) is where r = 5; 0.075 and 0.925 are where |q| = 0.425
    for (const border of [0.075, 0.925, 1.3887943864964021e-11]) {
      const steps = Array.from({ length: 200 }, (_, i) => normalQuantile(border * (1 + (i - 100) * 1e-12)));
      for (let i = 1; i < steps.length; i += 1) expect(steps[i]! - steps[i - 1]!).toBeGreaterThanOrEqual(0);
    }
  });
});
