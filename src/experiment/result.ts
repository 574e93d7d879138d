import type { InstanceTypeUse } from '../billing/bill.ts';
import type { CostNode } from '../billing/cost-tree.ts';
import type { UsageRecord } from './usage-record.ts';
import type { TaskPart } from '../model/task-parts.ts';
import type { MetricDefinition, MetricName } from '../model/metrics.ts';

/** Version of `summary.json` and of the tables beside it. */
export const RESULT_SCHEMA_VERSION = 1;

/** What one run of one platform ends in. Plain data: this is `summary.json`, whose JSON Schema is published. */
export interface RunSummary {
  readonly schemaVersion: typeof RESULT_SCHEMA_VERSION;
  readonly scenario: string;
  /** SHA-256 of the plan in canonical JSON. */
  readonly planHash: string;
  readonly platform: {
    readonly name: string;
    readonly kind: 'ecs' | 'kubernetes' | 'bare';
    readonly scheduler: string;
  };
  readonly seed: number;
  readonly region: string;
  /** The price list: its edition, and the month of the region's instance prices, which may be older. */
  readonly catalogue: { readonly id: string; readonly date: string; readonly pricesAsOf: string };
  /** False when the run was stopped before its horizon. */
  readonly complete: boolean;
  readonly horizonMs: number;
  /** Where the clock stood at the end. */
  readonly endedMs: number;
  readonly fingerprint: { readonly behaviour: string; readonly events: string };
  readonly metrics: Readonly<Record<MetricName, number | null>>;
  /** Those of plug-ins; absent without any. */
  readonly userMetrics?: readonly UserMetricValue[] | undefined;
  /** What was left out at the start, if anything was asked to be. */
  readonly warmUp?: WarmUpSummary | undefined;
  readonly tasks: {
    readonly submitted: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly stopped: number;
    readonly rejected: number;
    readonly pending: number;
    /** Starting or running when the run ended. */
    readonly running: number;
  };
  readonly cost: CostSummary;
  readonly instances: readonly InstanceTypeUse[];
  /** There when the platform bought Spot instances. */
  readonly spot?: SpotSummary | undefined;
  /** There when the platform is ECS with something of its own to tell. */
  readonly ecs?: EcsSummary | undefined;
  readonly groups: readonly GroupSummary[];
  /** Why tasks were still waiting, or were rejected, most frequent first. */
  readonly unplaced: readonly { readonly reason: string; readonly tasks: number }[];
  readonly checks: readonly CheckOutcome[];
  /** What the reader must know: model choices in force, what was left out. */
  readonly notes: readonly string[];
}

/** A start that waits, responses and slowdowns leave out; everything else is of the whole run. */
export interface WarmUpSummary {
  readonly method: 'given' | 'mser-5';
  /** Tasks submitted before do not count. */
  readonly fromMs: number;
  readonly tasksLeftOut: number;
  /** The run is too short to see where its warm-up ends. */
  readonly isTooShort: boolean;
  /** Half the width of the 95 % interval of the mean wait, from the means of 20 batches; null for fewer than 40 tasks. */
  readonly waitMeanHalfWidthS: number | null;
}

/** A metric of a plug-in, and what it came to. */
export interface UserMetricValue extends Pick<MetricDefinition, 'unit' | 'better' | 'about'> {
  readonly name: string;
  readonly value: number | null;
}

export interface CostSummary {
  readonly currency: 'USD';
  /** Exact decimal with at most 10 places, rounded half to even; the parts below may differ by the last place. */
  readonly total: string;
  readonly tree: CostNode;
  /** Instance and volume cost by who asked for the room: groups, then `(overhead)` and `(idle)`. Sums to their total. */
  readonly allocation: readonly { readonly name: string; readonly usd: number; readonly share: number }[];
  /** Dollars that the rounding up to whole seconds and the 60 s minimum added. */
  readonly roundingUsd: number;
  /** The bill as AWS would print it. */
  readonly lines: readonly CostLine[];
  /** The total by one property; each cut sums to it. */
  readonly cuts: readonly CostCut[];
  /** The same for a month of 730 h: a projection that takes the run for typical. Null for a run of no length. */
  readonly monthUsd: number | null;
  /** Upfront payments and hourly fees of Reserved Instances as they fall due in the run; null without any. */
  readonly cash: { readonly upfrontUsd: number; readonly recurringUsd: number } | null;
}

/** One line of the bill. `-`: does not apply. */
export interface CostLine {
  readonly service: string;
  readonly dimension: string;
  readonly region: string;
  readonly az: string;
  readonly type: string;
  readonly option: string;
  readonly unit: string;
  /** In the unit. */
  readonly quantity: number;
  /** USD per unit, at most 10 places. */
  readonly price: string;
  readonly usd: number;
  /** Rounded half to even, as printed. */
  readonly cents: number;
  /** The quantity is a stated amount, not a simulated one. */
  readonly stated: boolean;
}

/** `tag KEY`: by the value of a label of the instance group; `-` is everything that has none. */
export interface CostCut {
  readonly by: string;
  readonly parts: readonly { readonly name: string; readonly usd: number }[];
}

