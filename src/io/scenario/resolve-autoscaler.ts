import type { ClusterAutoscalerSettings, KarpenterSettings } from '../../model/autoscaler-plan.ts';
import { parseKubernetesCron } from '../../model/kubernetes-cron.ts';
import type { ApiObject, Autoscaler, FleetGroup, PlatformPlan } from '../../model/plan.ts';
import {
  isStaticPool,
  type NodePoolObject,
  poolOfGroups,
  readNodePool,
} from '../../schedulers/kubernetes/manifests/node-pool.ts';
import type { ClusterAutoscalerInput, KarpenterInput } from './autoscaler-schema.ts';
import { clusterAutoscalerSchema, karpenterSchema } from './autoscaler-schema.ts';
import { managedScalingSchema } from './ecs-schema.ts';
import type { Path } from './locate.ts';
import { durationMs } from './resolve-distribution.ts';
import { resolveManagedScaling } from './resolve-managed-scaling.ts';
import type { PlatformInput } from './platform-schema.ts';
import { locatedManifests } from './resolve-manifests.ts';
import type { Resolving } from './resolving.ts';

/** The autoscaler of a platform, by name or with its settings. */
export function resolveAutoscaler(input: PlatformInput['autoscaler']): Autoscaler {
  if (input === 'none') return { kind: 'none' };
  if (input === 'managed-scaling') return resolveManagedScaling(managedScalingSchema.parse({ kind: input }));
  if (typeof input !== 'string' && input.kind === 'managed-scaling') return resolveManagedScaling(input);
  if (input === 'karpenter') return resolveAutoscaler(karpenterSchema.parse({ kind: input }));
  if (input === 'cluster-autoscaler')
    return resolveAutoscaler(clusterAutoscalerSchema.parse({ kind: input }));
  if (typeof input !== 'string' && input.kind === 'karpenter') {
    return { kind: input.kind, ...resolveKarpenter(input) };
  }
  if (typeof input !== 'string' && input.kind === 'cluster-autoscaler') {
    return { kind: input.kind, ...resolveClusterAutoscaler(input) };
  }
  const { interval, idle } = input === 'demand' ? { interval: '10s', idle: '5m' } : input;
  return { kind: 'demand', intervalMs: durationMs(interval), idleMs: durationMs(idle) };
}

/** Karpenter's settings; pools that the scenario does not write follow once the fleet is known. */
export function resolveKarpenter(input: KarpenterInput): KarpenterSettings {
  return {
    nodePools: input.nodePools ?? [],
    batchIdleMs: durationMs(input.batchIdle),
    batchMaxMs: durationMs(input.batchMax),
    pollingMs: durationMs(input.polling),
    validationMs: durationMs(input.validation),
    spotToSpot: input.spotToSpotConsolidation,
    driftMs: input.drift.map(durationMs).sort((a, b) => a - b),
    protects: input.protects,
  };
}

/** Of the Cluster Autoscaler; 0 nodes in all is any number. */
export function resolveClusterAutoscaler(input: ClusterAutoscalerInput): ClusterAutoscalerSettings {
  return {
    scanMs: durationMs(input.scanInterval),
    expanders: typeof input.expander === 'string' ? [input.expander] : input.expander,
    priorities: input.priorities,
    newPodDelayMs: durationMs(input.newPodScaleUpDelay),
    maxNodesTotal: input.maxNodesTotal,
    maxNodesPerScaleUp: input.maxNodesPerScaleUp,
    balanceSimilarGroups: input.balanceSimilarNodeGroups,
    utilisationThreshold: input.scaleDownUtilizationThreshold,
    unneededMs: durationMs(input.scaleDownUnneededTime),
    delayAfterAddMs: durationMs(input.scaleDownDelayAfterAdd),
    delayAfterDeleteMs: durationMs(input.scaleDownDelayAfterDelete),
    unremovableMs: durationMs(input.unremovableNodeRecheckTimeout),
    maxParallel: input.maxScaleDownParallelism,
    maxDrains: input.maxDrainParallelism,
    deleteDelayMs: durationMs(input.nodeDeleteDelayAfterTaint),
    provisionTimeoutMs: durationMs(input.maxNodeProvisionTime),
    skipsSystemPods: input.skipNodesWithSystemPods,
    systemPodTimeoutMs: durationMs(input.blockingSystemPodTimeout),
    skipsLocalStorage: input.skipNodesWithLocalStorage,
    skipsCustomControllers: input.skipNodesWithCustomControllerPods,
    protects: input.protects,
  };
}

/** The platforms with the NodePools that each of them runs with: written, from the manifests, or made of its fleet. */
export function withNodePools(
  platforms: readonly PlatformPlan[],
  fleet: readonly FleetGroup[],
  resolving: Resolving,
): PlatformPlan[] {
  return platforms.map((platform) => {
    const { autoscaler } = platform;
    const entry = resolving.sections.platforms.find(({ value }) => value.name === platform.name);
    if (autoscaler.kind === 'cluster-autoscaler' && entry !== undefined) {
      checkPriorities(autoscaler, [...entry.path, 'autoscaler', 'priorities'], resolving);
    }
    if (autoscaler.kind !== 'karpenter' || entry === undefined) return platform;
    const path = [...entry.path, 'autoscaler'];
    const written = entry.value.autoscaler;
    const input = typeof written === 'object' && written.kind === 'karpenter' ? written : undefined;
    const groups = platform.fleet ?? fleet;
    const nodePools = poolObjects(autoscaler.nodePools, input?.pool, groups, path, resolving);
    checkPools(nodePools, groups, path, resolving);
    return { ...platform, autoscaler: { ...autoscaler, nodePools } };
  });
}

