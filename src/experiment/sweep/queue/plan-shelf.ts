import type { Job } from 'bullmq';
import { InputError } from '../../../errors.ts';
import { decodeLoss, encodeLoss, type Loss } from '../losses.ts';
import { readSweepPlan, type SweepPlan } from '../sweep-plan.ts';
import { type QueueServer, unreachableServer } from './connect.ts';

/** A queue that nobody takes from: its jobs are the plans that the chunks on this server belong to. */
const SHELF = 'plans';

interface ShelfEntry {
  /** `plan.json`. */
  readonly text: string;
  /** All chunks have been put into the queue. */
  readonly isEnqueued: boolean;
}

/** A plan that is on a server. */
export interface ShelvedPlan {
  readonly plan: SweepPlan;
  readonly isEnqueued: boolean;
}

/** The plans on a server, so that a worker needs nothing but the address and a hash. */
export interface PlanShelf {
  /** Puts the plan there; the one that is there already stays, with its chunks as they were cut. */
  put(plan: SweepPlan): Promise<ShelvedPlan>;
  /** By the hash or its first characters. Errors: E4001 when there is none, or several; E4004 for another version's. */
  find(hash: string): Promise<ShelvedPlan>;
  has(hash: string): Promise<boolean>;
  /** Hashes, the oldest first. */
  hashes(): Promise<string[]>;
  markEnqueued(hash: string): Promise<void>;
  /** Adds to what failures have cost, wherever they were. Nothing when the plan was cancelled by now. */
  addLoss(hash: string, loss: Loss): Promise<void>;
  losses(hash: string): Promise<Loss[]>;
  remove(hash: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens the shelf. `version`: of stowage; plans of others are refused. Errors of every call: E4009. */
export function openShelf(server: QueueServer, version: string): PlanShelf {
  const queue = server.queue<ShelfEntry>(SHELF);
  const { address } = server;
  const idOf = (hash: string) => `plan-${hash}`;
  const hashOf = ({ id = '' }: Pick<Job, 'id'>) => id.replace(/^plan-/, '');
  const asking = async <Value>(answer: Promise<Value>): Promise<Value> => {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof InputError ? error : unreachableServer(address, error);
    }
  };
  const jobOf = (hash: string): Promise<Job<ShelfEntry> | undefined> => asking(queue.getJob(idOf(hash)));
  const opened = ({ data: { text, isEnqueued } }: Job<ShelfEntry>): ShelvedPlan => ({
    plan: readSweepPlan(text, `the plan on ${address.shown}`, version),
    isEnqueued,
  });
  const hashes = async () => (await asking(queue.getJobs(['waiting'], 0, -1, true))).map(hashOf);
  return {
    async put(plan) {
      const there = await jobOf(plan.hash);
      if (there !== undefined) return opened(there);
      const entry: ShelfEntry = { text: JSON.stringify(plan), isEnqueued: false };
      await asking(queue.add('plan', entry, { jobId: idOf(plan.hash) }));
      return opened((await jobOf(plan.hash))!);
    },
    async find(prefix) {
      const known = await hashes();
      const [hash, second] = known.filter((name) => name.startsWith(prefix));
      const job = hash === undefined || second !== undefined ? undefined : await jobOf(hash);
      if (job !== undefined) return opened(job);
      const what = second === undefined ? `no plan ${prefix}` : `more than one plan ${prefix}…`;
      const list = known.map((name) => name.slice(0, 12)).join(', ');
      const hint =
        known.length === 0 ? 'sweep run or sweep work with a plan file puts one there' : `there are: ${list}`;
      const message = `There is ${what} on ${address.shown}`;
      throw new InputError([{ severity: 'error', code: 'E4001', message, hint }]);
    },
    has: async (hash) => (await jobOf(hash)) !== undefined,
    hashes,
    async markEnqueued(hash) {
      const job = await jobOf(hash);
      if (job !== undefined) await asking(job.updateData({ ...job.data, isEnqueued: true }));
    },
    async addLoss(hash, loss) {
      const job = await jobOf(hash);
      // Rows are only ever added, and the server puts them one behind the other.
      if (job !== undefined) await asking(job.log(encodeLoss(loss)));
    },
    async losses(hash) {
      const { logs } = await asking(queue.getJobLogs(idOf(hash)));
      return logs.flatMap((row) => decodeLoss(row) ?? []);
    },
    async remove(hash) {
      await asking(queue.remove(idOf(hash)));
    },
    close: () => queue.close(),
  };
}
