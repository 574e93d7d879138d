import { join } from 'node:path';
import { InputError } from '../../errors.ts';
import { openChunkQueue } from '../../experiment/sweep/queue/chunk-queue.ts';
import { connectQueue } from '../../experiment/sweep/queue/connect.ts';
import { openShelf } from '../../experiment/sweep/queue/plan-shelf.ts';
import type { QueueAddress } from '../../experiment/sweep/queue/queue-address.ts';
import { openSweep } from '../../experiment/sweep/sweep-plan.ts';
import { parseDurationMs } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../usage.ts';
import { VERSION } from '../version.ts';
import { budgetOf, signalCode } from './carry-out.ts';
import { placeOf, queueAddressOf } from './queue-arguments.ts';
import { pauseFor } from './queue-carry-out.ts';
import { workOnPlan } from './queue-work-action.ts';
import { inlineMore } from '../optimiser.ts';

/** Between two looks for another plan. */
const LOOK_MS = 1000;
const SHORT_HASH = 12;

/**
 * `sweep work --queue URL`: the chunks of all plans on the server, the oldest plan first, and of those that come within
 * `--linger` after the last: the rounds of a sweep, for one. Plans that cannot be done here are said and left to others.
 */
export async function workOnAll(args: Arguments, io: CommandIo): Promise<number> {
  const lingerMs = lingerOf(args);
  const budgetMs = budgetOf(args);
  const address = queueAddressOf(args, io);
  const startedMs = io.nowMs();
  const refused = new Set<string>();
  const never = new AbortController().signal;
  let worst: number = EXIT.success;
  let idleSinceMs = startedMs;
  inlineMore();
  io.signals.hold();
  for (;;) {
    const left = budgetMs === null ? null : budgetMs - (io.nowMs() - startedMs);
    if (io.signals.received !== null || (left !== null && left <= 0)) break;
    const hash = await nextPlan(address, refused, io);
    if (hash !== null) {
      const here = { ...args, ...(left !== null && { budget: `${left}ms` }) };
      const code = await workOnOne(hash, here, io, refused);
      if (code !== EXIT.success) worst = code;
      idleSinceMs = io.nowMs();
    } else if (io.nowMs() - idleSinceMs >= lingerMs) break;
    else await pauseFor(LOOK_MS, never);
  }
  return signalCode(io) ?? worst;
}

/** The oldest plan with chunks that are waiting or in work; null: none. */
async function nextPlan(address: QueueAddress, refused: Set<string>, io: CommandIo): Promise<string | null> {
  const server = await connectQueue(address, (reason) => io.note(`queue: ${reason}`));
  const shelf = openShelf(server, VERSION);
  try {
    for (const hash of await shelf.hashes()) {
      if (refused.has(hash)) continue;
      const found = await leftTo(refused, hash, io, () => shelf.find(hash));
      if (found === null) continue;
      const queue = openChunkQueue(server, openSweep(found.plan));
      const { waiting, active } = await queue.counts();
      await queue.close();
      if (!found.isEnqueued || waiting + active > 0) return hash;
    }
    return null;
  } finally {
    await shelf.close();
  }
}

async function workOnOne(
  hash: string,
  args: Arguments,
  io: CommandIo,
  refused: Set<string>,
): Promise<number> {
  const place = placeOf(args, queueAddressOf(args, io), io);
  // Results of several plans do not stand in one folder.
  const own =
    place.kind === 'table' ? place : { ...place, folder: join(place.folder, hash.slice(0, SHORT_HASH)) };
  const code = await leftTo(refused, hash, io, () =>
    workOnPlan({ kind: 'hash', prefix: hash }, own, null, args, io),
  );
  return code ?? EXIT.incomplete;
}

/** What cannot be used here, as a plan of another version or files that are missing, is no reason to stop. */
async function leftTo<Value>(
  refused: Set<string>,
  hash: string,
  io: CommandIo,
  attempt: () => Promise<Value>,
): Promise<Value | null> {
  try {
    return await attempt();
  } catch (error) {
    // A result that differs, and a place or server that fails, would be the same with every plan.
    const isOurs = error instanceof InputError && /^E40(?:02|07|09|10)$/.test(error.diagnostics[0]!.code);
    if (!(error instanceof InputError) || isOurs) throw error;
    refused.add(hash);
    io.note(`plan ${hash.slice(0, SHORT_HASH)} is left to others: ${error.message}`);
    return null;
  }
}

function lingerOf(args: Arguments): number {
  const text = args['linger'] as string | undefined;
  if (text === undefined) return 0;
  const ms = parseDurationMs(text);
  if (ms === undefined) throw usage(`cannot use --linger '${text}'`, 'write it like 5m');
  return ms;
}
