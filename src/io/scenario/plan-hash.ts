import { createHash } from 'node:crypto';
import { assert } from '../../errors.ts';
import type { Plan } from '../../model/plan.ts';

/** SHA-256, in hex, of the plan in canonical JSON. Equal plans have equal hashes, whatever their scenarios looked like. */
export function planHash(plan: Plan): string {
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}

/**
 * One text for equal values: keys sorted by code unit and without absent ones, maps as sorted lists of pairs, bigints
 * as decimal text, no white space. Numbers must be finite.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `"${value}"`;
  if (typeof value === 'number') {
    assert(Number.isFinite(value), 'only finite numbers have a canonical form');
    return JSON.stringify(value);
  }
  assert(typeof value === 'object' && value !== null, 'only plain data has a canonical form');
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value instanceof Map) {
    const pairs = [...value].map(([key, entry]) => `[${canonicalJson(key)},${canonicalJson(entry)}]`);
    return `[${pairs.sort().join(',')}]`;
  }
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
}
