import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { InputError } from '../../../src/errors.ts';
import { type FoundRecord, readJsonRecords, type RecordPattern } from '../../../src/io/prices/json-stream.ts';

const folder = mkdtempSync(join(tmpdir(), 'stowage-json-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function records(text: string, patterns: readonly RecordPattern[]): Promise<FoundRecord[]> {
  const file = join(folder, 'a.json');
  writeFileSync(file, text);
  const found: FoundRecord[] = [];
  await readJsonRecords(
    file,
    patterns,
    (record) => void found.push(record),
    () => {},
  );
  return found;
}

async function fault(text: string): Promise<string> {
  try {
    await records(text, [['a', '*']]);
  } catch (error) {
    const [{ code, message, position }] = (error as InputError).diagnostics as [
      InputError['diagnostics'][number],
    ];
    return `${code} ${position!.line}:${position!.column} ${message}`;
  }
  return 'none';
}

describe('readJsonRecords()', () => {
  test('finds what patterns lead to, in order, with its place', async () => {
    const text =
      '{\n "v": 1,\n "a": { "x": [1, {"y": "}"}], "z": "q\\"" },\n "l": [ {"n": 1}, 2 ],\n "e": {}\n}\n';
    expect(await records(text, [['v'], ['a', '*'], ['l', '[]']])).toEqual([
      { path: ['v'], value: 1, line: 2, column: 7 },
      { path: ['a', 'x'], value: [1, { y: '}' }], line: 3, column: 14 },
      { path: ['a', 'z'], value: 'q"', line: 3, column: 36 },
      { path: ['l', '[]'], value: { n: 1 }, line: 4, column: 9 },
      { path: ['l', '[]'], value: 2, line: 4, column: 19 },
    ]);
  });

  test('reads a list without an object around it', async () => {
    expect((await records('[{"a":1},{"a":2}]', [['[]']])).map(({ value }) => value)).toEqual([
      { a: 1 },
      { a: 2 },
    ]);
  });

  test.each([
    ['{"a": {"b": 1}', 'E3001 1:15 The document ends too early'],
    ['{"a": {"b": nul}}', 'E3001 1:13 Cannot read the record: it is no JSON'],
    ['{"a": }', 'E3001 1:7 Cannot read the document: it is no JSON'],
    ['{"a": 1]', 'E3001 1:8 Cannot read the document: it is no JSON'],
    ['{"a": {"b": 1}}\n}', 'E3001 2:1 Cannot read the document: it is no JSON'],
    ['{"a" 1}', 'E3001 1:6 Cannot read the document: it is no JSON'],
    [`${'['.repeat(70)}`, 'E3001 1:65 Cannot read the document: it is no JSON'],
  ])('of %j: %s', async (text, expected) => {
    expect(await fault(text)).toBe(expected);
  });

  test('finds the same in a document that spans many chunks, wherever they are cut', async () => {
    // Chunks are 256 KiB: the padding moves every cut through strings, escapes, keys and numbers.
    const value = { text: 'a\\b"c}', list: [1.5, null, true], deep: { '"': [] } };
    for (const padding of [262_100, 262_118, 262_125, 262_131, 262_137, 262_140]) {
      const text = JSON.stringify({ pad: 'x'.repeat(padding), a: { k1: value, k2: 'last' } });
      const found = await records(text, [['a', '*']]);
      expect(found.map((record) => [record.path[1], record.value])).toEqual([
        ['k1', value],
        ['k2', 'last'],
      ]);
    }
  });

  test('agrees with JSON.parse on any object', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), fc.boolean(), async (value, pretty) => {
        const found = await records(JSON.stringify(value, null, pretty ? 2 : 0), [['*']]);
        const again: [string, unknown][] = found.map(({ path, value: part }) => [path[0]!, part]);
        expect(again).toEqual(Object.entries(JSON.parse(JSON.stringify(value))));
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});