/** What happened on an ECS platform beyond what every platform has; each field is there when there is something to say. */
export interface EcsSummary {
  /** Parts of tasks' lives that were lived through, in order. */
  readonly parts?: readonly {
    readonly part: TaskPart;
    readonly tasks: number;
    readonly meanS: number;
    readonly maxS: number;
  }[];
  /** Image layers pulled, and those that were there or on their way already. */
  readonly images?: {
    readonly pulledBytes: number;
    readonly pulledLayers: number;
    readonly sharedLayers: number;
  };
  /** Where RunTask may fail: how often it did and why, how often its caller asked again, and gave up. */
  readonly runTask?: {
    readonly failures: number;
    readonly retried: number;
    readonly dropped: number;
    readonly reasons: readonly { readonly reason: string; readonly failures: number }[];
  };
  /** How often an agent lost its connection. */
  readonly agentLosses?: number;
  /** What each own scheduler did: rounds of reading and deciding, tasks started, and StartTask's failures by reason. */
  readonly startTask?: readonly {
    readonly scheduler: string;
    readonly rounds: number;
    readonly started: number;
    readonly failures: number;
    /** Failures that the cluster as it was read would not have shown: others were faster. */
    readonly conflicts: number;
    /** Calls of the API that had to wait for its rate. */
    readonly throttled: number;
    readonly reasons: readonly { readonly reason: string; readonly failures: number }[];
  }[];
}

/** What the Spot market gave and took. */
export interface SpotSummary {
  readonly instances: number;
  readonly recommendations: number;
  readonly noticesForCapacity: number;
  readonly noticesForPrice: number;
  /** Instances that AWS ended. */
  readonly interrupted: number;
  /** Ended for a replacement that was ready before the notice. */
  readonly rebalanced: number;
  /** Tasks on instances when they ended, and tasks moved off before. */
  readonly tasksLost: number;
  readonly tasksDrained: number;
  readonly pools: readonly {
    readonly type: string;
    readonly zone: string;
    readonly launched: number;
    /** Over the time of the run. */
    readonly meanUsdPerHour: number;
  }[];
}

export type { CostNode, InstanceTypeUse };

/** A service, job or trace on this platform. */
export interface GroupSummary {
  readonly name: string;
  readonly kind: 'service' | 'job' | 'trace';
  readonly submitted: number;
  readonly placed: number;
  readonly succeeded: number;
  readonly waitMeanS: number | null;
  readonly waitP95S: number | null;
  readonly cpuHours: number;
  readonly memoryGiBHours: number;
  readonly usd: number;
}

export interface CheckOutcome {
  readonly text: string;
  readonly metric: string;
  readonly value: number | null;
  readonly passed: boolean;
}

/** Means over equal stretches of the horizon, with the extremes inside each, so that spikes are not lost. */
export interface TimeSeries {
  readonly bucketMs: number;
  readonly rows: readonly TimeBucket[];
}

export interface TimeBucket {
  readonly startMs: number;
  readonly instances: { readonly mean: number; readonly min: number; readonly max: number };
  readonly pending: { readonly mean: number; readonly max: number };
  readonly running: number;
  /** vCPUs and GiB, means. */
  readonly cpuRequested: number;
  readonly cpuAllocatable: number;
  readonly memoryRequestedGiB: number;
  readonly memoryAllocatableGiB: number;
  readonly gpuRequested: number;
  readonly gpuAllocatable: number;
  /** Instance dollars per hour, On-Demand at list price, Spot at the price of the moment; mean. */
  readonly usdPerHour: number;
}

/** One attempt of one task. Times in milliseconds since the start, null for "not reached". */
export interface TaskRow {
  readonly task: string;
  readonly group: string;
  readonly attempt: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  /** GPUs that it asks for: whole ones, or a share of one. */
  readonly gpus: number;
  /** Those that it held: bit d for device d. */
  readonly gpuMask: number;
  readonly submitMs: number;
  readonly placedMs: number | null;
  readonly runningMs: number | null;
  readonly endMs: number | null;
  readonly instance: string;
  /** succeeded, failed, stopped, rejected, interrupted, running, starting, pending. */
  readonly outcome: string;
}

export interface InstanceRow {
  readonly instance: string;
  readonly group: string;
  readonly type: string;
  readonly zone: string;
  /** What the machine has, and what of it tasks may ask for. */
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryMiB: number;
  readonly gpus: number;
  readonly requestedMs: number;
  /** Billing starts. */
  readonly runningMs: number | null;
  readonly readyMs: number | null;
  /** Since when it took no new tasks and its own were to leave; null when it never did, or was called back. */
  readonly drainingMs: number | null;
  readonly endMs: number | null;
  readonly billedSeconds: number;
  readonly usd: number;
  /** Requested over allocatable CPU while ready. */
  readonly cpuUtilisation: number | null;
}

/** Everything a run leaves behind. */
export interface RunResult {
  readonly summary: RunSummary;
  readonly series: TimeSeries;
  /** In order of submission, attempts together. Generated on demand: may be long. */
  tasks(): Iterable<TaskRow>;
  readonly instances: readonly InstanceRow[];
  /** What other bills of the same run are made from; absent in results put together by hand. */
  usage?(): UsageRecord;
}

/** Platforms of one scenario side by side. */
export interface Comparison {
  readonly scenario: string;
  readonly description: string;
  readonly seeds: readonly number[];
  /** The first platform; differences are relative to it. */
  readonly baseline: string;
  /** Of the first seed, with everything that they left behind. */
  readonly runs: readonly RunResult[];
  /** Of the other seeds. */
  readonly replications: readonly RunSummary[];
  /** Which platform is cheaper and where the difference comes from. */
  readonly verdict: string;
}
