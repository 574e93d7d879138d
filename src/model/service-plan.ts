import type { TaskTemplate } from './plan.ts';

/**
 * What a service does beyond being a number of tasks: how it is rolled out, what load it carries, how it is scaled.
 * Neutral words; percents and bounds mean the same to ECS's deployments and to Kubernetes' rolling updates (surge is
 * what exceeds 100 of the maximum, unavailable what the minimum leaves).
 */

export interface RolloutPlan {
  /** Percent of the wanted tasks that must stay healthy, rounded up. Absent: as the platform does. */
  readonly minimumHealthyPercent?: number;
  /** Percent of the wanted tasks that there may be in all, rounded down. Absent: as the platform does. */
  readonly maximumPercent?: number;
  readonly circuitBreaker: CircuitBreakerPlan | null;
}

export interface CircuitBreakerPlan {
  readonly rollback: boolean;
  readonly resetOnHealthyTask: boolean;
  readonly threshold: {
    readonly type: 'COUNT' | 'BOUNDED_PERCENT' | 'UNBOUNDED_PERCENT';
    readonly value: number;
  };
}

/** Requests that reach a service as a whole, and what they cost its tasks; spread evenly over those that run. */
export interface LoadPlan {
  readonly requests: readonly { readonly atMs: number; readonly perHour: number }[];
  readonly repeatMs: number | null;
  /** CPU time of one request, milliseconds of one vCPU. */
  readonly cpuMs: number;
  /** Memory of a task at rest, and what each request per second adds to it. */
  readonly memoryBytes: number;
  readonly memoryBytesPerRequest: number;
}

/** CPU and memory in percent of what the task asks for; requests of a minute per task. */
export type LoadMetric = 'cpu' | 'memory' | 'requests';

export interface ServiceScalingPlan {
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly targets: readonly {
    readonly metric: LoadMetric;
    readonly value: number;
    readonly scaleInCooldownMs: number;
    readonly disableScaleIn: boolean;
  }[];
  readonly steps: readonly {
    readonly metric: LoadMetric;
    readonly direction: 'above' | 'below';
    readonly threshold: number;
    readonly adjustmentType: 'ChangeInCapacity' | 'PercentChangeInCapacity' | 'ExactCapacity';
    readonly adjustments: readonly {
      readonly lower: number | null;
      readonly upper: number | null;
      readonly change: number;
    }[];
    readonly minAdjustmentMagnitude: number;
    readonly cooldownMs: number;
  }[];
  /** New bounds at given times; null leaves one as it is. */
  readonly scheduled: readonly {
    readonly atMs: number;
    readonly minCapacity: number | null;
    readonly maxCapacity: number | null;
  }[];
}

/** What happens to the cluster from outside, at a given time. */
export type PlanEvent =
  | {
      /** A new revision of a service replaces the running one. */
      readonly kind: 'deploy';
      readonly atMs: number;
      readonly service: string;
      /** null: the same template again. */
      readonly template: TaskTemplate | null;
      /** Share of its tasks that fail to start, or that never become healthy. */
      readonly failing: { readonly at: 'start' | 'health'; readonly share: number } | null;
    }
  | {
      /** Only for Kubernetes objects: every pod of a controller is replaced, as by kubectl rollout restart. */
      readonly kind: 'restart';
      readonly atMs: number;
      /** Namespace and name of a Deployment, StatefulSet or DaemonSet: `shop/web`. */
      readonly object: string;
    }
  | {
      /** Every instance of a zone is lost at once; the zone launches none until it is back. */
      readonly kind: 'outage';
      readonly atMs: number;
      /** null: until the end of the run. */
      readonly untilMs: number | null;
      readonly zone: string;
    }
  | {
      /** Only for ECS: instances lose the connection of their agent, take no new tasks and keep those they have. */
      readonly kind: 'disconnect';
      readonly atMs: number;
      readonly lastingMs: number;
      readonly group: string;
      /** null: of any zone. */
      readonly zone: string | null;
      /** The oldest so many; null: all. */
      readonly count: number | null;
    }
  | {
      /** Instances take no more tasks, give up the ones they have, and end when they are empty. */
      readonly kind: 'drain';
      readonly atMs: number;
      readonly group: string;
      /** null: of any zone. */
      readonly zone: string | null;
      /** The oldest so many; null: all. */
      readonly count: number | null;
    }
  | {
      /** Only for Kubernetes: the control plane and then every node is brought to another version. */
      readonly kind: 'upgrade';
      readonly atMs: number;
      /** What EKS charges support by afterwards; null: nothing changes about that. */
      readonly version: string | null;
      /** Instance groups whose nodes are replaced, in this order; null: all of the platform. */
      readonly groups: readonly string[] | null;
    }
  | {
      /** Only where masters are one's own: masters fail. */
      readonly kind: 'master-loss';
      readonly atMs: number;
      /** null: in any zone. */
      readonly zone: string | null;
      /** The first so many that are up. */
      readonly count: number;
    };