function poolObjects(
  written: readonly ApiObject[],
  pool: KarpenterInput['pool'],
  groups: readonly FleetGroup[],
  path: Path,
  resolving: Resolving,
): readonly ApiObject[] {
  const { problems } = resolving;
  const dumped = locatedManifests(resolving).flatMap(({ value }) => {
    const object = value as ApiObject | null;
    return object?.['kind'] === 'NodePool' && !isStaticPool(object) ? [object] : [];
  });
  const given = written.length > 0 ? written : dumped;
  if (given.length > 0 && pool !== undefined) {
    const message = 'pool says what NodePools made of the fleet are like, but there are NodePools already';
    problems.error('E1103', [...path, 'pool'], message);
  }
  return given.length > 0
    ? given
    : derivedPools(pool ?? karpenterSchema.shape.pool.unwrap().parse({}), groups);
}

/** Names the pool of all groups that have neither labels nor taints. */
const COMMON_POOL = 'default';

function derivedPools(
  { consolidationPolicy, consolidateAfter, expireAfter, budgets }: NonNullable<KarpenterInput['pool']>,
  groups: readonly FleetGroup[],
): ApiObject[] {
  const disruption = {
    consolidationPolicy,
    consolidateAfter: goTime(consolidateAfter),
    budgets: budgets.map(goBudget),
  };
  const object = (name: string, nodeClass: string, group: FleetGroup | null) => ({
    apiVersion: 'karpenter.sh/v1',
    kind: 'NodePool',
    metadata: { name },
    spec: {
      template: {
        ...(group !== null &&
          group.labels.size > 0 && { metadata: { labels: Object.fromEntries(group.labels) } }),
        spec: {
          nodeClassRef: { name: nodeClass },
          ...(group !== null &&
            group.taints.length > 0 && { taints: group.taints.map((taint) => ({ ...taint })) }),
          expireAfter: goTime(expireAfter),
        },
      },
      disruption,
    },
  });
  const open = groups.filter(({ instances }) => instances.length === 0);
  const special = open.filter(({ labels, taints }) => labels.size + taints.length > 0);
  const names = new Set(open.map(({ name }) => name));
  let common = COMMON_POOL;
  while (names.has(common)) common += '-pool';
  return [
    ...(special.length < open.length ? [object(common, common, null)] : []),
    ...special.map((group) => object(group.name, group.name, group)),
  ];
}

function goBudget({
  nodes,
  reasons,
  schedule,
  duration,
}: NonNullable<KarpenterInput['pool']>['budgets'][number]) {
  return {
    nodes: String(nodes),
    ...(reasons !== undefined && { reasons }),
    ...(schedule !== undefined && { schedule }),
    ...(duration !== undefined && { duration: goTime(duration) }),
  };
}

/** As the API writes it: whole seconds. */
function goTime(text: string): string {
  return text === 'Never' ? text : `${Math.ceil(durationMs(text) / 1000)}s`;
}

function checkPools(
  objects: readonly ApiObject[],
  groups: readonly FleetGroup[],
  path: Path,
  resolving: Resolving,
): void {
  const { problems } = resolving;
  const at = [...path, 'nodePools'];
  const pools = objects.flatMap((object, index): NodePoolObject[] => {
    const read = readNodePool(object);
    if ('value' in read) return [read.value];
    for (const problem of read.problems) {
      problems.error(
        problem.code ?? 'E1103',
        [...at, index, ...problem.path],
        `NodePool: ${problem.message}`,
      );
    }
    return [];
  });
  if (pools.length < objects.length) return;
  for (const [index, { name, budgets }] of pools.entries()) {
    if (pools.findIndex((other) => other.name === name) < index) {
      problems.error('E1205', [...at, index], `two NodePools are named "${name}"`);
    }
    for (const { window } of budgets) {
      const schedule = window === null ? null : parseKubernetesCron(window.schedule);
      if (schedule !== null && 'problem' in schedule) {
        problems.error('E1103', [...at, index], `NodePool ${name}: ${schedule.problem}`);
      }
    }
  }
  const names = new Set(groups.map(({ name }) => name));
  const open = pools.filter(({ nodeClass }) => !names.has(nodeClass));
  if (open.length > 1) {
    const list = open.map(({ name }) => name).join(', ');
    const hint =
      'give each an instance group of its own: spec.template.spec.nodeClassRef.name is the name of a group';
    problems.error('E1103', at, `the NodePools ${list} would share the instance groups`, { hint });
    return;
  }
  const poolOf = poolOfGroups(pools, groups);
  for (const { name } of pools.filter((pool) => !poolOf.includes(pool))) {
    problems.error('E1103', at, `there is no instance group for NodePool ${name}`);
  }
  groups.forEach(({ name, spot }, index) => {
    const isMixed = spot !== undefined && (spot.onDemandBase > 0 || spot.onDemandPercentAboveBase > 0);
    if (!isMixed || poolOf[index] === null) return;
    const hint = 'make two groups, one of each, and let Karpenter choose';
    problems.error(
      'E1103',
      path,
      `instance group ${name} buys both Spot and On-Demand; Karpenter launches one or the other`,
      { hint },
    );
  });
}

function checkPriorities(
  { priorities, expanders }: ClusterAutoscalerSettings,
  path: Path,
  resolving: Resolving,
): void {
  const { problems } = resolving;
  priorities.forEach(({ groups }, index) => {
    for (const text of groups) {
      try {
        new RegExp(text, 'u');
      } catch {
        problems.error('E1103', [...path, index, 'groups'], `'${text}' is no regular expression`);
      }
    }
  });
  const isAsked = expanders.includes('priority');
  if (isAsked === priorities.length > 0) return;
  const message = isAsked
    ? 'the expander priority needs priorities'
    : 'priorities are for the expander priority, which is not chosen';
  problems.error('E1103', path, message);
}
