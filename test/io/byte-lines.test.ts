import { describe, expect, test } from 'vitest';
import {
  blocksOf,
  countLines,
  forEachLine,
  lineBlocks,
  lines,
  MAX_LINE_BYTES,
} from '../../src/io/byte-lines.ts';
import { findingsOf, traceFolder } from '../support/trace-files.ts';

const { write } = traceFolder();

async function texts(file: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { bytes, line } of lines(file)) found.push(`${line}:${bytes}`);
  return found;
}

describe('lines()', () => {
  test.each([
    { name: 'a line feed at the end', content: 'a\nb\n', expected: ['1:a', '2:b'] },
    { name: 'no line feed at the end', content: 'a\nb', expected: ['1:a', '2:b'] },
    { name: 'carriage returns', content: 'a\r\nb\r\n\r\n', expected: ['1:a', '2:b', '3:'] },
    { name: 'a byte order mark', content: '\ufeffa\nb', expected: ['1:a', '2:b'] },
    { name: 'nothing but a byte order mark and a line', content: '\ufeff\n', expected: ['1:'] },
    { name: 'empty lines', content: '\n\na', expected: ['1:', '2:', '3:a'] },
  ])('splits a file with $name', async ({ content, expected }) => {
    expect(await texts(write('lines', content))).toEqual(expected);
  });

  test('numbers the lines of a file of many blocks, characters of several bytes across their edges', async () => {
    // 40,000 lines of 23 to 27 bytes: about 1 MB, four blocks.
    const written = Array.from({ length: 40_000 }, (_, row) => `${row} äöü € 𝄞 ${row}`);
    const found = await texts(write('long', written.join('\n')));
    expect(found).toEqual(written.map((text, index) => `${index + 1}:${text}`));
  });

  test('reports an empty file with E1001', async () => {
    expect(await findingsOf(texts(write('empty', '')))).toEqual(['E1001 1:1']);
    expect(await findingsOf(texts(write('mark', '\ufeff')))).toEqual(['E1001 1:1']);
  });

  test('reports the line with a NUL or invalid UTF-8 with E1003', async () => {
    expect(await findingsOf(texts(write('nul', 'a\nb\0\n')))).toEqual(['E1003 2:1']);
    expect(await findingsOf(texts(write('latin1', Buffer.from('a\nb\nä', 'latin1'))))).toEqual(['E1003 3:1']);
  });

  test('takes a line of the longest length, and reports a longer one with E3005', async () => {
    const longest = 'x'.repeat(MAX_LINE_BYTES);
    expect(await texts(write('longest', `a\n${longest}\nb`))).toHaveLength(3);
    expect(await findingsOf(texts(write('longer', `a\n${longest}x\nb`)))).toEqual(['E3005 2:1']);
    expect(await findingsOf(texts(write('endless', `a\n${longest.repeat(3)}`)))).toEqual(['E3005 2:1']);
  });
});

describe('blocksOf()', () => {
  test('gives whole lines and their numbers wherever the chunks end, whose buffer is used again', async () => {
    const text = Buffer.from('\ufeffa,b\r\nä\n\n"c\nd",€\nlast');
    const whole = text.subarray(3).toString();
    for (let size = 1; size <= text.length; size++) {
      let found = '';
      for await (const { bytes, firstLine } of blocksOf('file', inOneBuffer(text, size))) {
        expect(firstLine).toBe(found.split('\n').length);
        expect(found === '' || found.endsWith('\n')).toBe(true);
        found += bytes.toString();
      }
      expect(found).toBe(whole);
    }
  });
});

async function* inOneBuffer(text: Buffer, size: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; at < text.length; at += size) {
    buffer.fill('!');
    const length = text.copy(buffer, 0, at, Math.min(text.length, at + size));
    yield buffer.subarray(0, length);
  }
}

describe('forEachLine()', () => {
  test('stops before the line with the byte of the limit and returns its start', async () => {
    const seen: string[] = [];
    for await (const block of lineBlocks(write('limit', 'ab\ncd\nef\n'))) {
      const stopped = forEachLine('limit', block, 4, (bytes, start, end) =>
        seen.push(bytes.toString('utf8', start, end)),
      );
      expect(stopped).toBe(3);
    }
    expect(seen).toEqual(['ab']);
  });
});

describe('countLines()', () => {
  test('counts line feeds before the end', () => {
    expect(countLines(Buffer.from('a\nb\nc'), 4)).toBe(2);
    expect(countLines(Buffer.from('a\nb\nc'), 3)).toBe(1);
  });
});
