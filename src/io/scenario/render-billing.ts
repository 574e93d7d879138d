import type {
  BillingPlan,
  FargateTasks,
  GroupBilling,
  RegistryPlan,
  TaskTraffic,
} from '../../model/billing-plan.ts';
import { GIB, MIB, formatBytes, formatCpuMilli, formatDurationMs, formatPriceE10 } from '../../units.ts';
import { formatInstant } from './instant.ts';
import type { ScenarioInput } from './scenario-schema.ts';

type BillingSection = NonNullable<ScenarioInput['billing']>;

/** The billing section with nothing left to a default. */
export function renderBilling(plan: BillingPlan): BillingSection {
  const { monitoring, eksSupport, selfRun, savingsPlanRates } = plan;
  const { logRetentionDays, scannedBytes, ...counts } = monitoring;
  return {
    prices: Object.fromEntries([...plan.prices].map(([key, tiers]) => [key, renderPrice(tiers)])),
    rules: { ...plan.rules },
    instances: Object.fromEntries([...plan.groups].map(([name, group]) => [name, renderGroup(group)])),
    reservedInstances: plan.reservedInstances.map(
      ({ upfrontE10, hourlyE10, startEpochMs, zone, ...rest }) => ({
        ...rest,
        ...(zone !== null && { zone }),
        upfront: formatPriceE10(upfrontE10),
        hourly: formatPriceE10(hourlyE10),
        since: formatInstant(startEpochMs),
      }),
    ),
    savingsPlans: plan.savingsPlans.map(({ name, family, commitmentE10PerHour, years, startEpochMs }) => ({
      name,
      ...(family !== null && { family }),
      commitment: formatPriceE10(commitmentE10PerHour),
      years,
      since: formatInstant(startEpochMs),
    })),
    savingsPlanRates: {
      ec2: savingsPlanRates.ec2Millionths / 1e6,
      compute: savingsPlanRates.computeMillionths / 1e6,
    },
    capacityReservations: plan.capacityReservations.map((one) => ({ ...one })),
    volumes: plan.volumes.map(({ sizeGiB, iops, throughputMiBps, ...rest }) => ({
      ...rest,
      size: formatBytes(sizeGiB * GIB),
      ...(iops !== null && { iops }),
      ...(throughputMiBps !== null && { throughput: throughputMiBps }),
    })),
    snapshots: plan.snapshots.map(({ name, sizeGiB }) => ({ name, size: formatBytes(sizeGiB * GIB) })),
    fargate: plan.fargate.map(renderFargate),
    loadBalancers: Object.fromEntries(
      [...plan.loadBalancers].map(([name, { isPublic, bytes, ...rest }]) => {
        return [name, { public: isPublic, ...rest, data: formatBytes(bytes) }];
      }),
    ),
    natGateways: [...plan.natZones],
    traffic: Object.fromEntries([...plan.traffic].map(([name, one]) => [name, renderTraffic(one)])),
    ...(plan.registry !== null && { registry: renderRegistry(plan.registry) }),
    monitoring: {
      ...counts,
      ...(logRetentionDays !== null && { logRetentionDays }),
      scanned: formatBytes(scannedBytes),
    },
    ...(eksSupport !== null && {
      eks: {
        version: eksSupport.version,
        standardUntil: formatInstant(eksSupport.standardUntilEpochMs),
        extendedUntil: formatInstant(eksSupport.extendedUntilEpochMs),
      },
    }),
    ...(selfRun !== null && {
      selfRunControlPlane: {
        type: selfRun.type,
        zones: [...selfRun.zones],
        root: formatBytes(selfRun.rootGiB * GIB),
        etcd: formatBytes(selfRun.etcdGiB * GIB),
      },
    }),
  };
}

function renderPrice(tiers: BillingPlan['prices'] extends ReadonlyMap<string, infer Tiers> ? Tiers : never) {
  const [first, ...rest] = tiers;
  if (first !== undefined && rest.length === 0) return formatPriceE10(first.priceE10);
  return tiers.map(({ upTo, priceE10 }) => {
    return { ...(upTo !== null && { upTo }), price: formatPriceE10(priceE10) };
  });
}

function renderGroup({ softwareE10PerHour, cpuUseMillionths, ...rest }: GroupBilling) {
  return {
    ...rest,
    ...(softwareE10PerHour !== null && { software: formatPriceE10(softwareE10PerHour) }),
    ...(cpuUseMillionths !== null && { cpuUse: cpuUseMillionths / 1e6 }),
  };
}

function renderFargate(tasks: FargateTasks) {
  const { cpuMilli, memoryMiB, isSpot, ephemeralGiB, zones, runsOn, fromMs, toMs, ...rest } = tasks;
  return {
    ...rest,
    cpu: formatCpuMilli(cpuMilli),
    memory: formatBytes(memoryMiB * MIB),
    spot: isSpot,
    ephemeral: formatBytes(ephemeralGiB * GIB),
    ...(zones !== null && { zones: [...zones] }),
    ...(runsOn !== null && { runsOn: [...runsOn] }),
    from: formatDurationMs(fromMs),
    ...(toMs !== null && { to: formatDurationMs(toMs) }),
  };
}

function renderTraffic({ internetBytes, betweenTasksBytes, natBytes, logBytes }: TaskTraffic) {
  return {
    internet: formatBytes(internetBytes),
    betweenTasks: formatBytes(betweenTasksBytes),
    nat: formatBytes(natBytes),
    logs: formatBytes(logBytes),
  };
}

function renderRegistry(registry: RegistryPlan) {
  const { versions, visibility, pushEveryMs, lifecycle, pullsThroughNat } = registry;
  return {
    versions,
    visibility,
    ...(pushEveryMs !== undefined && { pushEvery: formatDurationMs(pushEveryMs) }),
    ...(lifecycle !== undefined && { lifecycle: { ...lifecycle } }),
    pulls: pullsThroughNat === true ? ('nat' as const) : ('free' as const),
  };
}
