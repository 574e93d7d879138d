import { stringify } from 'yaml';
import { assert } from '../../errors.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import type {
  FleetGroup,
  NodeManifests,
  Plan,
  PlatformPlan,
  RegisteredInstance,
  RootVolume,
  SimpleQueue,
} from '../../model/plan.ts';
import { formatBytes, formatCpuMilli, formatDurationMs, formatPriceE10, GIB, MIB } from '../../units.ts';
import { formatInstant } from './instant.ts';
import { renderClusterAutoscaler, renderKarpenter } from './render-autoscaler.ts';
import { renderKubelet } from './render-kubelet.ts';
import { renderControllers } from './render-kubernetes.ts';
import { formatRatePerHour } from './rates.ts';
import { renderBilling } from './render-billing.ts';
import { renderControlPlane, renderUpgrades } from './render-control-plane.ts';
import { renderDistribution } from './render-distribution.ts';
import {
  renderEcsServices,
  renderFargate,
  renderManagedScaling,
  renderStartTask,
  renderTaskLife,
} from './render-ecs.ts';
import { renderEvents } from './render-services.ts';
import { renderSlo } from './slo.ts';
import { renderPurchase, renderSpotMarket } from './render-spot.ts';
import { renderTemplates, renderWorkload } from './render-workload.ts';
import type { ScenarioInput } from './scenario-schema.ts';

/**
 * The plan as a scenario, with nothing left to a default: types with prices and every derived figure, copies
 * written out, node lists as instances, digests of all files. Its plan is the same plan, with the same hash.
 */
export function renderPlan(plan: Plan): ScenarioInput {
  return {
    version: 1,
    name: plan.name,
    description: plan.description,
    seed: plan.seed,
    start: formatInstant(plan.startEpochMs),
    horizon: formatDurationMs(plan.horizonMs),
    region: plan.region,
    catalogue: { ...plan.catalogue },
    ...(plan.prices !== undefined && { prices: { ...plan.prices } }),
    ...(plan.spot !== undefined && { spot: renderSpotMarket(plan.spot) }),
    types: plan.types.map(renderType),
    fleet: plan.fleet.map(renderGroup),
    templates: renderTemplates(plan.workload, plan.events),
    workload: renderWorkload(plan.workload),
    platforms: plan.platforms.map(renderPlatform),
    ...(plan.billing !== undefined && { billing: renderBilling(plan.billing) }),
    checks: plan.checks.map(({ text }) => text),
    ...(plan.metrics !== undefined && { metrics: [...plan.metrics] }),
    ...(plan.slo !== undefined && { slo: renderSlo(plan.slo) }),
    ...(plan.events !== undefined && { events: renderEvents(plan.events) }),
  };
}

/** `renderPlan` as YAML text. */
export function renderPlanYaml(plan: Plan): string {
  // The file may be longer than the plan thinks worth sharing: aliases would hide what is what.
  return stringify(renderPlan(plan), { aliasDuplicateObjects: false, lineWidth: 110 });
}

type FleetInput = NonNullable<ScenarioInput['fleet']>[number];
type TypeInput = NonNullable<ScenarioInput['types']>[number];
type PlatformInput = ScenarioInput['platforms'][number];

function renderType(type: InstanceType): TypeInput {
  const { name, vcpus, architecture, gpus, maxEnis, ipv4PerEni, maxPods, awsvpcTasks, eksAllocatable } = type;
  return {
    name,
    vcpus,
    memory: mebibytes(type.memoryMiB),
    architecture,
    ...(gpus !== null && { gpu: { ...gpus } }),
    price: formatPriceE10(type.priceE10PerHour),
    maxEnis,
    ipv4PerEni,
    maxPods,
    awsvpcTasks: { ...awsvpcTasks },
    linuxMemory: mebibytes(type.linuxMemoryMiB),
    eksAllocatable: {
      cpu: formatCpuMilli(eksAllocatable.cpuMilli),
      memory: mebibytes(eksAllocatable.memoryMiB),
    },
  };
}

function renderGroup(group: FleetGroup): FleetInput {
  const isListed = group.instances.length > 0;
  return {
    name: group.name,
    ...(group.nodes !== undefined
      ? renderNodes(group.nodes)
      : group.containerInstances !== undefined
        ? { containerInstances: group.containerInstances.map((each, index) => described(group, each, index)) }
        : isListed
          ? { instances: group.instances.map((instance) => ({ ...instance })) }
          : { type: [...group.types], zones: [...group.zones], size: { ...group.size } }),
    launch: renderDistribution(group.launch),
    boot: renderDistribution(group.boot),
    volume: renderVolume(group.rootVolume),
    labels: Object.fromEntries(group.labels),
    taints: group.taints.map((taint) => ({ ...taint })),
    extended: Object.fromEntries(group.extended),
    purchase: group.spot === undefined ? 'on-demand' : renderPurchase(group.spot),
  };
}

/** Whole objects: a plan reads no files. */
function renderNodes({ objects, priceE10PerHour }: NodeManifests): Pick<FleetInput, 'nodes' | 'price'> {
  return {
    nodes: objects.map((object) => ({ ...object })),
    ...(priceE10PerHour !== null && { price: formatPriceE10(priceE10PerHour) }),
  };
}

