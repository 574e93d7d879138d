/**
 * Quantities in and out, as the field spells them. The only module that rounds input.
 *
 * | quantity | inside | read | written |
 * |---|---|---|---|
 * | CPU | integer millicores | `500m`, `0.5`, `2`, `2 vCPU` | `500m`, `2` |
 * | memory, storage | integer bytes | `512MiB`, `1GiB`, `512Mi`, `1Gi`, `500MB`, `1073741824` | `512MiB`, `1GiB` |
 * | duration | integer milliseconds | `250ms`, `90s`, `15m`, `1h30m`, `7d`, `P1DT2H`; a bare number is refused | `1h30m` |
 * | hourly price | integer 1e-10 USD per hour | `0.0416 USD/h`, `0.0416` | `0.0416 USD/h` |
 *
 * Leading zeros (`017`), exponents, signs and empty text are refused everywhere.
 * Every parser returns a number, or `undefined` for text that is not such a quantity; callers add the position.
 */

export const MIB: number = 2 ** 20;
export const GIB: number = 2 ** 30;
export const SECOND: number = 1000;
export const MINUTE: number = 60 * SECOND;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;
/** Price unit: one hour costs `price` × 1e-10 USD (billing.md §1). */
export const E10_PER_USD: bigint = 10_000_000_000n;

const DECIMAL = /^(0|[1-9]\d{0,15})(?:\.(\d{1,12}))?$/;

/** `value` × 10^`digits`, exactly, or undefined when the text is no plain decimal or more digits remain. */
function scaledDecimal(text: string, digits: number): bigint | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const whole = match[1]!;
  const fraction = (match[2] ?? '').replace(/0+$/, '');
  if (fraction.length > digits) return undefined;
  return BigInt(whole + fraction.padEnd(digits, '0'));
}

function safe(value: bigint | undefined): number | undefined {
  if (value === undefined || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return Number(value);
}

/** CPU in integer millicores. Finer than a millicore is refused, not rounded. */
export function parseCpuMilli(input: string | number): number | undefined {
  const text = typeof input === 'number' ? plainNumber(input) : input.trim();
  if (text === undefined) return undefined;
  const milli = /^(0|[1-9]\d{0,15})m$/.exec(text);
  if (milli) return safe(BigInt(milli[1]!));
  return safe(scaledDecimal(text.replace(/\s*vcpus?$/i, ''), 3));
}

/** Written so that `parseCpuMilli` reads the same number back. */
export function formatCpuMilli(milli: number): string {
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

const BYTE_UNITS: ReadonlyMap<string, bigint> = new Map([
  ['', 1n],
  ['b', 1n],
  ['k', 10n ** 3n],
  ['kb', 10n ** 3n],
  ['m', 10n ** 6n],
  ['mb', 10n ** 6n],
  ['g', 10n ** 9n],
  ['gb', 10n ** 9n],
  ['t', 10n ** 12n],
  ['tb', 10n ** 12n],
  ['ki', 2n ** 10n],
  ['kib', 2n ** 10n],
  ['mi', 2n ** 20n],
  ['mib', 2n ** 20n],
  ['gi', 2n ** 30n],
  ['gib', 2n ** 30n],
  ['ti', 2n ** 40n],
  ['tib', 2n ** 40n],
]);

/** Bytes. A fraction of a byte is refused. `MB` is 10^6, `MiB` and `Mi` are 2^20. A lower-case `m` alone is refused. */
export function parseBytes(input: string | number): number | undefined {
  const text = typeof input === 'number' ? plainNumber(input) : input.trim();
  if (text === undefined) return undefined;
  const match = /^(\d{1,16}(?:\.\d{1,12})?)\s*([a-zA-Z]*)$/.exec(text);
  if (!match || match[2] === 'm') return undefined;
  const unit = BYTE_UNITS.get(match[2]!.toLowerCase());
  const value = scaledDecimal(match[1]!, 12);
  if (unit === undefined || value === undefined) return undefined;
  const product = value * unit;
  if (product % 10n ** 12n !== 0n) return undefined;
  return safe(product / 10n ** 12n);
}

/** Largest binary unit that divides evenly, else bytes. `parseBytes` reads the same number back. */
export function formatBytes(bytes: number): string {
  if (bytes !== 0) {
    for (const [suffix, size] of [
      ['TiB', 2 ** 40],
      ['GiB', GIB],
      ['MiB', MIB],
      ['KiB', 1024],
    ] as const) {
      if (bytes % size === 0) return `${bytes / size}${suffix}`;
    }
  }
  return String(bytes);
}

const DURATION_UNITS: ReadonlyArray<readonly [string, number]> = [
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', 1],
];

/** Milliseconds. Parts run from large to small, each unit at most once; finer than a millisecond is refused. */
export function parseDurationMs(input: string): number | undefined {
  const text = input.trim();
  const iso =
    /^P(?=\d|T)(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,8})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/.exec(
      text,
    );
  if (iso) {
    const seconds = scaledDecimal(iso[4] ?? '0', 3);
    if (seconds === undefined) return undefined;
    const whole = Number(iso[1] ?? 0) * DAY + Number(iso[2] ?? 0) * HOUR + Number(iso[3] ?? 0) * MINUTE;
    return safe(BigInt(whole) + seconds);
  }
  if (!/^(?:\d{1,15}(?:\.\d{1,12})?(?:ms|[dhms]))+$/.test(text)) return undefined;
  let total = 0n;
  let lastUnit = Number.POSITIVE_INFINITY;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[dhms])/g)) {
    const size = DURATION_UNITS.find(([name]) => name === unit)?.[1];
    const value = scaledDecimal(amount!, 12);
    if (size === undefined || value === undefined || size >= lastUnit) return undefined;
    lastUnit = size;
    const product = value * BigInt(size);
    if (product % 10n ** 12n !== 0n) return undefined;
    total += product / 10n ** 12n;
  }
  return safe(total);
}

