/**
 * Elementary functions with a fixed sequence of +, -, ×, ÷ and square roots, so that every Node version and processor
 * gives the same bits. `Math.log`, `Math.exp` and `Math.pow` may change in the last bit between versions: from Node 22
 * to 24, Math.pow did for one argument in ten.
 *
 * `exp` and `pow` follow the algorithms of FreeBSD's lib/msun/src (e_exp.c, e_pow.c), `ln` those of Go's math.Log,
 * itself after e_log.c; error below 1 ulp. The originals carry this notice:
 *   Copyright (C) 1993, 2004 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems,
 *   Inc. business. Permission to use, copy, modify, and distribute this software is freely granted, provided that
 *   this notice is preserved.
 * `normalQuantile` is Wichura's AS 241.
 */

const bits = new DataView(new ArrayBuffer(8));

/** ln 2 in two parts; the first has 21 trailing zero bits, so that whole multiples below 2000 are exact. */
const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;

/**
 * Natural logarithm. -Infinity for 0, NaN below.
 *
 * x = 2^k·(1+f) with √½ ≤ 1+f < √2, s = f/(2+f), then ln(1+f) = f - (f²/2 - s·(f²/2 + R(s²))). The one formula serves
 * for every x, as in Go 1.26 src/math/log.go and log_amd64.s (FreeBSD has shortcuts that differ in the last bit):
 * kube-scheduler weighs topology spread by math.Log, and this gives its bits on amd64.
 */
export function ln(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) {
    if (x === 0) return Number.NEGATIVE_INFINITY;
    return x > 0 ? x : Number.NaN;
  }
  let k = 0;
  let normal = x;
  if (x < 2 ** -1022) {
    normal = x * 2 ** 52;
    k = -52;
  }
  bits.setFloat64(0, normal);
  const high = bits.getUint32(0);
  k += (high >>> 20) - 1022;
  bits.setUint32(0, (high & 0x000fffff) | 0x3fe00000);
  let fraction = bits.getFloat64(0);
  if (fraction < Math.SQRT1_2) {
    fraction *= 2;
    k -= 1;
  }
  const f = fraction - 1;
  const s = f / (2 + f);
  const s2 = s * s;
  const s4 = s2 * s2;
  const odd =
    s2 *
    (0.6666666666666735 + s4 * (0.2857142874366239 + s4 * (0.1818357216161805 + s4 * 0.14798198605116586)));
  const even = s4 * (0.3999999999940942 + s4 * (0.22222198432149784 + s4 * 0.15313837699209373));
  const r = odd + even;
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + r) + k * LN2_LOW) - f);
}

/** Below this, e^x rounds to 0; above the other, to Infinity. */
const EXP_UNDERFLOW = -745.1332191019411;
const EXP_OVERFLOW = 709.782712893384;

/** e^x: x = k·ln 2 + r with |r| ≤ ½ ln 2, then e^r by a rational function, then 2^k. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x > EXP_OVERFLOW) return Number.POSITIVE_INFINITY;
  if (x < EXP_UNDERFLOW) return 0;
  const size = Math.abs(x);
  if (size < 2 ** -28) return 1 + x;
  if (size <= 0.5 * Math.LN2) {
    const c = expRemainder(x);
    return 1 - ((x * c) / (c - 2) - x);
  }
  let k = x < 0 ? -1 : 1;
  if (size >= 1.5 * Math.LN2) k = Math.trunc(Math.LOG2E * x + (x < 0 ? -0.5 : 0.5));
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = expRemainder(r);
  return scaled(1 - (low - (r * c) / (2 - c) - high), k);
}

/** c(r) = r - r²·P(r²), for which e^r = 1 + r + r·c/(2-c). |r| ≤ ½ ln 2. */
function expRemainder(r: number): number {
  return r - expPolynomial(r * r);
}

function expPolynomial(t: number): number {
  return (
    t *
    (0.16666666666666602 +
      t *
        (-0.0027777777777015593 +
          t * (0.00006613756321437934 + t * (-0.0000016533902205465252 + t * 4.1381367970572385e-8))))
  );
}

/** y·2^k for y in [½, 2], |k| ≤ 1100: in two factors, so that only the last product can round (subnormal results). */
function scaled(y: number, k: number): number {
  if (k >= -1021) return k === 1024 ? y * 2 * 2 ** 1023 : y * powerOfTwo(k);
  return y * powerOfTwo(k + 1000) * 2 ** -1000;
}

