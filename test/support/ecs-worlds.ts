import fc from 'fast-check';
import { ECS_CAPACITY_DEFAULTS, type EcsServiceSettings } from '../../src/model/ecs-defaults.ts';
import { ECS_TASK_LIFE_DEFAULTS, type EcsTaskLifePlan } from '../../src/model/ecs-task-life.ts';
import type {
  Arrivals,
  Autoscaler,
  EcsTemplatePlan,
  HealthCheckPlan,
  Plan,
  PlatformPlan,
  ServicePlan,
  TriggerPlan,
} from '../../src/model/plan.ts';
import type { PlanEvent, RolloutPlan } from '../../src/model/service-plan.ts';
import { FARGATE_DEFAULTS, type FargatePlan } from '../../src/model/fargate-plan.ts';
import { HEALTH_CHECK_DEFAULTS } from '../../src/model/ecs/container-health.ts';
import type { SpotMarketPlan, SpotPurchase } from '../../src/model/purchase.ts';
import { START_TASK_DEFAULTS, type StartTaskPlan } from '../../src/model/start-task-plan.ts';
import { ecsSchedulerWith } from '../../src/schedulers/ecs/ecs-scheduler.ts';
import type { SchedulerDefinition } from '../../src/schedulers/scheduler.ts';
import { canHost, defineStartTaskScheduler, takeRoom } from '../../src/schedulers/start-task-scheduler.ts';
import { GIB, MINUTE, SECOND } from '../../src/units.ts';
import { DEMAND, group, job, plan, platform, seconds, service, template, TYPE } from './plans.ts';

/** An hour of an ECS cluster to which things happen. */
export interface EcsWorld {
  readonly plan: Plan;
  readonly platform: Extract<PlatformPlan, { kind: 'ecs' }>;
  readonly scheduler: SchedulerDefinition;
}

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const minute = (most = 58) => fc.integer({ min: 1, max: most }).map((count) => count * MINUTE);

const rollout: fc.Arbitrary<RolloutPlan> = fc
  .constantFrom([100, 200], [50, 100], [50, 150], [0, 100], [100, 125], [100, 100], [25, 200])
  .chain(([minimumHealthyPercent, maximumPercent]) =>
    fc.record({
      minimumHealthyPercent: fc.constant(minimumHealthyPercent!),
      maximumPercent: fc.constant(maximumPercent!),
      circuitBreaker: fc.option(
        fc.record({
          rollback: fc.boolean(),
          resetOnHealthyTask: fc.boolean(),
          threshold: fc.constant({ type: 'BOUNDED_PERCENT' as const, value: 50 }),
        }),
      ),
    }),
  );

const size = fc.constantFrom(
  { cpuMilli: 500, memoryBytes: GIB },
  { cpuMilli: 1000, memoryBytes: 2 * GIB },
  { cpuMilli: 2000, memoryBytes: 3 * GIB },
);

const arbitraryService = (name: string): fc.Arbitrary<ServicePlan> =>
  fc
    .record({
      counts: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }),
      size,
      startup: fc.constantFrom(0, 5, 40),
      spread: fc.constantFrom('none' as const, 'zone' as const, 'instance' as const),
      distinctInstance: fc.boolean(),
      hasLoadBalancer: fc.boolean(),
      rollout: fc.option(rollout, { nil: undefined }),
      scaled: fc.integer({ min: 0, max: 3 }),
      healthCheck: fc.constantFrom(undefined, undefined, FLAKY, SLOW_TO_ANSWER),
      strategy: fc.constantFrom(undefined, undefined, SHARES),
      network: fc.constantFrom('bridge' as const, 'awsvpc' as const),
    })
    .map(({ counts, startup, network, hasLoadBalancer, distinctInstance, scaled, ...rest }) => {
      const requests = { cpuMilli: rest.size.cpuMilli, memoryBytes: rest.size.memoryBytes };
      return service(
        name,
        counts.map((count, index) => [index * 17 * 60, count]),
        {
          // 40: a length of time even where tasks come up in parts.
          template: template({
            name,
            ...requests,
            startup: startup === 40 ? seconds(startup) : 'parts',
            network,
            image: { name, sizeBytes: startup * 1e9, layers: [{ name: 'base', sizeBytes: startup * 1e9 }] },
            distinctInstance,
            ...(rest.healthCheck !== undefined && { ecs: { ...PLAIN_WORDS, healthCheck: rest.healthCheck } }),
          }),
          spread: rest.spread,
          ...(hasLoadBalancer && {
            loadBalancer: { name, kind: 'application', registrationMs: 10 * SECOND },
          }),
          ...(rest.rollout !== undefined && { rollout: rest.rollout }),
          ...(scaled === 0 && SCALED),
          ...(rest.strategy !== undefined && { ecs: { capacityProviderStrategy: rest.strategy } }),
        },
      );
    });