/** `5400000` → `1h30m`; 0 → `0s`. `parseDurationMs` reads the same number back. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = durationMs;
  let text = '';
  for (const [unit, size] of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}

/** 1e-10 USD per hour. More than ten decimals are refused. */
export function parsePriceE10(input: string | number): bigint | undefined {
  const text = typeof input === 'number' ? plainNumber(input) : input.trim().replace(/\s*USD(?:\/h)?$/i, '');
  if (text === undefined) return undefined;
  return scaledDecimal(text, 10);
}

/** Shortest decimal that `parsePriceE10` reads back: `0.0416 USD/h`. */
export function formatPriceE10(priceE10: bigint): string {
  return `${formatScaled(priceE10, 10)} USD/h`;
}

/** Exact decimal of `value` / 10^`digits`, trailing zeros dropped. */
export function formatScaled(value: bigint, digits: number): string {
  if (digits === 0) return value.toString();
  const negative = value < 0n;
  const text = (negative ? -value : value).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, -digits);
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

/** A finite, non-negative JavaScript number as plain decimal text; refuses NaN, −0 and 1e21 and more. */
function plainNumber(value: number): string | undefined {
  if (!Number.isFinite(value) || value < 0 || Object.is(value, -0)) return undefined;
  const text = String(value);
  if (!text.includes('e')) return text;
  // JavaScript writes numbers below 1e-6 with an exponent; a price may be that small. Twelve decimals must be exact.
  const plain = value.toFixed(12);
  return value < 1 && Number(plain) === value ? plain : undefined;
}

/** `1234567.89` → `1,234,567.9`, for people: never read back. A value that rounds to zero loses its sign. */
export function decimal(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  const [whole = '', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  const sign = value < 0 && Number(text) !== 0 ? '−' : '';
  return fraction === undefined ? `${sign}${grouped}` : `${sign}${grouped}.${fraction}`;
}

/** Dollars: cents from one dollar on, four decimals below, six below a cent. */
export function formatUsd(usd: number): string {
  return usdFormat([usd])(usd);
}

/** Amounts beside each other: the largest of `values` chooses the decimals for all. Nulls are skipped. */
export function usdFormat(values: readonly (number | null)[]): (usd: number) => string {
  const largest = values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  const digits = largest >= 1 || largest === 0 ? 2 : largest >= 0.01 ? 4 : 6;
  return (usd) => {
    const text = decimal(Math.abs(usd), digits);
    return usd < 0 && Number(usd.toFixed(digits)) !== 0 ? `−$${text}` : `$${text}`;
  };
}

/**
 * `0.2134` → `21.4%` cut up, `21.3%` cut down. Shares are cut, not rounded, towards the side that flatters least: 99.999 %
 * available prints as 99.9%, 20.01 % idle as 20.1% (the habit of k6, internal/js/summary.js). Exact digits stay: binary
 * noise in the ninth is not a rest.
 */
export function formatPercent(ratio: number, cut: 'up' | 'down', digits: 1 | 2 = 1): string {
  const steps = digits === 1 ? 10 : 100;
  const scaled = ratio * 100 * steps;
  const nearest = Math.round(scaled);
  const noise = 1e-9 * Math.max(1, Math.abs(scaled));
  const exact = Math.abs(scaled - nearest) <= noise;
  const kept = exact ? nearest : cut === 'up' ? Math.ceil(scaled) : Math.floor(scaled);
  return `${decimal(kept / steps, digits)}%`;
}

/** Shares beside each other. Close to one the second decimal is the news: 99.98 % is not 99.9 %. */
export function percentFormat(
  values: readonly (number | null)[],
  cut: 'up' | 'down',
): (ratio: number) => string {
  const fine = cut === 'down' && values.every((value) => value === null || value >= 0.99);
  return (ratio) => formatPercent(ratio, cut, fine ? 2 : 1);
}

/** How much something changed, relative to what it was: `0.0474` → `4.7%`; from a hundred percent on without decimals. */
export function formatChange(ratio: number): string {
  const percent = ratio * 100;
  return `${decimal(percent, Math.abs(percent) < 99.95 ? 1 : 0)}%`;
}