/** As ECS would describe it. */
function described(
  { instances }: FleetGroup,
  { ec2InstanceId, cpu, memoryMiB, gpus, attributes }: RegisteredInstance,
  index: number,
) {
  const devices = Array.from({ length: gpus }, (_, device) => String(device));
  return {
    containerInstanceArn: instances[index]!.name,
    ec2InstanceId,
    status: 'ACTIVE',
    agentConnected: true,
    registeredResources: [
      { name: 'CPU', type: 'INTEGER', integerValue: cpu },
      { name: 'MEMORY', type: 'INTEGER', integerValue: memoryMiB },
      { name: 'GPU', type: 'STRINGSET', stringSetValue: devices },
    ],
    attributes: attributes.map((attribute) => ({ ...attribute })),
  };
}

/** The performance of gp2 follows from its size and cannot be said. */
function renderVolume({
  type,
  sizeGiB,
  iops,
  throughputMiBps,
}: RootVolume): NonNullable<FleetInput['volume']> {
  const size = formatBytes(sizeGiB * GIB);
  return type === 'gp2' ? { type, size } : { type, size, iops, throughput: throughputMiBps };
}

function renderPlatform(platform: PlatformPlan): PlatformInput {
  const { autoscaler, scheduler } = platform;
  const options = scheduler.options as object;
  const common = {
    name: platform.name,
    ...(platform.fleet !== null && { fleet: platform.fleet.map(renderGroup) }),
  };
  const plain =
    autoscaler.kind === 'demand'
      ? {
          kind: autoscaler.kind,
          interval: formatDurationMs(autoscaler.intervalMs),
          idle: formatDurationMs(autoscaler.idleMs),
        }
      : ('none' as const);
  switch (platform.kind) {
    case 'ecs':
      return {
        kind: 'ecs',
        ...common,
        queue: renderSimpleQueue(platform.queue),
        ...options,
        reservedMemory: mebibytes(platform.reservedMemoryMiB),
        ...(platform.drainsOnNotice !== undefined && { spotDraining: platform.drainsOnNotice }),
        awsvpcTrunking: platform.awsvpcTrunking,
        autoscaler: autoscaler.kind === 'managed-scaling' ? renderManagedScaling(autoscaler) : plain,
        ...(platform.services !== undefined && { services: renderEcsServices(platform.services) }),
        ...(platform.runTask !== undefined && {
          runTask: {
            unplaced: 'fail' as const,
            retries: platform.runTask.retries,
            retryDelay: formatDurationMs(platform.runTask.retryDelayMs),
          },
        }),
        ...(platform.startTask !== undefined && { startTask: renderStartTask(platform.startTask) }),
        ...(platform.apiRates !== undefined && { apiRates: { ...platform.apiRates } }),
        ...(platform.quotas !== undefined && { quotas: { ...platform.quotas } }),
        ...(platform.fargate !== undefined && { fargate: renderFargate(platform.fargate) }),
        ...(platform.agentLosses !== undefined && {
          agentLosses: {
            rate: formatRatePerHour(platform.agentLosses.perHour),
            lasting: renderDistribution(platform.agentLosses.lasting),
          },
        }),
        ...(platform.taskLife !== undefined && { taskLife: renderTaskLife(platform.taskLife) }),
      };
    case 'kubernetes': {
      const { cpuMilli, memoryBytes, pods } = platform.daemons;
      const daemons = { cpu: formatCpuMilli(cpuMilli), memory: formatBytes(memoryBytes), pods };
      return {
        kind: 'kubernetes',
        ...common,
        queue: renderQueue(platform.queue),
        ...options,
        autoscaler: renderKubernetesScaler(autoscaler) ?? plain,
        version: platform.version,
        ...(platform.drainsOnNotice !== undefined && { terminationHandler: platform.drainsOnNotice }),
        controlPlane: renderControlPlane(platform.controlPlane),
        ...(platform.upgrades !== undefined && { upgrades: renderUpgrades(platform.upgrades) }),
        daemons,
        ...(platform.kubelet !== undefined && { kubelet: renderKubelet(platform.kubelet) }),
        ...(platform.controllers !== undefined && { controllers: renderControllers(platform.controllers) }),
      };
    }
    case 'bare':
      return {
        kind: 'bare',
        ...common,
        queue: renderSimpleQueue(platform.queue),
        autoscaler: plain,
        scheduler:
          scheduler.plugin === null
            ? { name: scheduler.name, ...options }
            : { use: scheduler.plugin, ...options },
      };
  }
}

function renderKubernetesScaler(autoscaler: PlatformPlan['autoscaler']) {
  if (autoscaler.kind === 'karpenter') return renderKarpenter(autoscaler);
  return autoscaler.kind === 'cluster-autoscaler' ? renderClusterAutoscaler(autoscaler) : undefined;
}

function renderQueue(queue: PlatformPlan['queue']) {
  if (typeof queue === 'string') return queue;
  const { kind, cycleMs, bindMs, graceMs } = queue;
  const [cycle, bind, grace] = [cycleMs, bindMs, graceMs].map(formatDurationMs);
  return { kind, cycle: cycle!, bind: bind!, grace: grace! };
}

function renderSimpleQueue(queue: PlatformPlan['queue']): SimpleQueue {
  assert(typeof queue === 'string', "kube-scheduler's queue is on Kubernetes alone");
  return queue;
}

function mebibytes(amount: number): string {
  return formatBytes(amount * MIB);
}
