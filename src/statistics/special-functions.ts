import { exp, ln } from '../detmath.ts';

/**
 * Functions behind the distributions, from basic operations only, so that every Node gives the same bits. Relative
 * errors below 1e-12 in the ranges used here.
 */

const LANCZOS_G = 7;
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 0.000009984369578019572, 1.5056327351493116e-7,
] as const;
const HALF_LN_TWO_PI = 0.9189385332046728;

/** Natural logarithm of the gamma function, x > 0. Lanczos' approximation with g = 7, nine terms (P. Godfrey). */
export function lnGamma(x: number): number {
  const shifted = x - 1;
  let sum: number = LANCZOS[0];
  for (let index = 1; index < LANCZOS.length; index++) sum += LANCZOS[index]! / (shifted + index);
  const top = shifted + LANCZOS_G + 0.5;
  return HALF_LN_TWO_PI + (shifted + 0.5) * ln(top) - top + ln(sum);
}

const TINY = 1e-300;
const PRECISION = 1e-16;

/**
 * Regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1, by its continued fraction (Lentz's method).
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5.8.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * ln(x) + b * ln(1 - x)) / a;
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    fraction *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < PRECISION) break;
  }
  return front * fraction;
}

function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

const SQRT_TWO = Math.SQRT2;
const TWO_OVER_SQRT_PI = 1.1283791670955126;

/** Distribution function of the standard normal distribution. */
export function normalCdf(x: number): number {
  const tail = 0.5 * erfc(Math.abs(x) / SQRT_TWO);
  return x < 0 ? tail : 1 - tail;
}

/** erfc(x), x ≥ 0: by the series of erf up to 2, beyond by the continued fraction (Abramowitz and Stegun, 7.1.6, 7.1.14). */
function erfc(x: number): number {
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > PRECISION * Math.abs(sum) && n < 200; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - TWO_OVER_SQRT_PI * exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let n = 80; n >= 1; n--) fraction = n / 2 / (x + fraction);
  return (TWO_OVER_SQRT_PI / 2) * (exp(-x * x) / (x + fraction));
}

/**
 * Density of the chi-square distribution with `df` degrees of freedom at x > 0.
 */
export function chiSquareDensity(x: number, df: number): number {
  return exp((df / 2 - 1) * ln(x) - x / 2 - (df / 2) * Math.LN2 - lnGamma(df / 2));
}

/** Logarithm of n over k, exact enough for probabilities of thousands of draws. */
export function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}
