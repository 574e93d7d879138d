import type { StrategyItem } from './capacity-provider-strategy.ts';
import { type DefaultRows, defaultsOf, namedRows, type PlatformDefault } from './platform-default.ts';

/** How the service scheduler of an ECS platform behaves where AWS says nothing, or lets one choose. */
export interface EcsServiceSettings {
  /** Least time between two passes over one service. */
  readonly passMs: number;
  /** From RUNNING to healthy for tasks without load balancer and health check. */
  readonly healthyAfterMs: number;
  /** Tasks that one service may launch in a minute, and how many at once after a pause. */
  readonly launchesPerMinute: number;
  readonly launchBurst: number;
  /** wait: a task that finds no room waits in PROVISIONING; retry: the scheduler tries again, ever more rarely. */
  readonly unplaced: 'wait' | 'retry';
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly daemonMinimumHealthyPercent: number;
  readonly availabilityZoneRebalancing: 'ENABLED' | 'DISABLED';
  /** With `unplaced: retry`: so often, for so long; then after the next, twice as long each time up to the most. */
  readonly retryEveryMs: number;
  readonly retryEagerlyMs: number;
  readonly retryLaterMs: number;
  readonly retryMostMs: number;
  /** After the first start that failed; twice as long after each further one, up to `retryMostMs`. */
  readonly startFailureMs: number;
  /** A daemon that found no room on an instance is tried again. */
  readonly daemonRetryMs: number;
  /** Datapoints of a minute, in a row, that move target tracking. */
  readonly scaleOutDatapoints: number;
  readonly scaleInDatapoints: number;
}

/** Managed scaling of the Auto Scaling groups of an ECS platform, one capacity provider for each instance group. */
export interface EcsCapacity {
  readonly targetCapacity: number;
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
  readonly instanceWarmupMs: number;
  readonly scaleInPerMinute: 'one' | 'half';
  /** From a datapoint of the metric to what the Auto Scaling group does about it. */
  readonly reactionMs: number;
  readonly managedTerminationProtection: boolean;
  readonly managedDraining: boolean;
  /** The longest that a drained instance may keep its tasks. */
  readonly drainingTimeoutMs: number;
  readonly provisioningTimeoutMs: number;
  readonly provisioningQuota: number;
  /** Datapoints of a minute, in a row, after which instances end. Absent: 15. */
  readonly scaleInDatapoints?: number;
  /** Instances that an empty group gets first. Absent: 2. */
  readonly firstInstances?: number;
  /** Shares of the groups; empty: every group the same. */
  readonly strategy: readonly StrategyItem[];
}

/** One default of Amazon ECS: its value, where it is from, and where a scenario sets another. */
export type EcsDefault = PlatformDefault;

const SERVICE_ROWS = {
  passMs: { value: 1000, unit: 'ms', evidence: 'chosen', source: 'AWS publishes no interval' },
  healthyAfterMs: {
    value: 40_000,
    unit: 'ms',
    evidence: 'documented',
    source: 'Amazon ECS API reference, DeploymentConfiguration: 40 seconds after RUNNING',
  },
  launchesPerMinute: {
    value: 500,
    unit: 'count',
    evidence: 'documented',
    source: 'AWS ECS developer guide, service quotas: rate of tasks launched by a service',
  },
  launchBurst: { value: 500, unit: 'count', evidence: 'chosen', source: 'a minute of the rate at once' },
  unplaced: {
    value: 'wait',
    unit: '',
    evidence: 'documented',
    source:
      'AWS ECS developer guide, managed scaling: tasks wait in PROVISIONING; retry is the other launch type',
  },
  minimumHealthyPercent: {
    value: 100,
    unit: 'percent',
    evidence: 'documented',
    source: 'Amazon ECS API reference, DeploymentConfiguration',
  },
  maximumPercent: {
    value: 200,
    unit: 'percent',
    evidence: 'documented',
    source: 'Amazon ECS API reference, DeploymentConfiguration',
  },
  daemonMinimumHealthyPercent: {
    value: 0,
    unit: 'percent',
    evidence: 'documented',
    source: 'Amazon ECS API reference, DeploymentConfiguration',
  },
  availabilityZoneRebalancing: {
    value: 'ENABLED',
    unit: '',
    evidence: 'documented',
    source: 'AWS ECS developer guide, balancing a service across Availability Zones',
  },
  retryEveryMs: { value: 10_000, unit: 'ms', evidence: 'chosen', source: 'AWS publishes no interval' },
  retryEagerlyMs: {
    value: 60_000,
    unit: 'ms',
    evidence: 'observed',
    source: 'reproio/ecs_deploy pull request 53: about 50 s',
  },
  retryLaterMs: {
    value: 300_000,
    unit: 'ms',
    evidence: 'observed',
    source: 'reproio/ecs_deploy pull request 53: about 5 minutes',
  },
  retryMostMs: {
    value: 1_620_000,
    unit: 'ms',
    evidence: 'documented',
    source: 'AWS ECS developer guide, service throttle logic: 27 minutes',
  },
  startFailureMs: { value: 10_000, unit: 'ms', evidence: 'chosen', source: 'AWS publishes the most alone' },
  daemonRetryMs: { value: 10_000, unit: 'ms', evidence: 'chosen', source: 'AWS publishes no interval' },
  scaleOutDatapoints: {
    value: 3,
    unit: 'count',
    evidence: 'observed',
    source: 'fortem.dev, ECS Fargate Autoscaling',
  },
  scaleInDatapoints: {
    value: 15,
    unit: 'count',
    evidence: 'observed',
    source: 'fortem.dev, ECS Fargate Autoscaling',
  },
} as const satisfies DefaultRows<EcsServiceSettings>;

