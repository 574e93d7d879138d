import type { FieldRow, Unit } from '../field-row.ts';
import type { RowProblems } from './row-problems.ts';

/** Largest amounts of one task: a million vCPUs, a pebibyte; sums over 9 million rows stay exact. */
export const MAX_CPU_MILLI = 1e9;
export const MAX_MEMORY_BYTES = 2 ** 50;
/** About 31,700 years. */
export const MAX_TIME_MS = 1e15;

/** What one column means: its name for messages, and its unit. */
export interface Quantity extends Unit {
  readonly name: string;
  /** For messages: `seconds`. */
  readonly unit: string;
}

/**
 * A time or duration in milliseconds, unrounded; undefined, with the problem noted, when it is no plain decimal
 * within ±`MAX_TIME_MS`. `minimum`: the smallest value allowed.
 */
export function readTimeMs(
  row: FieldRow,
  field: number,
  quantity: Quantity,
  problems: RowProblems,
  minimum = -MAX_TIME_MS,
): number | undefined {
  const value = row.number(field, quantity);
  if (value >= minimum && value <= MAX_TIME_MS) return value;
  const sign = minimum === 0 ? ' that is not negative' : '';
  problems.field(row, field, quantity.name, `a time in ${quantity.unit}${sign}, as a plain decimal`);
  return undefined;
}

/** Millicores, rounded up: a request is never made smaller. Undefined, with the problem noted, as above. */
export function readCpuMilli(
  row: FieldRow,
  field: number,
  quantity: Quantity,
  problems: RowProblems,
): number | undefined {
  return readAmount(row, field, quantity, problems, MAX_CPU_MILLI);
}

/** Bytes, rounded up. Undefined, with the problem noted, as above. */
export function readMemoryBytes(
  row: FieldRow,
  field: number,
  quantity: Quantity,
  problems: RowProblems,
): number | undefined {
  return readAmount(row, field, quantity, problems, MAX_MEMORY_BYTES);
}

function readAmount(
  row: FieldRow,
  field: number,
  quantity: Quantity,
  problems: RowProblems,
  maximum: number,
): number | undefined {
  const value = row.number(field, quantity);
  if (value >= 0 && value <= maximum) return Math.ceil(value);
  problems.field(row, field, quantity.name, `an amount in ${quantity.unit}, as a plain decimal`);
  return undefined;
}

/** A whole number in a range. Undefined, with the problem noted, as above. */
export function readWhole(
  row: FieldRow,
  field: number,
  name: string,
  problems: RowProblems,
  maximum: number,
): number | undefined {
  const value = row.number(field, { multiply: 1, divide: 1 });
  if (Number.isInteger(value) && value >= 0 && value <= maximum) return value;
  problems.field(row, field, name, `a whole number from 0 to ${maximum}`);
  return undefined;
}

/** Whether the row has as many fields as the header; otherwise the problem is noted. */
export function hasFields(row: FieldRow, expected: number, problems: RowProblems): boolean {
  if (row.count === expected) return true;
  problems.row(row, `Cannot read the row: it has ${row.count} fields, expected ${expected}`);
  return false;
}
