import { assert } from '../../errors.ts';

/** Runs `first` to `last` of a sweep, both included. */
export interface IndexRange {
  readonly first: number;
  readonly last: number;
}

/** The runs of a sweep cut into chunks: what is handed out, kept and skipped as a whole. */
export interface Chunks {
  readonly count: number;
  at(chunk: number): IndexRange;
}

/** `size` runs each, the last one what is left. */
export function chunksOf(runs: number, size: number): Chunks {
  assert(runs >= 1 && size >= 1, 'a sweep has runs, and a chunk too');
  return {
    count: Math.ceil(runs / size),
    at: (chunk) => ({ first: chunk * size, last: Math.min((chunk + 1) * size, runs) - 1 }),
  };
}

/** One of `count` equal parts of the work, from 0. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Every n-th chunk, so that the slow corner of a grid is spread over all shards. */
export function* chunksOfShard(chunks: Chunks, { index, count }: Shard): Generator<IndexRange> {
  for (let chunk = index; chunk < chunks.count; chunk += count) yield chunks.at(chunk);
}

/** `0-499,1500`: for `--only`. */
export function formatRanges(ranges: readonly IndexRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** Reads what `formatRanges` writes; null when it cannot be read. */
export function parseRanges(text: string): IndexRange[] | null {
  const ranges = text.split(',').map((part) => {
    const match = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part.trim());
    if (match === null) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    return last < first ? null : { first, last };
  });
  return ranges.every((range) => range !== null) ? ranges : null;
}

/** Grows by single runs in ascending order and joins neighbours. */
export class RangeList {
  readonly #ranges: { first: number; last: number }[] = [];
  #count = 0;

  /** Adds the runs from `first` to `last`, which lie behind all that were added before. */
  add(first: number, last: number = first): void {
    const tail = this.#ranges.at(-1);
    assert(first <= last && (tail === undefined || first > tail.last), 'ranges are added in order');
    if (tail !== undefined && tail.last === first - 1) tail.last = last;
    else this.#ranges.push({ first, last });
    this.#count += last - first + 1;
  }

  get ranges(): readonly IndexRange[] {
    return this.#ranges;
  }

  /** Runs in all ranges. */
  get count(): number {
    return this.#count;
  }
}
