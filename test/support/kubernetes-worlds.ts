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
import {
  DEMAND,
  group,
  instanceType,
  job,
  plan,
  platform,
  seconds,
  service,
  template,
  TYPE,
} from './plans.ts';
import { scaledService, taskSize } from './world-services.ts';

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

const arbitraryService = (name: string): fc.Arbitrary<ServicePlan> =>
  fc
    .record({
      counts: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 3 }),
      size: taskSize,
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
          ...(scaled === 0 && scaledService({ atMs: 20 * MINUTE, minCapacity: 2, maxCapacity: null })),
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

/** An autoscaler of the Deployment or the StatefulSet above, whether that is there or not. */
const scaler = fc
  .record({
    target: fc.constantFrom({ kind: 'Deployment', name: 'shop' }, { kind: 'StatefulSet', name: 'store' }),
    load: fc.constantFrom('0s=1, 15m=3, 35m=500m', '5m=4, 30m=0'),
    type: fc.constantFrom('Utilization', 'AverageValue'),
    down: fc.constantFrom(null, 0, 600),
  })
  .map(({ target, load, type, down }): ApiObject => {
    const value = type === 'Utilization' ? { averageUtilization: 60 } : { averageValue: '600m' };
    return {
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'scaler', namespace: 'default', annotations: { 'stowage.dev/cpu-load': load } },
      spec: {
        scaleTargetRef: target,
        minReplicas: 1,
        maxReplicas: 6,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type, ...value } } }],
        ...(down !== null && { behavior: { scaleDown: { stabilizationWindowSeconds: down } } }),
      },
    };
  });

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
    scaler: fc.option(scaler),
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
          manifests: [
            ...(drawn.budget === null ? [] : [drawn.budget]),
            ...drawn.objects,
            ...(drawn.scaler === null ? [] : [drawn.scaler]),
          ],
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

const CLUSTER_AUTOSCALER: Autoscaler = {
  kind: 'cluster-autoscaler',
  ...resolveClusterAutoscaler(clusterAutoscalerSchema.parse({ kind: 'cluster-autoscaler' })),
};

const karpenter: fc.Arbitrary<Autoscaler> = fc
  .record({
    expireAfter: fc.constantFrom('Never', '25m'),
    consolidateAfter: fc.constantFrom('0s', '2m'),
    consolidationPolicy: fc.constantFrom('WhenEmptyOrUnderutilized', 'Balanced'),
    nodes: fc.constantFrom('100%', '34%'),
    drift: fc.constantFrom([], ['20m']),
  })
  .map(({ expireAfter, nodes, drift, ...disruption }) => {
    const pool = {
      metadata: { name: 'pool' },
      spec: {
        template: { spec: { nodeClassRef: { name: 'pool' }, expireAfter } },
        disruption: { ...disruption, budgets: [{ nodes }] },
      },
    };
    const settings = resolveKarpenter(karpenterSchema.parse({ kind: 'karpenter', drift }));
    return { kind: 'karpenter', ...settings, nodePools: [pool] };
  });

/** Karpenter chooses among several sizes, so that it can replace nodes by smaller ones. */
const SIZES = [TYPE, instanceType(2, 8), instanceType(8, 32)];

function withSizes(chosen: Plan, { kind }: Autoscaler): Plan {
  if (kind !== 'karpenter') return chosen;
  const names = SIZES.map(({ name }) => name);
  return { ...chosen, types: SIZES, fleet: chosen.fleet.map((one) => ({ ...one, types: names })) };
}

/** The same with masters of one's own most of the time, which fail, with upgrades, and with the real autoscalers. */
export const arbitraryUpkeepWorld: fc.Arbitrary<KubernetesWorld> = fc
  .record({
    world: arbitraryKubernetesWorld,
    masters: fc.option(masters, { freq: 4 }),
    events: fc.array(upkeepEvent, { minLength: 1, maxLength: 4 }),
    upgrades,
    autoscaler: fc.oneof(
      fc.constantFrom<Autoscaler>({ kind: 'none' }, DEMAND),
      fc.constant(CLUSTER_AUTOSCALER),
      { arbitrary: karpenter, weight: 2 },
    ),
  })
  .map(({ world, masters: drawn, events, ...rest }) => ({
    plan: {
      ...withSizes(world.plan, rest.autoscaler),
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
