import { describe, expect, test } from 'vitest';
import { readDistribution } from '../../src/io/distribution.ts';
import { findingsOf } from '../support/trace-files.ts';

const VALID = {
  format: 'stowage-distribution/1',
  name: 'day',
  source: 'a trace',
  licence: 'CC BY 4.0',
  measured: '2026-11-22',
  notes: [],
  window: { fromMs: 1000, toMs: 7000 },
  binMs: 3000,
  sizes: [
    { cpu: '500m', memory: '1792MiB' },
    { cpu: '2', memory: '4GiB' },
  ],
  lifetimes: [
    { fromMs: 0, toMs: 300 },
    { fromMs: 300, toMs: null },
  ],
  counts: [
    [0, 0, 0, 3],
    [0, 1, 1, 1],
    [1, 0, 0, 2],
  ],
};

const read = (value: unknown) =>
  readDistribution(
    'file.json',
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value, null, 1)),
  );

/** Code and path of every finding. */
async function findings(value: unknown): Promise<string[]> {
  try {
    read(value);
  } catch (error) {
    const { diagnostics } = error as { diagnostics: { code: string; path?: string }[] };
    return diagnostics.map(({ code, path }) => `${code} ${path ?? ''}`.trim());
  }
  return [];
}

describe('readDistribution()', () => {
  test('reads sizes as quantities and everything else as it stands', () => {
    const { format: _, ...rest } = VALID;
    expect(read(VALID)).toEqual({
      ...rest,
      sizes: [
        { cpuMilli: 500, memoryBytes: 1792 * 2 ** 20 },
        { cpuMilli: 2000, memoryBytes: 4 * 2 ** 30 },
      ],
    });
  });

  test.each([
    { name: 'another format', change: { format: 'stowage-distribution/2' }, found: ['E1103 format'] },
    { name: 'a missing key', change: { licence: undefined }, found: ['E1101 licence'] },
    { name: 'an unknown key', change: { comment: 'x' }, found: ['E1203 comment'] },
    { name: 'a date that is none', change: { measured: '2026-13-01' }, found: ['E1103 measured'] },
    { name: 'a fraction of a millisecond', change: { binMs: 0.5 }, found: ['E1102 binMs'] },
    { name: 'a window that is no whole number of bins', change: { binMs: 4000 }, found: ['E1103 window'] },
    {
      name: 'a window that ends before it begins',
      change: { window: { fromMs: 7000, toMs: 1000 } },
      found: ['E1103 window', 'E1103 counts[0][0]', 'E1103 counts[1][0]', 'E1103 counts[2][0]'],
    },
    {
      name: 'a CPU that is none',
      change: { sizes: [{ cpu: 'x', memory: '1GiB' }, VALID.sizes[1]] },
      found: ['E1104 sizes[0].cpu'],
    },
    {
      name: 'a memory that is none',
      change: { sizes: [{ cpu: '1', memory: '1.3' }, VALID.sizes[1]] },
      found: ['E1104 sizes[0].memory'],
    },
    {
      name: 'a size twice',
      change: { sizes: [VALID.sizes[1], { cpu: '2000m', memory: '4096MiB' }] },
      found: ['E1205 sizes[1]'],
    },
    {
      name: 'lifetimes that overlap',
      change: { lifetimes: [{ fromMs: 0, toMs: 400 }, VALID.lifetimes[1]] },
      found: ['E1103 lifetimes[0]'],
    },
    {
      name: 'an open lifetime before the last',
      change: { lifetimes: [{ fromMs: 0, toMs: null }, VALID.lifetimes[1]] },
      found: ['E1103 lifetimes[0]'],
    },
    { name: 'a bin outside the window', change: { counts: [[2, 0, 0, 1]] }, found: ['E1103 counts[0][0]'] },
    { name: 'a size that does not exist', change: { counts: [[0, 2, 0, 1]] }, found: ['E1103 counts[0][1]'] },
    {
      name: 'a lifetime that does not exist',
      change: { counts: [[0, 0, 2, 1]] },
      found: ['E1103 counts[0][2]'],
    },
    { name: 'a count of 0', change: { counts: [[0, 0, 0, 0]] }, found: ['E1103 counts[0][3]'] },
    { name: 'a row of three', change: { counts: [[0, 0, 0]] }, found: ['E1103 counts[0]'] },
    { name: 'no counts', change: { counts: [] }, found: ['E1103 counts'] },
    {
      name: 'a combination twice',
      change: {
        counts: [
          [0, 0, 0, 1],
          [0, 0, 0, 1],
        ],
      },
      found: ['E1103 counts[1]'],
    },
    {
      name: 'counts out of order',
      change: {
        counts: [
          [0, 1, 0, 1],
          [0, 0, 1, 1],
        ],
      },
      found: ['E1103 counts[1]'],
    },
    { name: 'too many arrivals', change: { counts: [[0, 0, 0, 1e8 + 1]] }, found: ['E1103 counts'] },
  ])('reports $name', async ({ change, found }) => {
    expect(await findings({ ...VALID, ...change })).toEqual(found);
  });

  test('points at the place in the file', async () => {
    const attempt = Promise.resolve().then(() =>
      read('{"format": "stowage-distribution/1",\n "counts": [[0, 0, "x", 1]]}'),
    );
    expect(await findingsOf(attempt)).toContain('E1102 2:20');
  });

  test.each([
    { name: 'nothing', text: '', found: ['E1001'] },
    { name: 'half a file', text: JSON.stringify(VALID).slice(0, 200), found: ['E1005'] },
    { name: 'a list', text: '[]', found: ['E1007'] },
    { name: 'a key twice', text: JSON.stringify(VALID).replace('{', '{"name": "x",'), found: ['E1105'] },
    {
      name: 'a reserved key',
      text: JSON.stringify(VALID).replace('{', '{"__proto__": {"x": 1},'),
      found: ['E1106'],
    },
  ])('reports $name', async ({ text, found }) => {
    expect([...new Set(await findings(text))]).toEqual(found);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});
