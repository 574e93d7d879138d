import { chunksOfShard, type IndexRange, type Shard } from './index-ranges.ts';
import { isFinished } from './part-files.ts';
import type { Sweep } from './sweep-plan.ts';
import type { ChunkSource } from './work-through.ts';

/** Which chunks a process is to do. */
export interface LocalWork {
  readonly shard: Shard;
  /** Only chunks that hold one of these runs; null: all. */
  readonly only: readonly IndexRange[] | null;
}

/** The whole sweep. */
export const ALL_WORK: LocalWork = { shard: { index: 0, count: 1 }, only: null };

/** The chunks of a shard, in order. */
export function* chunksOfWork({ chunks }: Sweep, { shard, only }: LocalWork): Generator<IndexRange> {
  for (const chunk of chunksOfShard(chunks, shard)) {
    const isWanted =
      only === null || only.some(({ first, last }) => first <= chunk.last && chunk.first <= last);
    if (isWanted) yield chunk;
  }
}

/** Hands out the chunks of a shard that are not finished in `folder`. `onFinished` is told of the others. */
export function localChunks(
  sweep: Sweep,
  work: LocalWork,
  folder: string,
  onFinished: (chunk: IndexRange) => void = () => {},
): ChunkSource {
  const chunks = chunksOfWork(sweep, work);
  return {
    take() {
      for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
        if (!isFinished(folder, next.value)) return next.value;
        onFinished(next.value);
      }
      return null;
    },
  };
}
