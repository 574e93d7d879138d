import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../../src/io/scenario/instant.ts';

test.each([
  ['1970-01-01T00:00:00Z', 0],
  // date -u -d 2026-03-02 +%s
  ['2026-03-02T00:00:00Z', 1_772_409_600_000],
  ['2026-03-02T01:00:00+01:00', 1_772_409_600_000],
  ['2026-03-01T19:00-05:00', 1_772_409_600_000],
  ['2000-02-29T23:59:59.5Z', 951_868_799_500],
  ['9999-12-31T23:59:59.999Z', 253_402_300_799_999],
])('parseInstant(%s) is %d', (text, epochMs) => {
  expect(parseInstant(text)).toBe(epochMs);
});

test.each([
  '2026-03-02',
  '2026-03-02T00:00:00',
  '2026-02-29T00:00:00Z',
  '2100-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-32T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '1969-12-31T23:59:59Z',
  '2026-01-01T00:00:00+15:00',
  '2026-01-01T00:00:00.1234Z',
  '1970-01-01T00:00:00+01:00',
  '',
  'now',
])('parseInstant() refuses %j', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test('formatInstant() writes what JavaScript writes, and parseInstant() reads it back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (epochMs) => {
      const text = formatInstant(epochMs);
      expect(parseInstant(text)).toBe(epochMs);
      expect(text).toBe(new Date(epochMs).toISOString().replace('.000Z', 'Z'));
    }),
    { seed: 1, numRuns: 2000 },
  );
});
