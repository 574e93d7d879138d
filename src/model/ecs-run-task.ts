import type { EcsDefault } from './ecs-defaults.ts';

/** What becomes of a job that finds no room on an ECS platform without managed scaling. */
export interface RunTaskPlan {
  /** The caller asks again so often before it gives up; 0: never. */
  readonly retries: number;
  readonly retryDelayMs: number;
}

/** Where a scenario lets RunTask fail and says nothing else. */
export const RUN_TASK_DEFAULTS: RunTaskPlan = { retries: 0, retryDelayMs: 60_000 };

/** The same as rows of a table, with what happens without the setting. */
export const RUN_TASK_ROWS: readonly EcsDefault[] = [
  {
    name: 'unplaced',
    value: 'wait',
    unit: '',
    evidence: 'chosen',
    source: 'as if the caller tried again; a call by itself fails (Amazon ECS API reference, RunTask)',
    setting: 'runTask.unplaced',
  },
  {
    name: 'retries',
    value: RUN_TASK_DEFAULTS.retries,
    unit: 'count',
    evidence: 'documented',
    source: 'Amazon ECS API reference, RunTask: tasks in failures are not retried',
    setting: 'runTask.retries',
  },
  {
    name: 'retryDelay',
    value: RUN_TASK_DEFAULTS.retryDelayMs,
    unit: 'ms',
    evidence: 'chosen',
    source: "the caller's business",
    setting: 'runTask.retryDelay',
  },
];
