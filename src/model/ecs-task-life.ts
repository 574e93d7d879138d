import type { EcsDefault } from './ecs-defaults.ts';
import type { Distribution } from './plan.ts';

/** What an agent does about an image that an instance has, or has not (`ECS_IMAGE_PULL_BEHAVIOR`). */
export const IMAGE_PULL_BEHAVIORS = ['default', 'always', 'once', 'prefer-cached'] as const;
export type ImagePullBehavior = (typeof IMAGE_PULL_BEHAVIORS)[number];

/**
 * How long the parts of an ECS task's life last: PROVISIONING (interface), PENDING (agent), ACTIVATING (image, container,
 * load balancer), then after RUNNING DEACTIVATING, STOPPING and DEPROVISIONING. Rates are bytes a second.
 */
export interface EcsTaskLifePlan {
  /** PROVISIONING of tasks in network mode awsvpc: an interface is made and attached. */
  readonly eniAttach: Distribution;
  /** PENDING: until the agent has heard of the task. It waits on for room that stopping tasks still hold. */
  readonly agent: Distribution;
  /** What one instance can pull, shared evenly by the layers that it pulls at a time. */
  readonly instanceBytesPerSecond: number;
  /** What the registry gives to all instances together, shared evenly by those that pull; null: no limit. */
  readonly registryBytesPerSecond: number | null;
  /** Unpacking, after a layer is there: bytes as pulled. */
  readonly unpackBytesPerSecond: number;
  /** Asking the registry whether a cached image is still the newest. */
  readonly imageCheck: Distribution;
  readonly imagePullBehavior: ImagePullBehavior;
  readonly containerStart: Distribution;
  /** DEACTIVATING of tasks behind a load balancer that says nothing itself. */
  readonly deregistrationMs: number;
  /** STOPPING: from SIGTERM to the exit, at the latest after the stop timeout. */
  readonly exit: Distribution;
  readonly stopTimeoutMs: number;
  /** DEPROVISIONING of tasks in network mode awsvpc. */
  readonly eniDetach: Distribution;
}

const seconds = (min: number, max: number): Distribution => ({
  kind: 'uniform',
  minMs: min * 1000,
  maxMs: max * 1000,
});
const MIB_PER_SECOND = 2 ** 20;

/** Of every ECS platform with task lives in parts, where its scenario says nothing else. */
export const ECS_TASK_LIFE_DEFAULTS: EcsTaskLifePlan = {
  eniAttach: seconds(5, 10),
  agent: seconds(0.5, 2),
  instanceBytesPerSecond: 100 * MIB_PER_SECOND,
  registryBytesPerSecond: null,
  unpackBytesPerSecond: 100 * MIB_PER_SECOND,
  imageCheck: seconds(0.3, 1),
  imagePullBehavior: 'default',
  containerStart: seconds(1, 3),
  deregistrationMs: 300_000,
  exit: seconds(1, 1),
  stopTimeoutMs: 30_000,
  eniDetach: seconds(1, 5),
};

const AGENT = 'aws/amazon-ecs-agent 1.105.1 README.md';
const UNPUBLISHED = 'AWS publishes no times';

/** The same as rows of a table. */
export const ECS_TASK_LIFE_ROWS: readonly EcsDefault[] = (
  [
    [
      'eniAttach',
      'uniform 5s to 10s',
      'chosen',
      '"several seconds" in AWS ECS developer guide, task recommendations',
    ],
    ['agent', 'uniform 500ms to 2s', 'chosen', UNPUBLISHED],
    ['instanceBandwidth', '100 MiB/s', 'chosen', 'depends on instance type and registry'],
    ['registryBandwidth', 'unlimited', 'chosen', 'Amazon ECR publishes no limit on bytes'],
    ['unpack', '100 MiB/s', 'chosen', 'one gzip stream on one core'],
    ['imageCheck', 'uniform 300ms to 1s', 'chosen', UNPUBLISHED],
    ['imagePullBehavior', 'default', 'source', `${AGENT}, ECS_IMAGE_PULL_BEHAVIOR`],
    ['containerStart', 'uniform 1s to 3s', 'chosen', UNPUBLISHED],
    ['deregistration', '5m', 'documented', 'Elastic Load Balancing user guide, deregistration delay'],
    ['exit', '1s', 'chosen', 'what the container does about SIGTERM'],
    ['stopTimeout', '30s', 'source', `${AGENT}, ECS_CONTAINER_STOP_TIMEOUT`],
    ['eniDetach', 'uniform 1s to 5s', 'chosen', UNPUBLISHED],
  ] as const
).map(([name, value, evidence, source]) => ({
  name,
  value,
  unit: '',
  evidence,
  source,
  setting: `taskLife.${name}`,
}));
