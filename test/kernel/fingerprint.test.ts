import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventDigest, Fingerprint, sha256Hex } from '../../src/kernel/fingerprint.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const rows = (given: readonly (readonly (number | string | null)[])[]) => {
  const fingerprint = new Fingerprint();
  for (const row of given) fingerprint.row(row);
  return fingerprint.hex();
};

describe('Fingerprint', () => {
  test('frames each value: tag, then bits or length and UTF-8', () => {
    const bytes = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 2, 3, 0, 0, 0, 0xe2, 0x82, 0xac]);
    expect(new Fingerprint().number(1).text('€').hex()).toBe(sha256(bytes));
  });

  test('a text is its UTF-8 bytes, whatever its length and its letters', () => {
    const text = fc.oneof(fc.string({ maxLength: 70 }), fc.string({ unit: 'grapheme', maxLength: 70 }));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), (texts) => {
        const fingerprint = new Fingerprint();
        const parts = texts.map((value) => {
          fingerprint.text(value);
          const bytes = Buffer.from(value);
          const header = Buffer.alloc(5);
          header.writeUInt8(2, 0);
          header.writeUInt32LE(bytes.length, 1);
          return Buffer.concat([header, bytes]);
        });
        expect(fingerprint.hex()).toBe(sha256(Buffer.concat(parts)));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test('row() adds its width, and a tag for null', () => {
    const bytes = Buffer.from([4, 2, 0, 0, 0, 3, 2, 0, 0, 0, 0]);
    expect(rows([[null, '']])).toBe(sha256(bytes));
  });

  test('different rows have different digests, equal ones equal digests', () => {
    const value = fc.oneof(
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom('', 'a', 'ab', '1'),
      fc.constant(null),
    );
    const table = fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 3 });
    fc.assert(
      fc.property(table, table, (a, b) => {
        expect(rows(a) === rows(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('blocks do not show: long and many values hash as their bytes in a row', () => {
    const long = 'x'.repeat(70_000);
    const fingerprint = new Fingerprint();
    const parts: Buffer[] = [];
    for (let index = 0; index < 10_000; index += 1) {
      fingerprint.number(index).text('name');
      const bytes = Buffer.alloc(18);
      bytes.writeUInt8(1, 0);
      bytes.writeDoubleLE(index, 1);
      bytes.writeUInt8(2, 9);
      bytes.writeUInt32LE(4, 10);
      bytes.write('name', 14);
      parts.push(bytes);
    }
    fingerprint.text(long);
    const header = Buffer.alloc(5);
    header.writeUInt8(2, 0);
    header.writeUInt32LE(long.length, 1);
    expect(fingerprint.hex()).toBe(sha256(Buffer.concat([...parts, header, Buffer.from(long)])));
  });

  test('hex() may be asked for in between', () => {
    const fingerprint = new Fingerprint().text('a');
    expect(fingerprint.hex()).toBe(fingerprint.hex());
    expect(fingerprint.text('b').hex()).toBe(new Fingerprint().text('a').text('b').hex());
  });

  test('number() takes -0 for 0 and refuses NaN', () => {
    expect(new Fingerprint().number(-0).hex()).toBe(new Fingerprint().number(0).hex());
    expect(() => new Fingerprint().number(Number.NaN)).toThrow('NaN');
  });
});

test('EventDigest.hex() covers more events than one block holds', () => {
  const digest = new EventDigest();
  const bytes = Buffer.alloc(16 * 5000);
  for (let index = 0; index < 5000; index += 1) {
    digest.add(index * 1e9, index % 7, index, -index);
    bytes.writeDoubleLE(index * 1e9, index * 16);
    bytes.writeUInt16LE(index, index * 16 + 8);
    bytes.writeUInt16LE(index % 7, index * 16 + 10);
    bytes.writeInt32LE(-index, index * 16 + 12);
  }
  expect(digest.hex()).toBe(sha256(bytes));
});

test('sha256Hex() is SHA-256 of the UTF-8 bytes (FIPS 180-2, appendix B.1)', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
