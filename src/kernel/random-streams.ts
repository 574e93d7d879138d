import seedrandom from 'seedrandom';
import { assert } from '../errors.ts';
import { Fingerprint, sha256Hex } from './fingerprint.ts';

/** Keeps the parts of a key apart; no part may contain it. */
const SEPARATOR = '\u001f';

type Alea = seedrandom.StatefulPRNG<seedrandom.State.Alea>;

/** One named stream of uniform draws. Alea (seedrandom 3.0.5): 53-bit values, a multiply-with-carry of three words. */
export class RandomStream {
  readonly #alea: Alea;
  #draws: number;

  constructor(alea: Alea, draws = 0) {
    this.#alea = alea;
    this.#draws = draws;
  }

  /** Uniform in [0, 1): a multiple of 2^-53. One draw. */
  double(): number {
    this.#draws += 1;
    return this.#alea.double();
  }

  /**
   * Uniform integer in [0, n), for an integer n from 1 to 2^32: floor(u·n) of one draw u, with each value's
   * probability within 2^-51 of 1/n. Never n itself: u ≤ 1 - 2^-53, and n - n·2^-53 rounds to a number below n.
   */
  below(n: number): number {
    assert(Number.isInteger(n) && n >= 1 && n <= 2 ** 32, 'below() takes an integer from 1 to 2^32');
    return Math.floor(this.double() * n);
  }

  /** A stream of its own that continues from the same state. */
  clone(): RandomStream {
    return new RandomStream(seedrandom.alea('', { state: this.#alea.state() }), this.#draws);
  }

  /** Number of draws so far; a clone starts with its original's. */
  get draws(): number {
    return this.#draws;
  }
}

/**
 * Every random number of a run comes from a stream named by its source (`arrivals`, `runtime`, `ties`) and, where each
 * entity has its own, the entity. A new draw in one stream shifts no other, so that two policies meet the same world.
 *
 * The key of a stream is the whole SHA-256 of `rootSeed U+001F replication U+001F source U+001F entity`, because Alea
 * mixes short or similar seeds badly: '1' and '11' give the same numbers.
 */
export class RandomStreams {
  readonly #root: string;
  readonly #streams = new Map<string, RandomStream>();

  /** `replication` counts from 0. */
  constructor(rootSeed: number | string, replication: number) {
    assert(
      typeof rootSeed === 'string' ? isPart(rootSeed) && rootSeed !== '' : Number.isSafeInteger(rootSeed),
      'a root seed is a safe integer, or a text that is not empty',
    );
    assert(Number.isSafeInteger(replication) && replication >= 0, 'replications count from 0');
    this.#root = `${rootSeed}${SEPARATOR}${replication}`;
  }

  /** The stream of that name; the same object whenever it is asked for. */
  stream(source: string, entity = ''): RandomStream {
    assert(isPart(source) && isPart(entity), 'the name of a stream contains U+001F');
    const name = `${source}${SEPARATOR}${entity}`;
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      const key = sha256Hex(`${this.#root}${SEPARATOR}${name}`);
      stream = new RandomStream(seedrandom.alea(key, { state: true }));
      this.#streams.set(name, stream);
    }
    return stream;
  }

  /**
   * Draws once more from every stream, in order of name, and answers a digest of the names, the numbers of draws and
   * the values: two runs of one plan must agree in it. To be called once, at the end.
   */
  finalDraws(): string {
    const fingerprint = new Fingerprint();
    const byName = [...this.#streams].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, stream] of byName) fingerprint.row([name, stream.draws, stream.double()]);
    return fingerprint.hex();
  }
}

function isPart(text: string): boolean {
  return !text.includes(SEPARATOR);
}