const PLAIN_WORDS: EcsTemplatePlan = {
  cpuUnits: null,
  group: null,
  placementStrategy: [],
  placementConstraints: [],
  requiresAttributes: [],
  zones: null,
  instance: null,
};

/** Falls sick three times an hour. */
const FLAKY: HealthCheckPlan = {
  ...HEALTH_CHECK_DEFAULTS,
  intervalMs: 10 * SECOND,
  ready: seconds(5),
  failuresPerHour: 3,
};

/** Some tasks take longer to answer than the checks allow. */
const SLOW_TO_ANSWER: HealthCheckPlan = {
  ...HEALTH_CHECK_DEFAULTS,
  ready: { kind: 'uniform', minMs: 0, maxMs: 3 * MINUTE },
  failuresPerHour: 0,
};

/** Taken where there are both groups. */
const SHARES = [
  { capacityProvider: 'pool', base: 1, weight: 1 },
  { capacityProvider: 'other', base: 0, weight: 2 },
];

/** A market that moves so much that AWS takes instances back. */
const NERVOUS: SpotMarketPlan = {
  prices: 'model',
  types: [{ type: TYPE.name, savingPercent: 50, monthlyShare: 0.5 }],
  swing: 0.6,
  memoryMs: 5 * MINUTE,
  stepMs: MINUTE,
  capacity: 4,
  perReclaim: 1,
  rebalanceLeadMs: MINUTE,
  noticeMs: 2 * MINUTE,
};

/** Interrupted as soon as the price is above its mean by a third. */
const SPOT: SpotPurchase = {
  onDemandBase: 0,
  onDemandPercentAboveBase: 50,
  strategy: 'lowest-price',
  pools: 2,
  maxPriceE10: (TYPE.priceE10PerHour * 2n) / 3n,
  rebalance: true,
};

/** Jobs that others bring: one for each task of batch that ends, one for each instance that comes or goes. */
const FOLLOWERS = [
  job('after', { runS: 60, arrivals: trigger({ on: 'task', of: 'batch', outcome: 'any' }) }),
  job('greet', { runS: 20, arrivals: trigger({ on: 'instance', group: 'pool', state: 'ready' }) }),
  job('mourn', { runS: 20, arrivals: trigger({ on: 'instance', group: 'pool', state: 'terminated' }) }),
];

