import fc from 'fast-check';
import { clusterAutoscalerSchema, karpenterSchema } from '../../src/io/scenario/autoscaler-schema.ts';
import { resolveClusterAutoscaler, resolveKarpenter } from '../../src/io/scenario/resolve-autoscaler.ts';
import type { KubernetesControllerSettings } from '../../src/model/kubernetes-defaults.ts';
import type {
  ApiObject,
  Autoscaler,
  KubeQueue,
  Plan,
  PlatformPlan,
  ServicePlan,
} from '../../src/model/plan.ts';
import type { PlanEvent, RolloutPlan } from '../../src/model/service-plan.ts';
import { SELF_RUN_DEFAULTS, type SelfRunControlPlanePlan } from '../../src/model/self-run-control-plane.ts';
import { GIB, MINUTE, SECOND } from '../../src/units.ts';
import { DEMAND, group, job, plan, platform, seconds, service, template, TYPE } from './plans.ts';

/** An hour of a Kubernetes cluster to which things happen. */
export interface KubernetesWorld {
  readonly plan: Plan;
  readonly platform: Extract<PlatformPlan, { kind: 'kubernetes' }>;
}

const ZONES = ['zone-a', 'zone-b', 'zone-c'];
const minute = (most = 58) => fc.integer({ min: 1, max: most }).map((count) => count * MINUTE);

const rollout: fc.Arbitrary<RolloutPlan> = fc
  .constantFrom([100, 200], [50, 100], [50, 150], [0, 100], [100, 125], [25, 200])
  .map(([minimumHealthyPercent, maximumPercent]) => ({
    minimumHealthyPercent: minimumHealthyPercent!,
    maximumPercent: maximumPercent!,
    circuitBreaker: null,
  }));

const size = fc.constantFrom(
  { cpuMilli: 500, memoryBytes: GIB },
  { cpuMilli: 1000, memoryBytes: 2 * GIB },
  { cpuMilli: 2000, memoryBytes: 3 * GIB },
);

/** Follows a load that doubles and falls. */
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
    scheduled: [{ atMs: 20 * MINUTE, minCapacity: 2, maxCapacity: null }],
  },
};

const arbitraryService = (name: string): fc.Arbitrary<ServicePlan> =>
  fc
    .record({
      counts: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }),
      size,
      startup: fc.constantFrom(0, 5, 40),
      spread: fc.constantFrom('none' as const, 'zone' as const, 'instance' as const),
      distinctInstance: fc.boolean(),
      priority: fc.constantFrom(0, 0, 10),
      rollout: fc.option(rollout, { nil: undefined }),
      scaled: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ counts, startup, distinctInstance, priority, scaled, ...rest }) =>
      service(
        name,
        counts.map((count, index) => [index * 17 * 60, count]),
        {
          template: template({
            name,
            ...rest.size,
            startup: seconds(startup),
            distinctInstance,
            priority,
            labels: new Map([['app', name]]),
          }),
          spread: rest.spread,
          ...(rest.rollout !== undefined && { rollout: rest.rollout }),
          ...(scaled === 0 && SCALED),
        },
      ),
    );

const event: fc.Arbitrary<PlanEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('deploy' as const),
    atMs: minute(),
    service: fc.constantFrom('web', 'api', 'agent'),
    template: fc.constant(null),
    failing: fc.option(
      fc.record({ at: fc.constantFrom('start' as const, 'health' as const), share: fc.constantFrom(0.3, 1) }),
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
    kind: fc.constant('drain' as const),
    atMs: minute(),
    group: fc.constant('pool'),
    zone: fc.option(fc.constantFrom(...ZONES)),
    count: fc.option(fc.integer({ min: 1, max: 2 })),
  }),
);

const queue = fc.constantFrom<KubeQueue | 'skip'>(
  { kind: 'kube', cycleMs: 1, bindMs: 10, graceMs: 30 * SECOND },
  { kind: 'kube', cycleMs: 0, bindMs: 0, graceMs: 0 },
  'skip',
);

const settings = fc.constantFrom<Partial<KubernetesControllerSettings>>(
  {},
  { latencyMs: 100 },
  { creationsPerSecond: 1, creationBurst: 2 },
  { nodeGraceMs: 5000, evictionRetryMs: 1000 },
);

