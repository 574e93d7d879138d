import type { LogRecord } from '../log-record.ts';
import type { Rule } from './rule.ts';

/**
 * Every number in the log is a whole one that a double holds exactly: no NaN, no infinity, no −0, no fraction; sums
 * beyond that are decimal text. The arithmetic of all other rules stands on it.
 */
export const numbers: Rule = {
  id: 'I-15',
  rule: 'every number is a safe integer, none is −0, and sums are whole decimals',
  fatal: true,
  create: () => ({
    record(record, _before, fail) {
      const bad = badNumber(record) ?? badSum(record);
      if (bad !== null) fail(`record ${record.seq} has a number that is not whole or not safe, ${bad}`);
    },
  }),
};

/** Path and value of the first bad number inside, or null. */
function badNumber(value: unknown): string | null {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0';
    return Number.isSafeInteger(value) ? null : String(value);
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const bad = badNumber(inner);
    if (bad !== null) return `${key}: ${bad}`;
  }
  return null;
}

function badSum(record: LogRecord): string | null {
  if (record.kind !== 'end') return null;
  const { requested, instanceMs, pendingMs, hostedMs } = record.integrals;
  const sums = [...requested.map(({ amountMs }) => amountMs), instanceMs, pendingMs, hostedMs];
  return sums.find((sum) => sum !== null && !/^\d+$/.test(sum)) ?? null;
}