function trigger(event: DistributiveOmit<TriggerPlan, 'delay'>): Arrivals {
  return { kind: 'triggered', trigger: { ...event, delay: seconds(1) } };
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;

const FIRST_FIT = defineStartTaskScheduler({
  name: 'first-fit',
  create:
    () =>
    ({ instances, waiting }) =>
      waiting.flatMap((task) => {
        const instance = instances.find((each) => canHost(each, task));
        if (instance === undefined) return [];
        takeRoom(instance, task);
        return [{ task, instance }];
      }),
});
const SCHEDULER = ecsSchedulerWith(new Map([['./own.ts', FIRST_FIT]])) as SchedulerDefinition;
const OWN: StartTaskPlan[] = ['batch', 'after'].map((name) => ({
  name,
  use: './own.ts',
  tasks: [name],
  ...START_TASK_DEFAULTS,
  snapshotAgeMs: 3 * SECOND,
}));

/** Target tracking on a load that doubles and falls. */
const SCALED: Pick<ServicePlan, 'load' | 'scaling'> = {
  load: {
    requests: [
      { atMs: 0, perHour: 36_000 },
      { atMs: 10 * MINUTE, perHour: 144_000 },
      { atMs: 25 * MINUTE, perHour: 18_000 },
    ],
    repeatMs: null,
    cpuMs: 100,
    memoryBytes: 0,
    memoryBytesPerRequest: 0,
  },
  scaling: {
    minCapacity: 1,
    maxCapacity: 8,
    targets: [{ metric: 'cpu', value: 60, scaleInCooldownMs: 60_000, disableScaleIn: false }],
    steps: [],
    scheduled: [],
  },
};

const event: fc.Arbitrary<PlanEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('deploy' as const),
    atMs: minute(),
    service: fc.constantFrom('web', 'api', 'agent'),
    template: fc.constant(null),
    failing: fc.option(
      fc.record({
        at: fc.constantFrom('start' as const, 'health' as const),
        share: fc.constantFrom(0.3, 1),
      }),
    ),
  }),
  fc
    .record({ atMs: minute(), zone: fc.constantFrom(...ZONES), minutes: fc.integer({ min: 1, max: 20 }) })
    .map(({ atMs, zone, minutes }) => ({
      kind: 'outage' as const,
      atMs,
      untilMs: atMs + minutes * MINUTE,
      zone,
    })),
  fc.record({
    kind: fc.constant('disconnect' as const),
    atMs: minute(),
    lastingMs: fc.integer({ min: 1, max: 20 }).map((minutes) => minutes * MINUTE),
    group: fc.constant('pool'),
    zone: fc.option(fc.constantFrom(...ZONES)),
    count: fc.option(fc.integer({ min: 1, max: 2 })),
  }),
  fc.record({
    kind: fc.constant('drain' as const),
    atMs: minute(),
    group: fc.constant('pool'),
    zone: fc.option(fc.constantFrom(...ZONES)),
    count: fc.option(fc.integer({ min: 1, max: 2 })),
  }),
);

const MANAGED: Autoscaler = { kind: 'managed-scaling', ...ECS_CAPACITY_DEFAULTS };
const autoscaler: fc.Arbitrary<Autoscaler> = fc.constantFrom<Autoscaler>(
  { kind: 'none' },
  DEMAND,
  MANAGED,
  { ...MANAGED, instanceWarmupMs: 0, targetCapacity: 80, scaleInPerMinute: 'half' },
  { ...MANAGED, managedTerminationProtection: true, provisioningTimeoutMs: 5 * MINUTE },
  { ...MANAGED, managedDraining: false, provisioningQuota: 3 },
);

const settings: fc.Arbitrary<Partial<EcsServiceSettings>> = fc.constantFrom<Partial<EcsServiceSettings>>(
  {},
  { unplaced: 'retry' },
  { launchesPerMinute: 4, launchBurst: 2 },
  { availabilityZoneRebalancing: 'DISABLED', passMs: 10 * SECOND },
  { healthyAfterMs: 0 },
);

/** Tasks that take long to come and go, so that much happens meanwhile. */
const SLOW: EcsTaskLifePlan = {
  ...ECS_TASK_LIFE_DEFAULTS,
  registryBytesPerSecond: 100e6,
  deregistrationMs: 2 * MINUTE,
  exit: { kind: 'uniform', minMs: 0, maxMs: MINUTE },
};

