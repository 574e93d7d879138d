import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { readDocument } from '../../../src/io/scenario/read-document.ts';

function read(text: string) {
  return readDocument('test.yaml', new TextEncoder().encode(text));
}

/** Code, line:column+length of everything that is wrong. */
function places(text: string | Uint8Array): string[] {
  try {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    readDocument('test.yaml', bytes);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.diagnostics.map(
      ({ code, position }) => `${code} ${position?.line}:${position?.column}+${position?.length}`,
    );
  }
}

describe('readDocument() reads', () => {
  test.each([
    ['YAML', 'a: 1\nb: [x, {c: true}]\n', { a: 1, b: ['x', { c: true }] }],
    ['JSON', '{"a": 1, "b": ["x", {"c": null}]}', { a: 1, b: ['x', { c: null }] }],
    [
      'YAML 1.2 words as text',
      'a: [yes, NO, 1_000, 12:30:00, 2026-03-02]',
      { a: ['yes', 'NO', '1_000', '12:30:00', '2026-03-02'] },
    ],
    ['a byte order mark and CRLF', '\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
    ['aliases', 'a: &x {b: 1}\nc: *x', { a: { b: 1 }, c: { b: 1 } }],
    [
      'numbers as JSON has them',
      'a: [0, -1, 1.5, 1e3, 0.30000000000000004, 9007199254740991]',
      { a: [0, -1, 1.5, 1000, 0.1 + 0.2, 9_007_199_254_740_991] },
    ],
    [
      'brackets in quotes and comments',
      `a: "[[[" # [[[\nb: it's [[[ fine\nc: |\n  [[[\n`,
      { a: '[[[', b: "it's [[[ fine", c: '[[[\n' },
    ],
  ])('%s', (_, text, value) => {
    expect(read(text).value).toEqual(value);
  });

  test('64 levels of nesting, in either style', () => {
    expect(places(`a: ${'['.repeat(63)}${']'.repeat(63)}`)).toEqual([]);
    expect(places(Array.from({ length: 64 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'))).toEqual([]);
  });
});

describe('readDocument().locate()', () => {
  const { locate } = read('# first\nünï: {b: [x, "two words"]}\nc:\n  d: &e\n    f: 1\ng: *e\n');
  test.each([
    // columns count code points; "two words" is 11 of them with its quotes
    ['a value', ['ünï', 'b', 1], 'value', '2:14+11'],
    ['a key', ['ünï', 'b'], 'key', '2:7+1'],
    ['a collection: its first line', ['ünï', 'b'], 'value', '2:10+16'],
    ['the nearest ancestor of what is missing', ['ünï', 'x', 'y'], 'value', '2:6+21'],
    ['through an alias', ['g', 'f'], 'value', '5:8+1'],
  ] as const)('finds %s', (_, path, part, place) => {
    const { position } = locate(path, part);
    expect(`${position?.line}:${position?.column}+${position?.length}`).toBe(place);
  });

  test('gives the line as excerpt, without its end', () => {
    expect(read('a: 1\r\nb: 2\r\n').locate(['b']).excerpt).toBe('b: 2');
  });
});

describe('readDocument() refuses, with the place', () => {
  const utf8 = (...bytes: number[]) => Uint8Array.from(bytes);
  test.each([
    ['nothing', '', ['E1001 1:1+1']],
    ['blanks', ' \n\t\n', ['E1001 1:1+1']],
    ['comments only', '# nothing\n', ['E1001 1:1+1']],
    // "a: é" is 5 bytes of 4 characters; the broken byte comes fifth
    ['invalid UTF-8', utf8(0x61, 0x3a, 0x20, 0xc3, 0xa9, 0xff), ['E1003 1:5+1']],
    ['a truncated character', utf8(0x61, 0x3a, 0x0a, 0xe2, 0x82), ['E1003 2:1+1']],
    ['NUL', 'a: 1\nb: \0', ['E1003 2:4+1']],
    ['a list at the top', '[1]', ['E1007 1:1+3']],
    ['65 brackets', `a: ${'['.repeat(65)}`, ['E1004 1:68+1']],
    [
      '65 indented levels',
      `${Array.from({ length: 65 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')} {}`,
      ['E1004 65:65+5'],
    ],
    [
      'nesting through aliases',
      `a0: &a0 [1]\n${Array.from({ length: 64 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`).join('')}`,
      ['E1004 64:12+4'],
    ],
    ['broken YAML', 'a: "x\nb: c', ['E1005 2:5+1']],
    ['tabs', 'a:\n\tb: 1', ['E1005 2:1+1']],
    ['several documents', 'a: 1\n---\nb: 2', ['E1005 2:1+3']],
    ['unknown tags', 'a: !thing b', ['E1005 1:4+6']],
    ['known tags', 'a: !!binary aGk=', ['E1005 1:13+4']],
    ['an alias without anchor', 'a: *x', ['E1005 1:4+2']],
    ['an alias inside its anchor', 'a: &x [*x]', ['E1006 1:8+2']],
    ['duplicate keys', 'a: 1\nb: {c: 1, c: 2}\na: 3', ['E1105 2:11+1', 'E1105 3:1+1']],
    ['keys that are not text', '1: a\n[b]: c\ntrue: d', ['E1102 1:1+1', 'E1102 2:1+3', 'E1102 3:1+4']],
  ])('%s', (_, text, expected) => {
    expect(places(text)).toEqual(expected);
  });

  test.each([
    '017',
    '0x1F',
    '0o17',
    '+5',
    '.5',
    '5.',
    '1E400',
    '1e400',
    '-1e400',
    '-0',
    '-0.0',
    '.inf',
    '-.INF',
    '.nan',
    '9007199254740993',
    '-9007199254740992',
    '0.500000000000000001',
  ])('the number %s, which would be read as another one', (number) => {
    const [place, ...others] = places(`a: ${number}`);
    expect(place).toMatch(new RegExp(`^E110[34] 1:4\\+${number.length}$`));
    expect(others).toEqual([]);
  });

  test('more than 250,000 values, before parsing them', () => {
    expect(places(`a:\n${'- b\n'.repeat(250_001)}`)).toEqual(['E1002 250001:3+1']);
  });

  test('more than 10 MiB', () => {
    expect(places(new Uint8Array(10 * 2 ** 20 + 1))).toEqual(['E1002 1:1+1']);
  });

  test('everything of one stage at once', () => {
    expect(places('a: 017\nb: {__proto__: 1}\na: 2\nc: *d')).toEqual([
      'E1104 1:4+3',
      'E1106 2:5+9',
      'E1105 3:1+1',
      'E1005 4:4+2',
    ]);
  });
});
