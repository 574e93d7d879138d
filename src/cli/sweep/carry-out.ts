import { hostname } from 'node:os';
import { openSweep, type SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import { requireSameInputs } from '../../experiment/sweep/sweep-world.ts';
import { chunksOfWork, localChunks, type LocalWork } from '../../experiment/sweep/local-chunks.ts';
import { makePartsFolder } from '../../experiment/sweep/part-files.ts';
import { appendLoss, FailedRuns, type Loss } from '../../experiment/sweep/losses.ts';
import { WorkCounters } from '../../experiment/sweep/work-counters.ts';
import { type Quarantined, workThrough } from '../../experiment/sweep/work-through.ts';
import { decimal, parseDurationMs } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { jobsOf } from '../seeds.ts';
import { exitCodeOfSignal } from '../signals.ts';
import { shellWord } from '../shell-word.ts';
import { usage } from '../usage.ts';
import { corePriceOf } from './losses-text.ts';
import { settingOf } from './plan-input.ts';
import type { StoredPlan } from './stored-sweep.ts';
import { SweepProgress } from './sweep-progress.ts';
import { inlineMore } from '../optimiser.ts';

/** How often signals, the budget and the progress are looked at. */
const WATCH_MS = 100;
/** Runs that failed are written down together, so often. */
const LOSS_MS = 10_000;

/** How the work ended. */
export interface WorkEnd {
  /** Runs that this process was to do, those that were done before it included. */
  readonly runs: number;
  readonly quarantined: readonly Quarantined[];
  readonly stoppedBy: 'signal' | 'budget' | null;
}

/** `--budget` in milliseconds; null: none. Errors: E5001. */
export function budgetOf(args: Arguments): number | null {
  const text = args['budget'] as string | undefined;
  if (text === undefined) return null;
  const ms = parseDurationMs(text);
  if (ms === undefined || ms === 0) throw usage(`cannot use --budget '${text}'`, 'write it like 2h or 30m');
  return ms;
}

/**
 * Does the chunks of this process that are not finished in the folder of the plan, until they are, a signal comes, or
 * the budget is used up. What is done stays done in every case.
 */
export async function carryOut(
  { plan, folder }: StoredPlan,
  settingFolder: string,
  work: LocalWork,
  args: Arguments,
  io: CommandIo,
): Promise<WorkEnd> {
  const budgetMs = budgetOf(args);
  corePriceOf(args);
  const jobs = jobsOf(args);
  const setting = settingOf(args, io, settingFolder);
  const startedMs = io.nowMs();
  await requireSameInputs(plan, setting);
  const sweep = openSweep(plan);
  let runs = 0;
  let chunks = 0;
  for (const { first, last } of chunksOfWork(sweep, work)) {
    runs += last - first + 1;
    chunks += 1;
  }
  makePartsFolder(folder);
  inlineMore();
  io.signals.hold();
  const stopping = new AbortController();
  const threads = Math.max(1, Math.min(jobs, chunks));
  const counters = WorkCounters.forThreads(2 * threads);
  const failedRuns = new FailedRuns(counters);
  let lostMs = 0;
  const onLoss = (loss: Loss | null) => {
    if (loss === null) return;
    lostMs += loss.ms;
    appendLoss(folder, loss);
  };
  let toldMs = startedMs;
  const progress = new SweepProgress(io, args['progress'], runs);
  let stoppedBy: WorkEnd['stoppedBy'] = null;
  const watch = setInterval(() => {
    const nowMs = io.nowMs();
    counters.tick(nowMs - startedMs);
    if (nowMs - toldMs >= LOSS_MS) {
      onLoss(failedRuns.take());
      toldMs = nowMs;
    }
    progress.show(counters.done, counters.failed, { lostMs });
    if (io.signals.received !== null) stoppedBy = 'signal';
    else if (budgetMs !== null && nowMs - startedMs >= budgetMs) stoppedBy = 'budget';
    if (stoppedBy !== null) stopping.abort();
  }, WATCH_MS);
  try {
    const quarantined = await workThrough({
      plan,
      setting,
      folder,
      source: localChunks(sweep, work, folder, ({ first, last }) => progress.cached(last - first + 1)),
      jobs: threads,
      owner: `${hostname().replace(/[^\w-]/g, '-')}-${process.pid}`,
      counters,
      onLoss,
      signal: stopping.signal,
    });
    // A signal or the budget may have come after the last chunk: then nothing was stopped.
    return { runs, quarantined, stoppedBy: stopping.signal.aborted ? stoppedBy : null };
  } finally {
    clearInterval(watch);
    onLoss(failedRuns.take());
    progress.end();
  }
}

/** Says which chunks took their workers down. */
export function noteQuarantined({ quarantined }: WorkEnd, io: CommandIo): void {
  for (const { first, last, reason } of quarantined) {
    io.note(
      `runs ${decimal(first, 0)} to ${decimal(last, 0)} put aside, two workers died of them: ${reason}`,
    );
  }
}

/** 130 or 143 after a signal; else null. */
export function signalCode(io: CommandIo): number | null {
  return io.signals.received === null ? null : exitCodeOfSignal(io.signals.received);
}

/** Flags of this machine that a command that goes on must have too, as a shell reads them. */
export function machineFlags({ runsCode }: Pick<SweepPlan, 'runsCode'>, args: Arguments): string {
  const words = ['jobs', 'files', 'traces'].flatMap((flag) =>
    args[flag] === undefined ? [] : [`--${flag}`, shellWord(String(args[flag]))],
  );
  if (runsCode || args['allow-plugins'] === true) words.push('--allow-plugins');
  return words.map((word) => ` ${word}`).join('');
}
