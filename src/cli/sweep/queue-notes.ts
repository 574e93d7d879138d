import { hostname } from 'node:os';
import { formatRanges, type IndexRange, RangeList } from '../../experiment/sweep/index-ranges.ts';
import { Journal } from '../../experiment/sweep/part-files.ts';
import type { QuarantinedChunk, QueueCounts } from '../../experiment/sweep/queue/chunk-queue.ts';
import type { QueueAddress } from '../../experiment/sweep/queue/queue-address.ts';
import { maskSecrets } from '../../experiment/sweep/queue/queue-address.ts';
import type { ResultPlace } from '../../experiment/sweep/queue/result-place.ts';
import type { SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import { commandOf } from '../../experiment/sweep/sweep-world.ts';
import { decimal } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { shellWord } from '../shell-word.ts';
import { machineFlags } from './carry-out.ts';
import { queueFlag } from './queue-arguments.ts';
import type { QueueSession } from './queue-session.ts';
import { commandLineHere, typedPath } from './stored-sweep.ts';

/** Chunks that are told one by one. */
const MOST_TOLD = 20;
/** A command line takes no more than this; the rest is asked for again. */
export const MOST_RANGES = 1000;
/** Characters of a hash that people type. */
const SHORT_HASH = 12;

/** How far a sweep is, in one line. */
export function countsText({ chunks, done, waiting, active, quarantined }: QueueCounts): string {
  const parts = [
    `${decimal(done, 0)} of ${decimal(chunks, 0)} chunks are done`,
    `${decimal(active, 0)} in work`,
    `${decimal(waiting, 0)} waiting`,
    ...(quarantined > 0 ? [`${decimal(quarantined, 0)} put aside`] : []),
  ];
  return parts.join(', ');
}

/** Says which chunks were put aside, what shows why, and what tries them again. */
export function noteQuarantine(
  chunks: readonly QuarantinedChunk[],
  session: QueueSession,
  place: ResultPlace | null,
  args: Arguments,
  io: CommandIo,
): void {
  for (const { first, last, reason } of chunks.slice(0, MOST_TOLD)) {
    io.note(`runs ${first} to ${last} put aside: ${maskSecrets(reason.split('\n')[0]!)}`);
    io.note(`  ${runCommand(session, place, { first, last }, io)}`);
  }
  const more = chunks.length - MOST_TOLD;
  if (more > 0) io.note(`and ${decimal(more, 0)} more chunks`);
  if (chunks.length === 0) return;
  io.note('once the cause is gone, they are tried again by');
  io.note(`  ${againCommand(session, chunks, args, session.server.address, io)}`);
}

/** The command that puts these runs, which are in order, into the queue once more. */
export function againCommand(
  session: QueueSession,
  ranges: readonly IndexRange[],
  args: Arguments,
  address: QueueAddress,
  io: CommandIo,
): string {
  const { plan } = session.sweep;
  return `stowage sweep work ${nameHere(session)} ${queueFlag(args, address)}${onlyFlag(ranges)}${workFlags(plan, args, io)}`;
}

/** The plan by its hash: that is how other machines know it. */
export function nameHere({ sweep }: QueueSession): string {
  return sweep.plan.hash.slice(0, SHORT_HASH);
}

/** Chunks that hold these runs, which are in order; nothing for none: all. */
export function onlyFlag(ranges: readonly IndexRange[]): string {
  const joined = new RangeList();
  for (const { first, last } of ranges.slice(0, MOST_RANGES)) joined.add(first, last);
  return ranges.length === 0 ? '' : ` --only ${formatRanges(joined.ranges)}`;
}

/** Where results go and what this machine adds, as a command that goes on must have it. */
export function workFlags(plan: Pick<SweepPlan, 'runsCode'>, args: Arguments, io: CommandIo): string {
  const results = args['results'] as string | undefined;
  const out = args['out'] as string | undefined;
  const settings = args['queue-settings'] as string | undefined;
  const words = [
    ...(results === undefined ? [] : ['--results', maskSecrets(results)]),
    ...(out === undefined ? [] : ['--out', typedPath(out, io)]),
    ...(settings === undefined ? [] : ['--queue-settings', settings]),
  ];
  // Whoever only watches does not say that others are to do the same.
  const { jobs, ...others } = args;
  const here = jobs === 0 ? others : args;
  return words.map((word) => ` ${shellWord(word)}`).join('') + machineFlags(plan, here);
}

/** The first run of the chunk that nobody has finished, by itself. */
function runCommand(
  { sweep, stored }: QueueSession,
  place: ResultPlace | null,
  range: IndexRange,
  io: CommandIo,
): string {
  let index = range.first;
  if (place?.kind === 'folder') {
    const { found } = new Journal(place.folder, range, `${hostname()}-reader`);
    while (index < range.last && found.has(index)) index += 1;
  }
  const { point, seed, platform } = sweep.placeOf(index);
  return commandLineHere(commandOf(sweep.plan, sweep.valuesAt(point), platform, seed), stored, io);
}
