import { InputError } from '../../errors.ts';

/** Seeds as `--seeds` writes them, never listed: there may be millions. */
export interface SeedRanges {
  readonly count: number;
  /** In the order written, from 0. */
  at(index: number): number;
}

const HOW = 'write 1..30, or 3,7,9';

/** Reads `1..30`, `3,7,9`, or both: `1..10,20`. Errors: E5001 also for a seed that is named twice. */
export function parseSeedRanges(text: string): SeedRanges {
  const fail = (why: string) =>
    new InputError([
      { severity: 'error', code: 'E5001', message: `cannot use --seeds '${text}'${why}`, hint: HOW },
    ]);
  const ranges = text.split(',').map((part) => {
    const match = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(part.trim());
    if (match === null) throw fail('');
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) throw fail(`: ${part} goes backwards`);
    return { first, last };
  });
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  const twice = sorted.find(({ first }, index) => index > 0 && first <= sorted[index - 1]!.last);
  if (twice !== undefined) throw fail(`: ${twice.first} is there more than once`);
  return {
    count: ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0),
    at(index) {
      let rest = index;
      for (const { first, last } of ranges) {
        if (rest <= last - first) return first + rest;
        rest -= last - first + 1;
      }
      throw new RangeError('no such seed');
    },
  };
}
