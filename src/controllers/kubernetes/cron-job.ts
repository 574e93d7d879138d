import { type CronSchedule, NEVER } from '../../model/kubernetes-cron.ts';
import { MINUTE, SECOND } from '../../units.ts';

export interface CronJobSpec {
  readonly name: string;
  readonly createdMs: number;
  /** null: its text, or its time zone, cannot be read. */
  readonly schedule: CronSchedule | null;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  readonly suspended: boolean;
  readonly startingDeadlineSeconds: number | null;
  readonly successfulHistoryLimit: number;
  readonly failedHistoryLimit: number;
}

export interface CronJobStatus {
  /** Names of the jobs that it believes to be running, oldest first. */
  readonly active: readonly string[];
  readonly lastScheduleMs: number | null;
}

export interface ChildJob {
  readonly name: string;
  readonly startedMs: number | null;
  readonly finished: 'Complete' | 'Failed' | null;
}

export interface CronJobSync {
  /** The job to start, and the time that it is for. */
  readonly create: { readonly name: string; readonly scheduledMs: number } | null;
  /** Replaced ones, and those beyond the history limits. */
  readonly remove: readonly string[];
  readonly status: CronJobStatus;
  /** When to look again; null: not before something changes. */
  readonly requeueAfterMs: number | null;
}

/** Added to the time of the next look, so that it does not come too early. */
const MARGIN_MS = 100;

/**
 * One sync of the CronJob controller.
 * Source: kubernetes v1.36.2 pkg/controller/cronjob/cronjob_controllerv2.go (syncCronJob, cleanupFinishedJobs).
 */
export function syncCronJob(
  spec: CronJobSpec,
  status: CronJobStatus,
  jobs: readonly ChildJob[],
  nowMs: number,
): CronJobSync {
  const running = new Set(jobs.filter(({ finished }) => finished === null).map(({ name }) => name));
  const active = status.active.filter((name) => running.has(name));
  const decision = decide(spec, { ...status, active }, nowMs);
  const { remove, status: after } = decision;
  return { ...decision, remove: [...remove, ...beyondHistory(spec, jobs)], status: after };
}

function decide(spec: CronJobSpec, status: CronJobStatus, nowMs: number): CronJobSync {
  const nothing = { create: null, remove: [], status, requeueAfterMs: null };
  const { schedule } = spec;
  if (spec.suspended || schedule === null) return nothing;
  const { startingDeadlineSeconds: deadline } = spec;
  const sinceMs = status.lastScheduleMs ?? spec.createdMs;
  const openSinceMs = deadline === null ? sinceMs : Math.max(sinceMs, nowMs - deadline * SECOND);
  const due = mostRecentTime(schedule, openSinceMs, nowMs);
  if (due.kind === 'invalid') return nothing;
  const wait = { ...nothing, requeueAfterMs: nextLook(schedule, sinceMs, nowMs) - nowMs };
  if (due.timeMs === null) return wait;
  if (deadline !== null && due.timeMs + deadline * SECOND < nowMs) return wait;
  const name = `${spec.name}-${Math.floor(due.timeMs / MINUTE)}`;
  if (status.active.includes(name) || status.lastScheduleMs === due.timeMs) return wait;
  if (spec.concurrency === 'Forbid' && status.active.length > 0) return wait;
  const replaced = spec.concurrency === 'Replace' ? status.active : [];
  const kept = spec.concurrency === 'Replace' ? [] : status.active;
  return {
    create: { name, scheduledMs: due.timeMs },
    remove: replaced,
    status: { active: [...kept, name], lastScheduleMs: due.timeMs },
    requeueAfterMs: nextLook(schedule, due.timeMs, nowMs) - nowMs,
  };
}

type MostRecent =
  | { readonly kind: 'none missed' | 'missed'; readonly timeMs: number | null }
  | { readonly kind: 'invalid' };

/**
 * The last due time up to now. With more than one in between it is estimated from the distance of the first two, as
 * if the schedule were regular; where it is not, a due time may be lost.
 * Source: kubernetes v1.36.2 pkg/controller/cronjob/utils.go, mostRecentScheduleTime.
 */
function mostRecentTime(schedule: CronSchedule, sinceMs: number, nowMs: number): MostRecent {
  const first = schedule.next(sinceMs);
  const second = schedule.next(first);
  if (nowMs < first) return { kind: 'none missed', timeMs: null };
  if (nowMs < second) return { kind: 'none missed', timeMs: first };
  const period = first === NEVER || second === NEVER ? 0 : Math.floor((second - first) / SECOND + 0.5);
  if (period < 1) return { kind: 'invalid' };
  const missed = Math.floor(Math.floor((nowMs - first) / SECOND) / period) + 1;
  let timeMs: number | null = null;
  for (
    let at = schedule.next(first + (missed - 2) * period * SECOND);
    at <= nowMs && at !== NEVER;
    at = schedule.next(at)
  ) {
    timeMs = at;
  }
  return { kind: 'missed', timeMs };
}

/** When to look again: after the due time that follows the most recent one. */
function nextLook(schedule: CronSchedule, sinceMs: number, nowMs: number): number {
  const recent = mostRecentTime(schedule, sinceMs, nowMs);
  const missedAll = recent.kind === 'missed' ? nowMs : sinceMs;
  const fromMs = recent.kind === 'invalid' ? nowMs : (recent.timeMs ?? missedAll);
  return schedule.next(fromMs) + MARGIN_MS;
}

/** Finished jobs that are too many, those that started first going first. */
function beyondHistory(spec: CronJobSpec, jobs: readonly ChildJob[]): string[] {
  const beyond = (outcome: 'Complete' | 'Failed', limit: number) => {
    const finished = jobs.filter(({ finished }) => finished === outcome).sort(byStart);
    return finished.slice(0, Math.max(finished.length - limit, 0)).map(({ name }) => name);
  };
  return [...beyond('Complete', spec.successfulHistoryLimit), ...beyond('Failed', spec.failedHistoryLimit)];
}

function byStart(a: ChildJob, b: ChildJob): number {
  const start = (a.startedMs ?? Number.POSITIVE_INFINITY) - (b.startedMs ?? Number.POSITIVE_INFINITY);
  return start || (a.name < b.name ? -1 : 1);
}
