/**
 * Kubernetes quantities (`500m`, `1.5Gi`, `2e3`), exactly. Inside they are integers of 10^-9 of the base unit, as
 * fine as the API keeps them; finer digits round up, away from zero.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
 */

const NANO = 1_000_000_000n;
const QUANTITY = /^\+?(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,3})?$/;

const SUFFIXES: ReadonlyMap<string, readonly [numerator: bigint, denominator: bigint]> = new Map([
  ['n', [1n, NANO]],
  ['u', [1n, 1_000_000n]],
  ['m', [1n, 1000n]],
  ['', [1n, 1n]],
  ['k', [1000n, 1n]],
  ['M', [1000n ** 2n, 1n]],
  ['G', [1000n ** 3n, 1n]],
  ['T', [1000n ** 4n, 1n]],
  ['P', [1000n ** 5n, 1n]],
  ['E', [1000n ** 6n, 1n]],
  ['Ki', [1024n, 1n]],
  ['Mi', [1024n ** 2n, 1n]],
  ['Gi', [1024n ** 3n, 1n]],
  ['Ti', [1024n ** 4n, 1n]],
  ['Pi', [1024n ** 5n, 1n]],
  ['Ei', [1024n ** 6n, 1n]],
]);

/** A non-negative quantity in billionths of its unit, or undefined for text that is none. */
export function parseQuantityNano(input: string | number): bigint | undefined {
  const match = QUANTITY.exec(String(input));
  if (!match) return undefined;
  const [, whole = '', fraction = '', suffix = ''] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const [numerator, denominator] = SUFFIXES.get(suffix) ?? powerOfTen(Number(suffix.slice(1)));
  const scaled = BigInt(whole + fraction) * numerator * NANO;
  return ceilDivide(scaled, denominator * 10n ** BigInt(fraction.length));
}

/**
 * A sum of quantities as lanes hold it: CPU in millicores, GPUs in thousandths, everything else in base units, rounded
 * up once, after summing. Undefined beyond 2^53, where counts stop being exact.
 */
export function laneAmount(resource: string, nano: bigint): number | undefined {
  const inThousandths = resource === 'cpu' || resource === 'nvidia.com/gpu';
  const amount = ceilDivide(nano, inThousandths ? NANO / 1000n : NANO);
  return amount <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(amount) : undefined;
}

/**
 * A quantity in the API's canonical form: the largest suffix that leaves a whole number. With `binary` by 1024
 * (`2112Mi`), unless it is below 1024 or no whole number; else by 1000 (`1750m`).
 */
export function formatQuantity(nano: bigint, binary: boolean): string {
  if (nano === 0n) return '0';
  const isBinary = binary && nano >= 1024n * NANO && nano % NANO === 0n;
  let text = '';
  for (const [suffix, [numerator, denominator]] of SUFFIXES) {
    const unit = (numerator * NANO) / denominator;
    if (numerator > 1n && suffix.endsWith('i') !== isBinary) continue;
    if (nano % unit === 0n) text = `${nano / unit}${suffix}`;
  }
  return text;
}

function powerOfTen(exponent: number): readonly [bigint, bigint] {
  return exponent >= 0 ? [10n ** BigInt(exponent), 1n] : [1n, 10n ** BigInt(-exponent)];
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
