import type { BilledInstance, BillInput } from '../billing/bill.ts';
import type { Fraction } from '../billing/money.ts';
import { regionBook, withPlanRates } from '../billing/region-book.ts';
import type { InstanceType } from '../model/instance-type.ts';
import type { BillPrices } from '../model/price-list.ts';

/**
 * What a run used, and the prices it was billed at: everything that another bill of the same run needs. `regionBook` of
 * region, types and prices is the book of the bill that came with the result.
 */
export interface UsageRecord {
  readonly usage: Omit<BillInput, 'book'>;
  readonly types: readonly InstanceType[];
  readonly prices: BillPrices;
  /** Savings Plan rates over On-Demand prices, where none is listed; null: the run knows no such rates. */
  readonly planRates: { readonly ec2: Fraction; readonly compute: Fraction } | null;
}

/** The usage at the prices of the run. */
export function billInputOf({ usage, types, prices, planRates }: UsageRecord): BillInput {
  const book = regionBook(usage.region, types, prices);
  return { ...usage, book: planRates === null ? book : withPlanRates(book, planRates) };
}

/** Name and version of the format. */
export const USAGE_FORMAT = 'stowage-usage/1';

/**
 * A usage record as lines of JSON: everything but the instances first, then an instance a line. What JSON has no word
 * for is an object of one key: `$int` (bigint as text), `$map` (pairs), `$set` (values), `$number` (infinities).
 */
export function* usageLines({ usage, types, prices, planRates }: UsageRecord): Generator<string> {
  const { instances, ...rest } = usage;
  yield `${encode({ format: USAGE_FORMAT, usage: rest, types, prices, planRates })}\n`;
  for (const instance of instances) yield `${encode(instance)}\n`;
}

/** Undoes `usageLines`. Throws an Error that says what is wrong with lines that it cannot have written. */
export function readUsageLines(lines: Iterable<string>): UsageRecord {
  let head: (Omit<UsageRecord, 'usage'> & { usage: Omit<UsageRecord['usage'], 'instances'> }) | undefined;
  const instances: BilledInstance[] = [];
  for (const line of lines) {
    const value = decode(line);
    if (head === undefined) {
      if (value['format'] !== USAGE_FORMAT) throw new Error(`its first line is not ${USAGE_FORMAT}`);
      requireFields(value, ['usage', 'types', 'prices', 'planRates']);
      requireFields(value['usage'], ['region', 'startEpochMs', 'endMs', 'loadBalancers', 'controlPlane']);
      head = value as unknown as NonNullable<typeof head>;
    } else {
      requireFields(value, [
        'id',
        'typeName',
        'groupName',
        'zone',
        'runningFromMs',
        'endMs',
        'rootVolume',
        'usage',
      ]);
      instances.push(value as unknown as BilledInstance);
    }
  }
  if (head === undefined) throw new Error('it is empty');
  return {
    usage: { ...head.usage, instances },
    types: head.types,
    prices: head.prices,
    planRates: head.planRates,
  };
}

function requireFields(value: unknown, names: readonly string[]): void {
  const missing = names.find((name) => typeof value !== 'object' || value === null || !(name in value));
  if (missing !== undefined) throw new Error(`a line has no ${missing}`);
}

function encode(value: unknown): string {
  return JSON.stringify(value, (_key, field: unknown) => {
    if (typeof field === 'bigint') return { $int: String(field) };
    if (field instanceof Map) return { $map: [...field] };
    if (field instanceof Set) return { $set: [...field] };
    return typeof field === 'number' && !Number.isFinite(field) ? { $number: String(field) } : field;
  });
}

function decode(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line, (_key, field: unknown) => {
    if (typeof field !== 'object' || field === null) return field;
    const [entry, second] = Object.entries(field);
    if (entry === undefined || second !== undefined) return field;
    const [key, content] = entry;
    if (key === '$int' && typeof content === 'string' && /^-?\d{1,400}$/.test(content))
      return BigInt(content);
    if (key === '$map' && Array.isArray(content)) return new Map(content as [unknown, unknown][]);
    if (key === '$set' && Array.isArray(content)) return new Set(content);
    return key === '$number' && typeof content === 'string' ? Number(content) : field;
  });
  if (typeof value !== 'object' || value === null) throw new Error('a line is no object');
  return value as Record<string, unknown>;
}
