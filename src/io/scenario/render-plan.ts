import { stringify } from 'yaml';
import type { InstanceType } from '../../model/instance-type.ts';
import type { FleetGroup, Plan, PlatformPlan, RootVolume } from '../../model/plan.ts';
import { formatBytes, formatCpuMilli, formatDurationMs, formatPriceE10, GIB, MIB } from '../../units.ts';
import { formatInstant } from './instant.ts';
import { renderBilling } from './render-billing.ts';
import { renderDistribution } from './render-distribution.ts';
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
    templates: renderTemplates(plan.workload),
    workload: renderWorkload(plan.workload),
    platforms: plan.platforms.map(renderPlatform),
    ...(plan.billing !== undefined && { billing: renderBilling(plan.billing) }),
    checks: plan.checks.map(({ text }) => text),
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
    ...(isListed
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
    queue: platform.queue,
    autoscaler:
      autoscaler.kind === 'none'
        ? ('none' as const)
        : {
            kind: autoscaler.kind,
            interval: formatDurationMs(autoscaler.intervalMs),
            idle: formatDurationMs(autoscaler.idleMs),
          },
  };
  switch (platform.kind) {
    case 'ecs':
      return {
        kind: 'ecs',
        ...common,
        ...options,
        reservedMemory: mebibytes(platform.reservedMemoryMiB),
        ...(platform.drainsOnNotice !== undefined && { spotDraining: platform.drainsOnNotice }),
        awsvpcTrunking: platform.awsvpcTrunking,
      };
    case 'kubernetes': {
      const { cpuMilli, memoryBytes, pods } = platform.daemons;
      const daemons = { cpu: formatCpuMilli(cpuMilli), memory: formatBytes(memoryBytes), pods };
      return {
        kind: 'kubernetes',
        ...common,
        ...options,
        version: platform.version,
        ...(platform.drainsOnNotice !== undefined && { terminationHandler: platform.drainsOnNotice }),
        controlPlane: platform.controlPlane,
        daemons,
      };
    }
    case 'bare':
      return {
        kind: 'bare',
        ...common,
        scheduler:
          scheduler.plugin === null
            ? { name: scheduler.name, ...options }
            : { use: scheduler.plugin, ...options },
      };
  }
}

function mebibytes(amount: number): string {
  return formatBytes(amount * MIB);
}
