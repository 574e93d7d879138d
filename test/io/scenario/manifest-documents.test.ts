import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { readManifestObjects } from '../../../src/io/scenario/manifest-documents.ts';

const read = (text: string | Uint8Array) =>
  readManifestObjects({ file: 'f', bytes: typeof text === 'string' ? new TextEncoder().encode(text) : text });
const codeOf = (text: string | Uint8Array) => {
  try {
    read(text);
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics[0]!.code;
    throw error;
  }
  return 'none';
};

describe('readManifestObjects()', () => {
  test('an empty file, and empty documents, hold nothing', () => {
    expect(read('')).toEqual([]);
    expect(read('# nothing\n---\n---\nnull\n')).toEqual([]);
  });

  test('JSON and YAML give the same values at the same places', () => {
    const value = { kind: 'List', items: [{ kind: 'Pod', metadata: { name: 'a' } }] };
    const text = JSON.stringify(value, null, 2);
    const [json] = read(text);
    const [yaml] = read(`# a comment keeps it from being JSON\n${text}`);
    expect(json!.value).toEqual(yaml!.value);
    const path = [...json!.path, 'metadata', 'name'];
    expect(json!.locate(path).position).toMatchObject({ line: 7, column: 17, length: 3 });
    expect(yaml!.locate(path).position).toMatchObject({ line: 8, column: 17, length: 3 });
  });

  test('JSON may hold more values than YAML', () => {
    const items = Array.from({ length: 130_000 }, (_, index) => ({ kind: 'P', n: index }));
    expect(read(JSON.stringify({ kind: 'List', items }))).toHaveLength(130_000);
  });

  test.each([
    ['a: [', 'E1005'],
    ['{"a": 1,}x', 'E1005'],
    ['{"__proto__": {"a": 1}}', 'E1106'],
    [`{"a": ${'['.repeat(70)}${']'.repeat(70)}}`, 'E1004'],
    ['a: 1\na: 2\n', 'E1105'],
    ['a: &x [1]\nb: *y\n', 'E1005'],
    [Uint8Array.of(0x61, 0x3a, 0xff), 'E1003'],
    ['a: \0', 'E1003'],
  ])('%j is refused: %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});