/** A PodDisruptionBudget over the pods of a service. */
const budget = fc
  .record({ app: fc.constantFrom('web', 'api'), maxUnavailable: fc.constantFrom(1, '50%', 0) })
  .map(({ app, maxUnavailable }) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: app },
    spec: { maxUnavailable, selector: { matchLabels: { app } } },
  }));

/** A controller's object of the manifests, with pods of one CPU. */
function controller(kind: string, name: string, spec: object, annotations: object = {}): ApiObject {
  const labels = { app: name };
  const containers = [{ image: 'a', resources: { requests: { cpu: '1', memory: '1Gi' } } }];
  const template = {
    metadata: { labels, annotations },
    spec: { containers, terminationGracePeriodSeconds: 5 },
  };
  const metadata = { name, namespace: 'default' };
  return { kind, metadata, spec: { selector: { matchLabels: labels }, ...spec, template } };
}

const replicas = fc.integer({ min: 0, max: 4 });
const share = fc.constantFrom('0%', '30%', '100%');
const objects = fc
  .array(
    fc.oneof(
      replicas.map((count) => controller('Deployment', 'shop', { replicas: count })),
      replicas.map((count) => controller('ReplicaSet', 'set', { replicas: count, minReadySeconds: 20 })),
      fc
        .record({ count: replicas, podManagementPolicy: fc.constantFrom('OrderedReady', 'Parallel') })
        .map(({ count, podManagementPolicy }) =>
          controller(
            'StatefulSet',
            'store',
            { replicas: count, podManagementPolicy },
            { 'stowage.dev/startup': '7s' },
          ),
        ),
      fc.constant(controller('DaemonSet', 'log', {})),
      fc
        .record({ completions: fc.integer({ min: 1, max: 6 }), failing: share, isIndexed: fc.boolean() })
        .map(({ completions, failing, isIndexed }) =>
          controller(
            'Job',
            'work',
            { completions, parallelism: 3, completionMode: isIndexed ? 'Indexed' : 'NonIndexed' },
            { 'stowage.dev/runtime': '4m', 'stowage.dev/failing': failing },
          ),
        ),
      fc
        .record({ concurrencyPolicy: fc.constantFrom('Allow', 'Forbid', 'Replace'), failing: share })
        .map(({ concurrencyPolicy, failing }): ApiObject => {
          const { spec, ...rest } = controller(
            'CronJob',
            'cron',
            {},
            { 'stowage.dev/runtime': '12m', 'stowage.dev/failing': failing },
          );
          const { template } = spec as { readonly template: unknown };
          return {
            ...rest,
            spec: { schedule: '*/10 * * * *', concurrencyPolicy, jobTemplate: { spec: { template } } },
          };
        }),
    ),
    { maxLength: 4 },
  )
  .map((list) => [...new Map(list.map((one) => [one['kind'], one])).values()]);

const restart = fc.record({
  kind: fc.constant('restart' as const),
  atMs: minute(),
  object: fc.constantFrom('default/shop', 'default/store', 'default/log'),
});

