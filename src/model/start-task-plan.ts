import type { EcsDefault } from './ecs-defaults.ts';

/** A scheduler of one's own on an ECS platform, which starts tasks by StartTask. */
export interface StartTaskPlan {
  readonly name: string;
  /** Path of the module with the scheduler, relative to the scenario. */
  readonly use: string;
  /** Names of the jobs and traces whose tasks it starts. */
  readonly tasks: readonly string[];
  /** Least time between two reads of the cluster. */
  readonly pollMs: number;
  /** From a read of the cluster to the StartTask calls that it leads to: what is read is that old, and lags a little anyway. */
  readonly snapshotAgeMs: number;
  /** A task whose StartTask failed is left out for so long, twice as long after each further failure, up to the most. */
  readonly retryDelayMs: number;
  readonly retryDelayMostMs: number;
}

/** Calls of the ECS API that the account may make: token buckets, shared by all own schedulers of a platform. */
export interface ApiRatesPlan {
  /** ListContainerInstances, DescribeContainerInstances, ListTasks, DescribeTasks. */
  readonly readBurst: number;
  readonly readsPerSecond: number;
  /** StartTask. */
  readonly modifyBurst: number;
  readonly modifiesPerSecond: number;
}

/** Of every own scheduler, where its scenario says nothing else. */
export const START_TASK_DEFAULTS: Pick<
  StartTaskPlan,
  'pollMs' | 'snapshotAgeMs' | 'retryDelayMs' | 'retryDelayMostMs'
> = { pollMs: 1000, snapshotAgeMs: 500, retryDelayMs: 1000, retryDelayMostMs: 60_000 };

/** Of every ECS platform with own schedulers, where its scenario says nothing else. */
export const API_RATE_DEFAULTS: ApiRatesPlan = {
  readBurst: 50,
  readsPerSecond: 20,
  modifyBurst: 100,
  modifiesPerSecond: 40,
};

/** Instances or tasks that one List or Describe call answers with. Source: Amazon ECS API reference. */
export const API_PAGE_SIZE = 100;

const GUIDE = 'AWS ECS developer guide';

/** The same as rows of a table. */
export const START_TASK_ROWS: readonly EcsDefault[] = [
  ...(
    [
      ['poll', START_TASK_DEFAULTS.pollMs, 'a near-line scheduler'],
      ['snapshotAge', START_TASK_DEFAULTS.snapshotAgeMs, 'a few calls of a tenth of a second each'],
      ['retryDelay', START_TASK_DEFAULTS.retryDelayMs, "the caller's business"],
      ['retryDelayMost', START_TASK_DEFAULTS.retryDelayMostMs, "the caller's business"],
    ] as const
  ).map(
    ([name, value, source]): EcsDefault => ({
      name: `own scheduler ${name}`,
      value,
      unit: 'ms',
      evidence: 'chosen',
      source,
      setting: `startTask.${name}`,
    }),
  ),
  ...(['readBurst', 'readsPerSecond', 'modifyBurst', 'modifiesPerSecond'] as const).map(
    (name): EcsDefault => ({
      name,
      value: API_RATE_DEFAULTS[name],
      unit: 'count',
      evidence: 'documented',
      source: `${GUIDE}, request throttling for the Amazon ECS API`,
      setting: `apiRates.${name}`,
    }),
  ),
];