const ON_FARGATE: FargatePlan = {
  ...FARGATE_DEFAULTS,
  zones: ZONES,
  strategy: [
    { capacityProvider: 'FARGATE', base: 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', base: 0, weight: 2 },
  ],
  interruptionsPerHour: 2,
  launchBurst: 2,
  launchesPerMinute: 20,
};

/** Services and jobs on a small fleet in three zones; instances come, drain, leave and vanish, revisions come and fail. */
export const arbitraryEcsWorld: fc.Arbitrary<EcsWorld> = fc
  .record({
    services: fc.tuple(arbitraryService('web'), arbitraryService('api')),
    hasDaemon: fc.boolean(),
    jobs: fc.integer({ min: 0, max: 4 }),
    fleet: fc.record({ min: fc.integer({ min: 0, max: 3 }), more: fc.integer({ min: 0, max: 4 }) }),
    groups: fc.integer({ min: 1, max: 2 }),
    events: fc.array(event, { maxLength: 5 }),
    autoscaler,
    settings,
    strategy: fc.constantFrom(undefined, [{ type: 'binpack', field: 'memory' }], [{ type: 'random' }]),
    taskLife: fc.constantFrom(undefined, ECS_TASK_LIFE_DEFAULTS, SLOW),
    agentLosses: fc.constantFrom(undefined, undefined, {
      perHour: 6,
      lasting: { kind: 'exponential' as const, meanMs: MINUTE },
    }),
    runTask: fc.constantFrom(undefined, { retries: 2, retryDelayMs: 3 * MINUTE }),
    fargate: fc.constantFrom(undefined, undefined, undefined, ON_FARGATE),
    hasFollowers: fc.boolean(),
    hasOwnScheduler: fc.constantFrom(false, false, true),
    isOnSpot: fc.constantFrom(false, false, true),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map((drawn) => {
    const { min, more } = drawn.fleet;
    const pool = group(
      { min, max: min + more, initial: min },
      {
        zones: ZONES,
        launch: seconds(20),
        boot: seconds(40),
        ...(drawn.isOnSpot && { spot: SPOT }),
      },
    );
    const daemon = service('agent', [[0, 0]], {
      daemon: true,
      template: template({ name: 'agent', cpuMilli: 100, memoryBytes: GIB / 4, startup: seconds(2) }),
    });
    // AWS Fargate runs no daemons.
    const isOnInstances = drawn.fargate === undefined || drawn.hasDaemon;
    const arrivals = Array.from({ length: drawn.jobs }, (_, index) => (index * 13 + 5) * 60);
    return {
      plan: plan(
        {
          services: drawn.hasDaemon ? [...drawn.services, daemon] : [...drawn.services],
          jobs: [
            job('batch', { at: arrivals.length === 0 ? [0] : arrivals, runS: 300 }),
            ...(drawn.hasFollowers ? FOLLOWERS : []),
          ],
        },
        {
          seed: drawn.seed,
          fleet: drawn.groups === 1 ? [pool] : [pool, { ...pool, name: 'other' }],
          events: drawn.events.toSorted((a, b) => a.atMs - b.atMs),
          ...(drawn.isOnSpot && { spot: NERVOUS }),
        },
      ),
      platform: {
        ...(platform('ecs', drawn.strategy === undefined ? {} : { placementStrategy: drawn.strategy }, {
          autoscaler: drawn.autoscaler,
        }) as EcsWorld['platform']),
        services: drawn.settings,
        ...(drawn.agentLosses !== undefined && isOnInstances && { agentLosses: drawn.agentLosses }),
        ...(drawn.runTask !== undefined &&
          drawn.autoscaler.kind !== 'managed-scaling' &&
          isOnInstances && { runTask: drawn.runTask }),
        ...(isOnInstances ? {} : { fargate: ON_FARGATE, autoscaler: { kind: 'none' as const } }),
        ...(drawn.taskLife !== undefined && { taskLife: drawn.taskLife }),
        ...(drawn.hasOwnScheduler && isOnInstances && { startTask: OWN }),
      },
      scheduler: SCHEDULER,
    };
  });
