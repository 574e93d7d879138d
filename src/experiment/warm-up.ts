import { batchMeans, mser5 } from '../statistics/steady-state.ts';
import { Sample } from '../statistics/sample.ts';
import { TASK_END } from '../model/cluster-view.ts';
import type { TaskRows } from '../telemetry/task-rows.ts';
import { SECOND } from '../units.ts';
import type { SomeMetrics } from './run-metrics.ts';
import { sampleMetrics } from './sample-metrics.ts';
import type { WarmUpSummary } from './result.ts';

/** What is left out at the start of a run: until a time, or as MSER-5 finds it. */
export type WarmUpWish = { readonly fromMs: number } | 'auto';

/** Batches that the mean wait is judged by, and the fewest tasks that make batches of any length. */
const BATCHES = 20;
const FEWEST_TASKS = 2 * BATCHES;
const LEVEL = 0.95;
/** As in the slowdown of whole runs. */
const SLOWDOWN_FLOOR_MS = 10 * SECOND;

export interface SteadyState {
  readonly summary: WarmUpSummary;
  /** Waits, responses and slowdowns of the tasks that count. */
  readonly metrics: SomeMetrics;
}

/**
 * The tasks that were submitted after the warm-up, by themselves: a run that starts empty tells of a system that is never
 * empty only after a while. `auto` cuts where MSER-5 finds the mean of the first waits most precise; the interval of the mean
 * wait is that of batch means, for one run has no replications. What tasks share (cost, utilisation) stays that of the whole
 * run.
 */
export function steadyState(rows: TaskRows, wish: WarmUpWish): SteadyState {
  const firsts = firstWaits(rows);
  const cut = wish === 'auto' ? autoCut(firsts.waitsMs) : null;
  const fromMs =
    cut === null ? (wish as { fromMs: number }).fromMs : (firsts.submitMs[cut.observations] ?? 0);
  const kept = firsts.waitsMs.filter((_, index) => firsts.submitMs[index]! >= fromMs);
  const [waitsMs, responsesMs, slowdowns] = [new Sample(), new Sample(), new Sample()];
  for (const waitMs of kept) waitsMs.add(waitMs);
  for (const all = rows.inOrder(); all.next(); ) {
    const { columns, row } = all;
    const submitMs = columns.submitMs[row]!;
    if (columns.outcome[row] !== TASK_END.succeeded || submitMs < fromMs) continue;
    const endMs = columns.endMs[row]!;
    const responseMs = endMs - submitMs;
    responsesMs.add(responseMs);
    slowdowns.add(Math.max(1, responseMs / Math.max(endMs - columns.runningMs[row]!, SLOWDOWN_FLOOR_MS)));
  }
  const length = Math.floor(kept.length / BATCHES);
  const interval = kept.length < FEWEST_TASKS ? null : batchMeans(kept, length, LEVEL);
  return {
    summary: {
      method: wish === 'auto' ? 'mser-5' : 'given',
      fromMs,
      tasksLeftOut: firsts.waitsMs.length - kept.length,
      isTooShort: cut?.tooShort ?? false,
      waitMeanHalfWidthS: interval === null ? null : interval.halfWidth / SECOND,
    },
    metrics: sampleMetrics({ waitsMs, responsesMs, slowdowns }),
  };
}

/** Of each task that got room: when it was submitted, and how long its first attempt waited. In order of submission. */
function firstWaits(rows: TaskRows): { readonly submitMs: number[]; readonly waitsMs: number[] } {
  const submitMs: number[] = [];
  const waitsMs: number[] = [];
  for (const all = rows.inOrder(); all.next(); ) {
    const { columns, row } = all;
    if (columns.attempt[row] !== 0 || Number.isNaN(columns.placedMs[row]!)) continue;
    submitMs.push(columns.submitMs[row]!);
    waitsMs.push(columns.placedMs[row]! - columns.submitMs[row]!);
  }
  return { submitMs, waitsMs };
}

/** Too few tasks to see a warm-up: nothing is cut, and that is said. */
function autoCut(waitsMs: readonly number[]): { readonly observations: number; readonly tooShort: boolean } {
  return waitsMs.length < FEWEST_TASKS ? { observations: 0, tooShort: true } : mser5(waitsMs);
}
