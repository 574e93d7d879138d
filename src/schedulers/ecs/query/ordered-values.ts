import { assert } from '../../../errors.ts';

/** -1, 0 or 1: is what stands on the left less, equal or more? */
export type Order = -1 | 0 | 1;
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A comparison of a number, version or time with a fixed one, as the text that was given and as a value to compare. */
export interface ComponentTest {
  readonly operator: Comparison;
  /** One number per component: a version has several, counts and times have one. */
  readonly value: readonly bigint[];
}

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(Z|[+-]\d{2}:\d{2})?)?$/;
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** Reads a count: digits, with a minus or without; undefined when it is none. */
export function readCount(text: string): readonly bigint[] | undefined {
  return /^-?\d+$/.test(text) ? [BigInt(text)] : undefined;
}

/** Reads a version: numbers with dots between them; undefined when it is none. */
export function readVersion(text: string): readonly bigint[] | undefined {
  return /^\d+(?:\.\d+)*$/.test(text) ? text.split('.').map(BigInt) : undefined;
}

/**
 * Reads a time as milliseconds since 1970: `2018-06-18T22:28:28`, with `Z`, an offset or (UTC) nothing behind it, or a
 * date alone, which is its midnight. Undefined when it is none of these, or no real date. Source: AWS ECS developer
 * guide, cluster query language; that a time without zone is UTC is chosen.
 */
export function readTime(text: string): readonly bigint[] | undefined {
  const parts = TIME.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', zone = 'Z'] = parts;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offsetMinutes = readOffset(zone);
  if (offsetMinutes === undefined) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes;
  return [BigInt(date.getTime() + minutes * 60_000 + Number(second) * 1000)];
}

function readOffset(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** Component by component; missing ones are 0, so that 1.14 equals 1.14.0. */
export function compareComponents(left: readonly bigint[], right: readonly bigint[]): Order {
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const order = orderOf(left[i] ?? 0n, right[i] ?? 0n);
    if (order !== 0) return order;
  }
  return 0;
}

/** As exact decimals when both texts are numbers (`+1.50`), else by code unit (chosen: AWS does not say). */
export function compareTexts(left: string, right: string): Order {
  const numbers = [DECIMAL.exec(left), DECIMAL.exec(right)];
  const [a, b] = numbers;
  if (!a || !b) return orderOf(left, right);
  const scale = Math.max(a[3]?.length ?? 0, b[3]?.length ?? 0);
  return orderOf(scaled(a, scale), scaled(b, scale));
}

/** Does the order satisfy the operator? */
export function satisfies(order: Order, operator: Comparison): boolean {
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function scaled([, sign, whole, fraction = '']: readonly (string | undefined)[], scale: number): bigint {
  assert(whole !== undefined, 'a decimal without digits');
  const digits = BigInt(whole + fraction.padEnd(scale, '0'));
  return sign === '-' ? -digits : digits;
}

function orderOf<Value extends bigint | string>(left: Value, right: Value): Order {
  return left < right ? -1 : left > right ? 1 : 0;
}
