import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ChunkQueue, openChunkQueue } from '../../experiment/sweep/queue/chunk-queue.ts';
import { connectQueue, type QueueServer } from '../../experiment/sweep/queue/connect.ts';
import { openShelf, type PlanShelf } from '../../experiment/sweep/queue/plan-shelf.ts';
import { openSweep, type Sweep, type SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { usage } from '../usage.ts';
import { VERSION } from '../version.ts';
import { queueAddressOf } from './queue-arguments.ts';
import { findPlan, type StoredPlan } from './stored-sweep.ts';

/** A server with the plan of a sweep on it, open until the end of a command. */
export interface QueueSession {
  readonly server: QueueServer;
  readonly shelf: PlanShelf;
  readonly queue: ChunkQueue;
  readonly sweep: Sweep;
  /** The plan with its paths as they are here, and the folder that they start from. */
  readonly stored: StoredPlan;
  /** Where the files that the scenario names are, if not where the plan says: all that is known is its hash. */
  readonly filesFolder: string | null;
  /** All chunks had been put into the queue before. */
  readonly isEnqueued: boolean;
}

/**
 * What the operand of a queue command means: a plan file or folder of results, whose plan is put on the server; else the
 * first characters of the hash of a plan that is there.
 */
export type PlanName =
  | { readonly kind: 'file'; readonly stored: StoredPlan }
  | { readonly kind: 'hash'; readonly prefix: string };

/** Reads the operand. Errors: E4001, E4004, E5001. */
export function planNameOf(operand: string, io: CommandIo): PlanName {
  const isHash = /^[0-9a-f]{4,64}$/.test(operand) && !existsSync(resolve(io.workingDirectory, operand));
  if (isHash) return { kind: 'hash', prefix: operand };
  const stored = findPlan(operand, io);
  if (stored === null) throw usage(`${operand} is no plan of a sweep`, 'stowage sweep plan writes one');
  return { kind: 'file', stored };
}

/** Connects to `--queue`, finds the plan there, and closes everything when `use` is done. Errors: E4009, E4010, E4001. */
export async function withSession<Value>(
  args: Arguments,
  io: CommandIo,
  name: PlanName,
  use: (session: QueueSession) => Promise<Value>,
  { isPut }: { readonly isPut: boolean },
): Promise<Value> {
  const server = await connectQueue(queueAddressOf(args, io), problemNotes(io));
  const shelf = openShelf(server, VERSION);
  let queue: ChunkQueue | undefined;
  try {
    const { plan: shelved, isEnqueued } =
      name.kind === 'file' && isPut
        ? await shelf.put(name.stored.plan)
        : await shelf.find(name.kind === 'file' ? name.stored.plan.hash : name.prefix);
    const stored =
      name.kind === 'file' ? here(shelved, name.stored) : { plan: shelved, folder: io.workingDirectory };
    const sweep = openSweep(stored.plan);
    queue = openChunkQueue(server, sweep);
    const filesFolder = name.kind === 'file' ? null : io.workingDirectory;
    return await use({ server, shelf, queue, sweep, stored, filesFolder, isEnqueued });
  } finally {
    await queue?.close();
    await shelf.close();
  }
}

/** The chunks as they are cut on the server, the paths as they are on this machine. */
function here(shelved: SweepPlan, { plan, folder }: StoredPlan): StoredPlan {
  const { file } = plan.scenario;
  return { plan: { ...shelved, scenario: { ...shelved.scenario, file }, prices: plan.prices }, folder };
}

/** What goes wrong in the background is said once: BullMQ tries again by itself, many times. */
function problemNotes(io: CommandIo): (reason: string) => void {
  const said = new Set<string>();
  return (reason) => {
    if (said.has(reason)) return;
    said.add(reason);
    io.note(`queue: ${reason}`);
  };
}
