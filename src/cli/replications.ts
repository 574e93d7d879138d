import { withReplications } from '../experiment/compare-platforms.ts';
import { replicateAll } from '../experiment/replicate.ts';
import type { ReplicationRequest } from '../experiment/replication-request.ts';
import type { Comparison, RunSummary } from '../experiment/result.ts';
import { FEWEST_REPLICATIONS } from '../statistics/intervals.ts';
import type { CommandIo } from './command-io.ts';
import { missedTargets, type PrecisionTarget } from './precision.ts';
import type { SeedsWish } from './seeds.ts';

/** Seeds of a wave when their number is not known before: decided per wave, so that it does not matter who is fast. */
const WAVE = 5;
/** After so many the precision counts as out of reach. */
const MOST_AUTO_SEEDS = 200;

/** How often workers are asked to stop after a Ctrl-C. */
const SIGNAL_CHECK_MS = 100;

/** Every seed that may be run, the first one's included. */
export function possibleSeeds(wish: SeedsWish | null, first: number): readonly number[] {
  if (wish === null) return [first];
  if (wish.kind === 'list') return wish.seeds;
  return Array.from({ length: MOST_AUTO_SEEDS }, (_, index) => first + index);
}

/** How many replications, on how many worker threads; `targets` for as many as it takes. */
export interface ReplicationWish {
  readonly wish: SeedsWish;
  readonly targets: readonly PrecisionTarget[];
  readonly jobs: number;
}

/** Adds the other seeds to the comparison of the first one. */
export async function replicated(
  comparison: Comparison,
  request: ReplicationRequest,
  { wish, targets, jobs }: ReplicationWish,
  io: CommandIo,
): Promise<Comparison> {
  const first = comparison.seeds[0]!;
  const summaries: RunSummary[] = [];
  let done = 1;
  let total = wish.kind === 'list' ? wish.seeds.length : FEWEST_REPLICATIONS;
  const run = async (seeds: readonly number[]) => {
    const startedMs = io.nowMs();
    const stopping = new AbortController();
    const watch = setInterval(() => {
      if (io.signals.received !== null) stopping.abort();
    }, SIGNAL_CHECK_MS);
    try {
      const onDone = (): Promise<void> => {
        done += 1;
        const elapsed = ((io.nowMs() - startedMs) / 1000).toFixed(1);
        if (io.stderrIsTerminal) io.redraw(`seed ${done} of ${total}, ${elapsed} s`);
        // A turn of the event loop, in which signals arrive.
        return new Promise((resolve) => setImmediate(resolve));
      };
      summaries.push(...(await replicateAll(request, seeds, { jobs, signal: stopping.signal, onDone })));
    } finally {
      clearInterval(watch);
      if (io.stderrIsTerminal) io.redraw('');
    }
  };
  if (wish.kind === 'list') {
    await run(wish.seeds.slice(1));
    return withReplications(comparison, summaries);
  }
  const all = () => [...comparison.runs.map(({ summary }) => summary), ...summaries];
  const missed = () => missedTargets(targets, all(), comparison.baseline);
  await run(Array.from({ length: FEWEST_REPLICATIONS - 1 }, (_, index) => first + 1 + index));
  while (missed().length > 0 && done < MOST_AUTO_SEEDS && io.signals.received === null) {
    total = Math.min(done + WAVE, MOST_AUTO_SEEDS);
    await run(Array.from({ length: total - done }, (_, index) => first + done + index));
  }
  for (const text of missed()) io.note(`the precision is not met after ${done} seeds: ${text}\n`);
  return withReplications(comparison, summaries);
}