/** 2^k for -1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  bits.setUint32(0, (k + 1023) << 20);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/**
 * x^y for x ≥ 0; NaN for negative x. 1 for y = 0 and for x = 1. Error below 0.7 ulp.
 *
 * log2 x is computed in two parts, the first with 32 low bits of zero; the product with y likewise; then 2^(n + z) as
 * in `exp`. The original's shortcut for |y| > 2^31 and x near 1 is left out: it loses ten bits.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (Number.isNaN(x) || Number.isNaN(y) || x < 0) return Number.NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === 0.5) return Math.sqrt(x);
  if (x === 0 || x === Number.POSITIVE_INFINITY || Math.abs(y) === Number.POSITIVE_INFINITY) {
    return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const log2 = log2InTwo(x);
  // Beyond these, |y·log2 x| > 1100 whatever the low parts are, and the split below would overflow.
  if (Math.abs(y) * Math.abs(log2.high) > 1100) {
    return log2.high > 0 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const yHigh = withoutLowWord(y);
  const low = (y - yHigh) * log2.high + y * log2.low;
  const high = yHigh * log2.high;
  const z = low + high;
  if (z > 1024 || (z === 1024 && low + 8.008566259537294e-17 > z - high)) return Number.POSITIVE_INFINITY;
  if (z < -1075 || (z === -1075 && low <= z - high)) return 0;
  return exp2(high, low);
}

interface TwoPart {
  readonly high: number;
  readonly low: number;
}

/**
 * log2 x = n + log2 b + 2/(3 ln 2)·(3s + s³·…), where x = 2^n·a, b is 1 or 1.5, whichever is nearer to a, and
 * s = (a-b)/(a+b).
 */
function log2InTwo(x: number): TwoPart {
  let n = 0;
  let normal = x;
  if (x < 2 ** -1022) {
    normal = x * 2 ** 53;
    n = -53;
  }
  bits.setFloat64(0, normal);
  const word = bits.getUint32(0);
  n += (word >>> 20) - 1023;
  const mantissa = word & 0x000fffff;
  let high = mantissa | 0x3ff00000;
  const nearOneAndHalf = mantissa > 0x3988e && mantissa < 0xbb67a;
  if (mantissa >= 0xbb67a) {
    n += 1;
    high -= 0x00100000;
  }
  bits.setUint32(0, high);
  const a = bits.getFloat64(0);
  const b = nearOneAndHalf ? 1.5 : 1;

  const u = a - b;
  const v = 1 / (a + b);
  const s = u * v;
  const sHigh = withoutLowWord(s);
  bits.setUint32(0, ((high >> 1) | 0x20000000) + 0x00080000 + (nearOneAndHalf ? 0x40000 : 0));
  bits.setUint32(4, 0);
  const sumHigh = bits.getFloat64(0);
  const sumLow = a - (sumHigh - b);
  const sLow = v * (u - sHigh * sumHigh - sHigh * sumLow);

  const s2 = s * s;
  const series =
    0.5999999999999946 +
    s2 *
      (0.4285714285785502 +
        s2 *
          (0.33333332981837743 +
            s2 * (0.272728123808534 + s2 * (0.23066074577556175 + s2 * 0.20697501780033842))));
  const r = s2 * s2 * series + sLow * (sHigh + s);
  const square = sHigh * sHigh;
  const cubicHigh = withoutLowWord(3 + square + r);
  const cubicLow = r - (cubicHigh - 3 - square);
  const productHigh = sHigh * cubicHigh;
  const productLow = sLow * cubicHigh + cubicLow * s;
  const pHigh = withoutLowWord(productHigh + productLow);
  const pLow = productLow - (pHigh - productHigh);
  const zHigh = 0.9617967009544373 * pHigh;
  const zLow =
    -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + (nearOneAndHalf ? 1.350039202129749e-8 : 0);
  const base = nearOneAndHalf ? 0.5849624872207642 : 0;
  const t1 = withoutLowWord(zHigh + zLow + base + n);
  return { high: t1, low: zLow - (t1 - n - base - zHigh) };
}

/** 2^(high + low), for a sum between -1075 and 1024 in which low is small. */
function exp2(high: number, low: number): number {
  const sum = low + high;
  // To the nearest whole number, halves away from 0; |sum| ≤ ½ stays as it is.
  const n = Math.abs(sum) > 0.5 ? Math.sign(sum) * Math.floor(Math.abs(sum) + 0.5) : 0;
  const rest = high - n;
  const t = withoutLowWord(low + rest);
  const u = t * 0.6931471824645996;
  const v = (low - (t - rest)) * Math.LN2 + t * -1.904654299957768e-9;
  const z = u + v;
  const w = v - (z - u);
  const c = z - expPolynomial(z * z);
  const y = 1 - ((z * c) / (c - 2) - (w + z * w) - z);
  return scaled(y, n);
}

function withoutLowWord(x: number): number {
  bits.setFloat64(0, x);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** Coefficients by rising power, numerator and denominator, of the three regions of AS 241 (PPND16). */
const CENTRE_TOP = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const CENTRE_BOTTOM = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const TAIL_TOP = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const TAIL_BOTTOM = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const FAR_TOP = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const FAR_BOTTOM = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];

/**
 * The z below which a standard normal variable stays with probability p; -Infinity at 0, Infinity at 1, NaN outside.
 * Relative error below 1e-15. Source: M. J. Wichura, Algorithm AS 241, Applied Statistics 37 (1988), PPND16.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (!(tail > 0)) return tail === 0 ? Math.sign(q) * Number.POSITIVE_INFINITY : Number.NaN;
  const r = Math.sqrt(-ln(tail));
  const z =
    r <= 5
      ? polynomial(TAIL_TOP, r - 1.6) / polynomial(TAIL_BOTTOM, r - 1.6)
      : polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
  return q < 0 ? -z : z;
}

function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let power = coefficients.length - 1; power >= 0; power -= 1) sum = sum * x + coefficients[power]!;
  return sum;
}
