import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, test } from 'vitest';
import { RandomStream, RandomStreams } from '../../src/kernel/random-streams.ts';
import type { RandomDraws } from '../../src/schedulers/scheduler.ts';

const take = (draws: RandomDraws, count: number) => Array.from({ length: count }, () => draws.double());

/** A stream whose every draw is u. */
function fixed(u: number): RandomStream {
  return new RandomStream({ double: () => u } as unknown as ConstructorParameters<typeof RandomStream>[0]);
}

describe('the generator', () => {
  test('seedrandom is the one whose golden values are published', () => {
    const random = seedrandom('hello.');
    expect([random(), random()]).toEqual([0.9282578795792454, 0.3752569768646784]);
  });

  test('stream() is Alea keyed by the whole SHA-256 of seed, replication, source and entity', () => {
    const key = createHash('sha256').update('42\u001f3\u001fruntime\u001ftask-7').digest('hex');
    const alea = seedrandom.alea(key);
    const expected = [alea.double(), alea.double(), alea.double()];
    expect(take(new RandomStreams(42, 3).stream('runtime', 'task-7'), 3)).toEqual(expected);
  });

  test('first draws of a stream are the same for ever', () => {
    expect(take(new RandomStreams(42, 0).stream('arrivals'), 3)).toMatchInlineSnapshot(`
      [
        0.9604269275623813,
        0.8721543653910878,
        0.8995984927947881,
      ]
    `);
  });
});

describe('RandomStreams.stream()', () => {
  test('answers the same object for the same name, and seeds 42 and "42" are one', () => {
    const streams = new RandomStreams(42, 0);
    expect(streams.stream('a')).toBe(streams.stream('a', ''));
    expect(take(streams.stream('a'), 5)).toEqual(take(new RandomStreams('42', 0).stream('a'), 5));
  });

  test('different seeds, replications, sources and entities give different streams', () => {
    const firsts = [
      new RandomStreams(1, 0).stream('1'),
      new RandomStreams(11, 0).stream('1'),
      new RandomStreams(1, 1).stream('1'),
      new RandomStreams(1, 0).stream('11'),
      new RandomStreams(1, 0).stream('1', '1'),
      new RandomStreams(1, 0).stream('', '1'),
      new RandomStreams(1, 11).stream('1'),
    ].map((stream) => stream.double());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  test('draws in one stream shift no other', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 }), (order) => {
        const streams = new RandomStreams(7, 2);
        const drawn: Record<string, number[]> = { a: [], b: [], c: [] };
        for (const name of order) drawn[name]!.push(streams.stream(name).double());
        for (const [name, values] of Object.entries(drawn)) {
          expect(values).toEqual(take(new RandomStreams(7, 2).stream(name), values.length));
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('streams of neighbouring names are not correlated', () => {
    // Correlation of 10,000 pairs: standard deviation 1/100; 45 pairs of streams stay within 4 of them.
    const streams = new RandomStreams(1, 0);
    const columns = Array.from({ length: 10 }, (_, index) =>
      take(streams.stream('node', `${index}`), 10_000),
    );
    for (let a = 0; a < 10; a += 1) {
      for (let b = 0; b < a; b += 1) {
        let sum = 0;
        for (let i = 0; i < 10_000; i += 1) sum += (columns[a]![i]! - 0.5) * (columns[b]![i]! - 0.5) * 12;
        expect(Math.abs(sum / 10_000)).toBeLessThan(0.04);
      }
    }
  });

  test.each([
    ['an empty seed', () => new RandomStreams('', 0)],
    ['a fractional seed', () => new RandomStreams(0.5, 0)],
    ['NaN', () => new RandomStreams(Number.NaN, 0)],
    ['a negative replication', () => new RandomStreams(1, -1)],
    ['the separator in a seed', () => new RandomStreams('1\u001f0', 0)],
    ['the separator in a name', () => new RandomStreams(1, 0).stream('a\u001fb')],
    ['the separator in an entity', () => new RandomStreams(1, 0).stream('a', 'b\u001f')],
  ])('refuses %s', (_name, act) => {
    expect(act).toThrow();
  });
});

describe('RandomStream', () => {
  test('double() is a multiple of 2^-53 in [0, 1), and each call is one draw', () => {
    const stream = new RandomStreams(5, 0).stream('doubles');
    for (const u of take(stream, 10_000)) expect(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 53)).toBe(true);
    stream.below(3);
    expect(stream.draws).toBe(10_001);
  });

  test('below() takes each value equally often', () => {
    // Chi-square with 6 degrees of freedom: 99.9 % lie below 22.46.
    const stream = new RandomStreams(5, 0).stream('below');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i += 1) counts[stream.below(7)]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.46);
  });

  test('below() reaches n-1 and never n, for the largest draw there is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 }), (n) => {
        expect(fixed(1 - 2 ** -53).below(n)).toBe(n - 1);
        expect(fixed(0).below(n)).toBe(0);
      }),
      { seed: 1, numRuns: 500 },
    );
    for (let power = 0; power <= 32; power += 1) {
      expect(fixed(1 - 2 ** -53).below(2 ** power)).toBe(2 ** power - 1);
    }
  });

  test.each([0, -1, 1.5, 2 ** 32 + 1, Number.NaN])('below(%s) is refused', (n) => {
    expect(() => new RandomStreams(1, 0).stream('x').below(n)).toThrow('below');
  });

  test('clone() foresees the draws without spending them', () => {
    const stream = new RandomStreams(1, 0).stream('ties');
    take(stream, 7);
    const foreseen = take(stream.clone(), 20);
    expect(stream.draws).toBe(7);
    expect(take(stream, 20)).toEqual(foreseen);
    expect(stream.clone().draws).toBe(27);
  });
});

describe('RandomStreams.finalDraws()', () => {
  const finalAfter = (play: (streams: RandomStreams) => void) => {
    const streams = new RandomStreams(1, 0);
    play(streams);
    return streams.finalDraws();
  };

  test('does not depend on the order in which streams were made or drawn from', () => {
    const ab = finalAfter((streams) => [streams.stream('a').double(), streams.stream('b', 'x').double()]);
    const ba = finalAfter((streams) => [streams.stream('b', 'x').double(), streams.stream('a').double()]);
    expect(ab).toBe(ba);
    expect(ab).toMatch(/^[0-9a-f]{64}$/);
  });

  test('tells one draw more, another stream and another seed', () => {
    const digests = [
      finalAfter((streams) => streams.stream('a').double()),
      finalAfter((streams) => [streams.stream('a').double(), streams.stream('a').double()]),
      finalAfter((streams) => [streams.stream('a').double(), streams.stream('b')]),
      new RandomStreams(2, 0).finalDraws(),
      finalAfter(() => {}),
    ];
    // Without any stream the seed does not matter: the last two are the digest of nothing.
    expect(new Set(digests).size).toBe(4);
  });
});
