import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchSize } from '../../../src/experiment/size/search-size.ts';

const search = async (min: number, max: number, meets: (size: number) => boolean) => {
  const asked: number[] = [];
  const found = await searchSize({ min, max }, async (size) => {
    asked.push(size);
    return { size, meets: meets(size) };
  });
  return { ...found, asked };
};

describe('searchSize()', () => {
  test('finds the bound of a monotone question, asks each size once, and few of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 1100 }),
        async (min, span, bound) => {
          const { smallest, surelyFrom, exceptions, asked } = await search(
            min,
            min + span,
            (size) => size >= bound,
          );
          const expected = bound > min + span ? null : Math.max(min, bound);
          expect(smallest?.size ?? null).toBe(expected);
          expect(surelyFrom).toBe(expected);
          expect(exceptions).toEqual([]);
          expect(new Set(asked).size).toBe(asked.length);
          // Halving, and the 5 % below.
          expect(asked.length).toBeLessThanOrEqual(12 + Math.max(1, Math.ceil((expected ?? 0) * 0.05)));
        },
      ),
      { seed: 31, numRuns: 200 },
    );
  });

  test('tries every size of the 5 % below', async () => {
    const { asked } = await search(1, 100, (size) => size >= 60);
    expect(asked).toEqual(expect.arrayContaining([59, 58, 57]));
  });

  test('says when size hurts: 97 meets the checks, 98 and 99 do not', async () => {
    const { smallest, surelyFrom, exceptions } = await search(1, 200, (size) => size >= 100 || size === 97);
    expect(smallest).toEqual({ size: 97, meets: true });
    expect(surelyFrom).toBe(100);
    expect(exceptions).toContain(98);
    expect(exceptions).toContain(99);
  });

  test('goes on below a smaller one that it found', async () => {
    const odd = new Set([97, 93]);
    const { smallest } = await search(1, 200, (size) => size >= 100 || odd.has(size));
    expect(smallest?.size).toBe(93);
  });

  test('asks the largest size only, when that fails', async () => {
    expect(await search(1, 50, () => false)).toMatchObject({ smallest: null, surelyFrom: null, asked: [50] });
  });
});
