/**
 * Numbers for people: one unit per row of a table, thousands grouped by commas, a real minus sign, no locale. Machine
 * formats (JSON, CSV) never pass through here.
 * Money and percentages follow `src/units.ts`, so that sentences and tables print the same digits.
 */
import type { Unit } from '../model/metrics.ts';
import { type ShownMetric, shownMetric } from './metric-lookup.ts';
import { decimal, formatChange, percentFormat, usdFormat } from '../units.ts';

export { decimal, formatPercent, formatUsd } from '../units.ts';

/** Shown where a run does not support a number. */
export const NO_NUMBER = '–';

/** A number of one row or column, written like its neighbours. */
export type Format = (value: number) => string;

/**
 * How the values of one metric are written beside each other: the largest of `values` chooses decimals and unit for
 * all. Nulls are skipped.
 */
export function metricFormat(metric: string | ShownMetric, values: readonly (number | null)[]): Format {
  const { name, unit, better } = definitionOf(metric);
  if (FACTORS.has(name)) return (value) => `${value.toFixed(2)}×`;
  return unitFormat(unit, values, better === 'more' ? 'down' : 'up');
}

/** As `metricFormat` for a plain unit; `cut` is the direction in which ratios lose their last digits. */
export function unitFormat(
  unit: Unit,
  values: readonly (number | null)[],
  cut: 'up' | 'down' = 'up',
): Format {
  const largest = values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0);
  switch (unit) {
    case 'USD':
      return usdFormat(values);
    case 's':
      return secondsFormat(largest);
    case 'h':
      return (value) => `${decimal(value, largest < 1000 ? 1 : 0)} h`;
    case 'count':
      return (value) => decimal(value, Number.isInteger(value) ? 0 : 1);
    case 'ratio':
      return percentFormat(values, cut);
    default:
      return (value) => `${decimal(value, digitsFor(largest))} ${UNIT_SIGNS[unit]}`;
  }
}

/** One value by itself; null is a dash. */
export function formatMetric(metric: string | ShownMetric, value: number | null): string {
  return value === null ? NO_NUMBER : metricFormat(metric, [value])(value);
}

/** A metric by its name, as long as it is one of stowage's own. */
function definitionOf(metric: string | ShownMetric): ShownMetric {
  return typeof metric === 'string' ? shownMetric(metric, []) : metric;
}

/** Ratios that are multiples, not parts. */
const FACTORS: ReadonlySet<string> = new Set([
  'slowdown.mean',
  'slowdown.p95',
  'slowdown.max',
  'slo.budgetBurn',
]);

type AmountUnit = Exclude<Unit, 'USD' | 's' | 'h' | 'count' | 'ratio'>;

const UNIT_SIGNS: Readonly<Record<AmountUnit, string>> = {
  vCPU: 'vCPU',
  GiB: 'GiB',
  GPU: 'GPU',
  vCPU·s: 'vCPU·s',
  GiB·s: 'GiB·s',
  '1/s': '/s',
  kWh: 'kWh',
  gCO2e: 'g CO₂e',
};

/** Enough decimals for three digits that say something. */
function digitsFor(largest: number): number {
  if (largest === 0 || largest >= 100) return 0;
  return largest >= 10 ? 1 : largest >= 0.1 ? 2 : 4;
}

/** Two minutes is where decimals of a second stop being read. */
const COMPOUND_FROM_S = 120;

function secondsFormat(largest: number): Format {
  if (largest >= COMPOUND_FROM_S) return formatDuration;
  const digits = largest < 10 ? 2 : 1;
  return (value) => `${decimal(value, digits)} s`;
}

/** Two units at most: `8s`, `2m10s`, `3h20m`, `2d04h`. Rounded to the smaller one. */
export function formatDuration(seconds: number): string {
  const sign = seconds < 0 ? '−' : '';
  const whole = Math.round(Math.abs(seconds));
  if (whole < 60) return `${sign}${whole}s`;
  if (whole < 2 * 3600) return `${sign}${pair(whole, 60, 'm', 's')}`;
  const minutes = Math.round(whole / 60);
  if (minutes < 48 * 60) return `${sign}${pair(minutes, 60, 'h', 'm')}`;
  return `${sign}${pair(Math.round(minutes / 60), 24, 'd', 'h')}`;
}

function pair(amount: number, size: number, large: string, small: string): string {
  const rest = String(amount % size).padStart(2, '0');
  return `${Math.floor(amount / size)}${large}${rest}${small}`;
}

/**
 * A difference to the baseline, signed: percentage points for ratios, plain numbers for counts below a hundred (no
 * percent from three tasks), percent otherwise; plain too where the baseline is zero.
 */
export function formatDifference(metric: string | ShownMetric, difference: number, baseline: number): string {
  return signed(difference, differenceFormat(metric, difference, baseline));
}

/** Both ends of an interval around a difference, signed, in the unit that `formatDifference` chooses. */
export function formatInterval(
  metric: string | ShownMetric,
  { lower, upper }: { readonly lower: number; readonly upper: number },
  difference: number,
  baseline: number,
): string {
  const format = differenceFormat(metric, difference, baseline);
  return `[${signed(lower, format)}, ${signed(upper, format)}]`;
}

/** The half-width of an interval around a difference, in the unit that `formatDifference` chooses. */
export function formatHalfWidth(
  metric: string | ShownMetric,
  halfWidth: number,
  difference: number,
  baseline: number,
): string {
  return `±${differenceFormat(metric, difference, baseline)(halfWidth)}`;
}

function differenceFormat(metric: string | ShownMetric, difference: number, baseline: number): Format {
  const { name, unit } = definitionOf(metric);
  if (unit === 'ratio' && !FACTORS.has(name)) return (value) => `${decimal(value * 100, 1)} pp`;
  const small = unit === 'count' && Math.max(Math.abs(baseline), Math.abs(baseline + difference)) < 100;
  if (small || baseline === 0) return metricFormat(metric, [difference, baseline]);
  return (value) => formatChange(value / Math.abs(baseline));
}

/** `+3.2%`, `−4.7%`; a zero has no sign. */
function signed(value: number, format: Format): string {
  if (value === 0) return '0';
  return `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;
}
