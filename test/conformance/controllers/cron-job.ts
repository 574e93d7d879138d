import { type CronJobSpec, syncCronJob } from '../../../src/controllers/kubernetes/cron-job.ts';
import { type CronSchedule, parseKubernetesCron } from '../../../src/model/kubernetes-cron.ts';
import { wallClock } from '../../../src/model/wall-clock.ts';
import { ms, type ObjectMeta, timestamp } from './objects.ts';

interface CronJobObject {
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly concurrencyPolicy: 'Allow' | 'Forbid' | 'Replace';
    readonly suspend?: boolean;
    readonly startingDeadlineSeconds?: number;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
  };
  readonly status?: { readonly active?: readonly { readonly name: string }[]; readonly lastScheduleTime?: string };
}

interface Input {
  readonly steps: readonly {
    readonly at: string;
    readonly cronJob: CronJobObject;
    readonly jobs: readonly {
      readonly name: string;
      readonly startTime?: string;
      readonly finished?: 'Complete' | 'Failed';
    }[];
  }[];
}

export function playCronJob({ steps }: Input): unknown {
  return steps.map(({ at, cronJob, jobs }) => {
    const { active = [], lastScheduleTime } = cronJob.status ?? {};
    const { create, remove, status, requeueAfterMs } = syncCronJob(
      specOf(cronJob),
      {
        active: active.map(({ name }) => name),
        lastScheduleMs: lastScheduleTime === undefined ? null : ms(lastScheduleTime),
      },
      jobs.map(({ name, startTime, finished = null }) => ({
        name,
        startedMs: startTime === undefined ? null : ms(startTime),
        finished,
      })),
      ms(at),
    );
    return {
      active: status.active,
      requeueAfterMs,
      ...(create === null ? {} : { create: create.name }),
      ...(create === null ? {} : { scheduledTimestamp: localTimestamp(create.scheduledMs, cronJob.spec.timeZone) }),
      ...(remove.length === 0 ? {} : { delete: [...remove].sort() }),
      ...(status.lastScheduleMs === null ? {} : { lastScheduleTime: timestamp(status.lastScheduleMs) }),
    };
  });
}

function specOf({ metadata, spec }: CronJobObject): CronJobSpec {
  return {
    name: metadata.name,
    createdMs: ms(metadata.creationTimestamp),
    schedule: scheduleOf(spec.schedule, spec.timeZone ?? 'UTC'),
    concurrency: spec.concurrencyPolicy,
    suspended: spec.suspend ?? false,
    startingDeadlineSeconds: spec.startingDeadlineSeconds ?? null,
    successfulHistoryLimit: spec.successfulJobsHistoryLimit ?? Number.POSITIVE_INFINITY,
    failedHistoryLimit: spec.failedJobsHistoryLimit ?? Number.POSITIVE_INFINITY,
  };
}

const read = new Map<string, CronSchedule | null>();

function scheduleOf(text: string, timezone: string): CronSchedule | null {
  const key = `${timezone} ${text}`;
  let schedule = read.get(key);
  if (schedule === undefined) {
    const parsed = parseKubernetesCron(text, timezone);
    schedule = 'problem' in parsed ? null : parsed;
    read.set(key, schedule);
  }
  return schedule;
}

/** RFC 3339 with the offset of the zone. */
function localTimestamp(epochMs: number, timezone = 'UTC'): string {
  const wallMs = wallClock(timezone)!.wallMs(epochMs);
  const minutes = Math.round((wallMs - epochMs) / 60_000);
  if (minutes === 0) return timestamp(epochMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return timestamp(wallMs).replace('Z', offset);
}