/** Services and jobs on a small fleet in three zones; instances come, drain, leave and vanish, revisions come and fail. */
export const arbitraryKubernetesWorld: fc.Arbitrary<KubernetesWorld> = fc
  .record({
    services: fc.tuple(arbitraryService('web'), arbitraryService('api')),
    hasDaemon: fc.boolean(),
    jobs: fc.integer({ min: 0, max: 4 }),
    fleet: fc.record({ min: fc.integer({ min: 0, max: 3 }), more: fc.integer({ min: 0, max: 4 }) }),
    events: fc.array(event, { maxLength: 5 }),
    isScaled: fc.boolean(),
    budget: fc.option(budget),
    objects,
    restarts: fc.array(restart, { maxLength: 2 }),
    queue,
    settings,
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map((drawn) => {
    const { min, more } = drawn.fleet;
    const pool = group(
      { min, max: min + more, initial: min },
      { zones: ZONES, launch: seconds(20), boot: seconds(40) },
    );
    const daemon = service('agent', [[0, 0]], {
      daemon: true,
      template: template({ name: 'agent', cpuMilli: 100, memoryBytes: GIB / 4, startup: seconds(2) }),
    });
    const arrivals = Array.from({ length: drawn.jobs }, (_, index) => (index * 13 + 5) * 60);
    return {
      plan: plan(
        {
          services: drawn.hasDaemon ? [...drawn.services, daemon] : [...drawn.services],
          jobs: [job('batch', { at: arrivals.length === 0 ? [0] : arrivals, runS: 300 })],
          manifests: [...(drawn.budget === null ? [] : [drawn.budget]), ...drawn.objects],
        },
        {
          seed: drawn.seed,
          fleet: [pool],
          events: [...drawn.events, ...drawn.restarts].toSorted((a, b) => a.atMs - b.atMs),
        },
      ),
      platform: {
        ...(platform(
          'kubernetes',
          {},
          {
            autoscaler: drawn.isScaled ? DEMAND : { kind: 'none' },
            queue: drawn.queue,
          },
        ) as KubernetesWorld['platform']),
        controllers: drawn.settings,
      },
    };
  });

const masters = fc.record({
  zones: fc.constantFrom(['zone-a'], ZONES, ['zone-b', 'zone-b', 'zone-c'], [...ZONES, 'zone-a', 'zone-b']),
  failuresPerHour: fc.constantFrom(0, 2, 20),
  replaceAfterS: fc.constantFrom(0, 60),
  leaseS: fc.constantFrom(0, 15),
});

const upkeepEvent: fc.Arbitrary<PlanEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('upgrade' as const),
    atMs: minute(40),
    version: fc.constant(null),
    groups: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant('master-loss' as const),
    atMs: minute(),
    zone: fc.option(fc.constantFrom(...ZONES)),
    count: fc.integer({ min: 1, max: 3 }),
  }),
);

const upgrades = fc.constantFrom<NonNullable<KubernetesWorld['platform']['upgrades']>>(
  {},
  { controlPlaneMs: MINUTE, postDrainMs: 0 },
  { maxSurge: 2, maxUnavailable: 1, drainTimeoutMs: MINUTE, onDrainTimeout: 'force' },
  { maxUnavailable: 3, drainTimeoutMs: 2 * MINUTE, validationTimeoutMs: 2 * MINUTE },
);

const NODE_POOL = {
  metadata: { name: 'pool' },
  spec: { template: { spec: { nodeClassRef: { name: 'pool' }, expireAfter: 'Never' } } },
};
const AUTOSCALERS: readonly Autoscaler[] = [
  { kind: 'none' },
  DEMAND,
  {
    kind: 'cluster-autoscaler',
    ...resolveClusterAutoscaler(clusterAutoscalerSchema.parse({ kind: 'cluster-autoscaler' })),
  },
  {
    kind: 'karpenter',
    ...resolveKarpenter(karpenterSchema.parse({ kind: 'karpenter' })),
    nodePools: [NODE_POOL],
  },
];

/** The same with masters of one's own most of the time, which fail, with upgrades, and with the real autoscalers. */
export const arbitraryUpkeepWorld: fc.Arbitrary<KubernetesWorld> = fc
  .record({
    world: arbitraryKubernetesWorld,
    masters: fc.option(masters, { freq: 4 }),
    events: fc.array(upkeepEvent, { minLength: 1, maxLength: 4 }),
    upgrades,
    autoscaler: fc.constantFrom(...AUTOSCALERS),
  })
  .map(({ world, masters: drawn, events, ...rest }) => ({
    plan: {
      ...world.plan,
      events: [...(world.plan.events ?? []), ...events].toSorted((a, b) => a.atMs - b.atMs),
    },
    platform: {
      ...world.platform,
      ...rest,
      controlPlane: drawn === null ? 'none' : selfRun(drawn),
    },
  }));

function selfRun({
  zones,
  failuresPerHour,
  replaceAfterS,
  leaseS,
}: {
  readonly zones: readonly string[];
  readonly failuresPerHour: number;
  readonly replaceAfterS: number;
  readonly leaseS: number;
}): SelfRunControlPlanePlan {
  return {
    ...SELF_RUN_DEFAULTS,
    kind: 'self-run',
    type: TYPE.name,
    zones,
    failuresPerHour,
    launch: seconds(20),
    boot: seconds(100),
    replaceAfterMs: replaceAfterS * SECOND,
    leaseMs: leaseS * SECOND,
  };
}
