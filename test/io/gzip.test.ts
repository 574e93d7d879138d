import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fileBytes } from '../../src/io/gzip.ts';
import { findingsOf, traceFolder } from '../support/trace-files.ts';

const { folder, write, writeGzip } = traceFolder();

async function all(file: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A copy: the chunk is valid only until the next is asked for.
  for await (const chunk of fileBytes(file)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

// About 4.5 MB, longer than four chunks of 1 MiB, and not compressible beyond the ratio.
const LONG = Buffer.from(
  Array.from({ length: 400_000 }, (_, row) => `${row},${(row * 7919) % 10_007}\n`).join(''),
);

describe('fileBytes()', () => {
  test('gives the bytes of a plain file, whatever its name', async () => {
    expect((await all(write('plain.gz', LONG))).equals(LONG)).toBe(true);
  });

  test('unpacks gzip, whatever its name', async () => {
    expect((await all(writeGzip('packed.csv', LONG))).equals(LONG)).toBe(true);
  });

  test('unpacks the members of a concatenated file one after the other', async () => {
    const both = Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]);
    expect((await all(write('members.gz', both))).toString()).toBe('a\nb\n');
  });

  test('gives nothing for an empty file and for one byte of gzip signature just that byte', async () => {
    expect(await all(write('empty', ''))).toHaveLength(0);
    expect(await all(write('one', Uint8Array.of(0x1f)))).toHaveLength(1);
  });

  test('refuses a truncated package and one with a flipped byte with E3006', async () => {
    const packed = gzipSync(LONG);
    expect(await findingsOf(all(write('short.gz', packed.subarray(0, packed.length - 9))))).toEqual([
      'E3006 1:1',
    ]);
    packed[packed.length >> 1]! ^= 0x40;
    expect(await findingsOf(all(write('flipped.gz', packed)))).toEqual(['E3006 1:1']);
  });

  test('refuses more than 200 times the packed size with E3006, and allows it below a mebibyte', async () => {
    // Deflate packs zeros about 1,000 to 1: 4 MiB become 4 kB, 200 × 4 kB + 1 MiB < 4 MiB.
    expect(await findingsOf(all(writeGzip('bomb.gz', Buffer.alloc(4 * 2 ** 20))))).toEqual(['E3006 1:1']);
    expect(await all(writeGzip('small.gz', Buffer.alloc(2 ** 20)))).toHaveLength(2 ** 20);
  });

  test.each([
    { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
    { name: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  ])('refuses $name with E3006', async ({ name, bytes }) => {
    expect(await findingsOf(all(write(`other.${name}`, Uint8Array.from([...bytes, 1, 2, 3]))))).toEqual([
      'E3006 1:1',
    ]);
  });

  test('reports a file that is not there, and a folder, with E4001', async () => {
    expect(await findingsOf(all(`${folder}/nothing`))).toEqual(['E4001 1:1']);
    expect(await findingsOf(all(folder))).toEqual(['E4001 1:1']);
  });
});