const CAPACITY_ROWS = {
  targetCapacity: {
    value: 100,
    unit: 'percent',
    evidence: 'documented',
    source: 'Amazon ECS API reference, ManagedScaling',
  },
  minimumScalingStepSize: {
    value: 1,
    unit: 'count',
    evidence: 'documented',
    source: 'Amazon ECS API reference, ManagedScaling',
  },
  maximumScalingStepSize: {
    value: 10_000,
    unit: 'count',
    evidence: 'documented',
    source: 'Amazon ECS API reference, ManagedScaling',
  },
  instanceWarmupMs: {
    value: 300_000,
    unit: 'ms',
    evidence: 'documented',
    source: 'Amazon ECS API reference, ManagedScaling',
  },
  scaleInPerMinute: {
    value: 'one',
    unit: '',
    evidence: 'observed',
    source: 'aws/containers-roadmap issue 1150',
  },
  reactionMs: {
    value: 70_000,
    unit: 'ms',
    evidence: 'chosen',
    source: 'a minute for the alarm, 10 s for the Auto Scaling group',
  },
  managedTerminationProtection: {
    value: false,
    unit: '',
    evidence: 'documented',
    source: 'Amazon ECS API reference, AutoScalingGroupProvider',
  },
  managedDraining: {
    value: true,
    unit: '',
    evidence: 'documented',
    source: 'AWS ECS developer guide, managed instance draining',
  },
  drainingTimeoutMs: {
    value: 172_800_000,
    unit: 'ms',
    evidence: 'documented',
    source: 'AWS ECS developer guide, managed instance draining: 48 hours',
  },
  provisioningTimeoutMs: {
    value: 1_800_000,
    unit: 'ms',
    evidence: 'chosen',
    source: 'between 10 and 30 minutes (aws/containers-roadmap issue 2381)',
  },
  provisioningQuota: {
    value: 500,
    unit: 'count',
    evidence: 'documented',
    source: 'AWS ECS developer guide, service quotas: tasks in PROVISIONING per cluster',
  },
  scaleInDatapoints: {
    value: 15,
    unit: 'count',
    evidence: 'documented',
    source: 'AWS ECS developer guide, managed scaling; aws/containers-roadmap issue 1220',
  },
  firstInstances: {
    value: 2,
    unit: 'count',
    evidence: 'documented',
    source: 'AWS ECS developer guide, cluster auto scaling; aws/containers-roadmap issue 1716',
  },
} as const satisfies DefaultRows<Required<Omit<EcsCapacity, 'strategy'>>>;

/** Of every service of an ECS platform, where its scenario says nothing else. */
export const ECS_SERVICE_DEFAULTS: EcsServiceSettings = defaultsOf<EcsServiceSettings>(SERVICE_ROWS);

/** Of every capacity provider, where the scenario says nothing else. */
export const ECS_CAPACITY_DEFAULTS: EcsCapacity = {
  ...defaultsOf<Omit<EcsCapacity, 'strategy'>>(CAPACITY_ROWS),
  strategy: [],
};

/** Every default above as a row of a table, services first. */
export const ECS_SERVICE_DEFAULT_ROWS: readonly EcsDefault[] = [
  ...namedRows(SERVICE_ROWS, 'services'),
  ...namedRows(CAPACITY_ROWS, 'autoscaler'),
];
