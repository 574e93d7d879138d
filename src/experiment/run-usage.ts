import type { BilledInstance, BillInput } from '../billing/bill.ts';
import { SELF_RUN_PREFIX } from '../billing/bill-tree.ts';
import { fraction, fromE10, whole } from '../billing/money.ts';
import { addressId, CONTROL_PLANE_ID } from '../billing/run-record.ts';
import type { BillRules, Usage, VolumeUse } from '../billing/usage.ts';
import { assert } from '../errors.ts';
import type { BillingPlan } from '../model/billing-plan.ts';
import { EKS_VERSIONS } from '../model/eks-versions.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';
import { FARGATE_DIMENSIONS, statedFargate } from './stated-fargate.ts';
import { repositoriesOf } from './stored-images.ts';
import { loadBalancer, logGroups, natGateways, transfers } from './stated-traffic.ts';

/** What of a run the stated amounts are multiplied with. */
export interface TaskFacts {
  /** By service, job or trace: ∫ tasks that hold a place, in task-milliseconds. */
  readonly heldMs: ReadonlyMap<string, bigint>;
  /** The same by zone; weights are enough. */
  readonly heldByZone: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** Bytes of images that instances pulled; 0 where the platform knows no pulls. */
  readonly pulledBytes: bigint;
}

/** The control plane has a version from then on. */
export interface UpgradeFact {
  readonly atMs: number;
  /** null: as before, as far as the bill knows. */
  readonly version: string | null;
}

export interface UsageFacts extends TaskFacts {
  readonly upgrades?: readonly UpgradeFact[];
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly endMs: number;
  /** Zones of the platform's fleet. */
  readonly zones: readonly string[];
  readonly instances: readonly Pick<
    BilledInstance,
    'id' | 'groupName' | 'zone' | 'runningFromMs' | 'endMs'
  >[];
}

/** Dimensions whose quantities are stated amounts, not simulated ones. */
export const STATED_DIMENSIONS: ReadonlySet<string> = new Set([
  'alb:lcu',
  'nlb:nlcu',
  'clb:gb',
  'nat:gb',
  'transfer:az-out',
  'transfer:az-in',
  'transfer:internet-out',
  'logs:ingest',
  'logs:store',
  'logs:scan',
  'ecr:private-storage',
  'ecr:public-storage',
  'ec2:credits',
  ...FARGATE_DIMENSIONS,
]);

/**
 * What the billing section of a plan adds to the bill of a run: standing resources, commitments, and traffic as
 * stated for each hour that a task holds its place. Everything is in use from the start of the run to its end.
 */
export function billingUsage(
  facts: UsageFacts,
  billing: BillingPlan,
): Pick<BillInput, 'other' | 'rules' | 'assumed'> {
  const { plan, endMs } = facts;
  const { startEpochMs } = plan;
  const span = { startMs: startEpochMs, endMs: startEpochMs + endMs };
  const place = { region: plan.region, ...span };
  const { monitoring } = billing;
  const stated = (kind: 'metric' | 'alarm-standard' | 'alarm-high' | 'dashboard', count: number) =>
    count === 0 ? [] : [{ ...place, id: `cloudwatch/${kind}`, kind, count }];
  const selfRun = selfRunControlPlane(facts, billing);
  const other: Usage = {
    ...commitments(facts, billing),
    ...statedFargate(facts, billing),
    instances: selfRun.instances ?? [],
    volumes: [
      ...(selfRun.volumes ?? []),
      ...billing.volumes.map(({ name, iops, throughputMiBps, ...volume }) => ({
        ...place,
        ...volume,
        id: `volume/${name}`,
        ...(iops !== null && { iops }),
        ...(throughputMiBps !== null && { throughputMiBps }),
      })),
    ],
    snapshotSets: billing.snapshots.map(({ name, sizeGiB }) => ({
      id: `snapshot/${name}`,
      region: plan.region,
      chunkGiB: new Map([['blocks', sizeGiB]]),
      snapshots: [{ ...span, chunks: ['blocks'] }],
    })),
    loadBalancers: [...billing.loadBalancers].flatMap(([name, one]) => loadBalancer(facts, name, one) ?? []),
    addresses: facts.instances.flatMap(({ id, groupName, zone, runningFromMs, endMs: goneMs }) => {
      if (!billing.groups.get(groupName)?.publicAddress) return [];
      const life = { startMs: startEpochMs + runningFromMs, endMs: startEpochMs + goneMs };
      return [{ id: addressId(id), region: plan.region, zone, ...life }];
    }),
    natGateways: natGateways(facts, billing),
    transfers: transfers(facts, billing),
    eksClusters: eksCluster(facts, billing),
    repositories: billing.registry === null ? [] : repositoriesOf(plan, endMs, billing.registry),
    cloudwatch: [
      ...stated('metric', monitoring.metrics),
      ...stated('alarm-standard', monitoring.alarms),
      ...stated('alarm-high', monitoring.highResolutionAlarms),
      ...stated('dashboard', monitoring.dashboards),
    ],
    logGroups: logGroups(facts, billing),
  };
  const { era, eksHours, sharing, internetFreeGb } = billing.rules;
  const support = billing.eksSupport;
  const eksSupport: BillRules['eksSupport'] = new Map([
    ...(facts.upgrades ?? []).flatMap(({ version }) =>
      version === null ? [] : [[version, supportOf(version)] as const],
    ),
    ...(support === null
      ? []
      : ([
          [
            support.version,
            { standardUntilMs: support.standardUntilEpochMs, extendedUntilMs: support.extendedUntilEpochMs },
          ],
        ] as const)),
  ]);
  const rules = { era, eksHours, sharing, internetFreeGb: whole(internetFreeGb), eksSupport };
  return { other, rules, assumed: STATED_DIMENSIONS };
}

/** Terms of the instances of a group on a platform. */
export function instanceTerms(
  platform: PlatformPlan,
  billing: BillingPlan,
  groupName: string,
): BilledInstance['terms'] {
  const group = billing.groups.get(groupName);
  if (group === undefined) return undefined;
  const { softwareE10PerHour, cpuUseMillionths, eksAutoMode, ecsManaged, detailedMonitoring } = group;
  return {
    platform: group.platform,
    tenancy: group.tenancy,
    detailedMonitoring,
    eksAutoMode: eksAutoMode && platform.kind === 'kubernetes' && platform.controlPlane === 'eks',
    ecsManaged: ecsManaged && platform.kind === 'ecs',
    ...(softwareE10PerHour !== null && { softwarePerHour: fromE10(softwareE10PerHour) }),
    ...(cpuUseMillionths !== null && { cpuUse: fraction(BigInt(cpuUseMillionths), 1_000_000n) }),
  };
}

function commitments({ plan, endMs }: UsageFacts, billing: BillingPlan): Usage {
  const { region, startEpochMs } = plan;
  return {
    reservedInstances: billing.reservedInstances.map(
      ({ name, upfrontE10, hourlyE10, startEpochMs: startMs, ...one }) => {
        return {
          ...one,
          region,
          id: `reserved/${name}`,
          upfront: fromE10(upfrontE10),
          hourly: fromE10(hourlyE10),
          startMs,
        };
      },
    ),
    savingsPlans: billing.savingsPlans.map(
      ({ name, family, commitmentE10PerHour, years, startEpochMs: startMs }) => {
        const common = { id: `savings/${name}`, commitment: fromE10(commitmentE10PerHour), years, startMs };
        return family === null ? { ...common, kind: 'compute' } : { ...common, kind: 'ec2', region, family };
      },
    ),
    capacityReservations: billing.capacityReservations.map(({ name, ...one }) => {
      return { ...one, id: `capacity/${name}`, region, startMs: startEpochMs, endMs: startEpochMs + endMs };
    }),
  };
}

/** As listed. */
function supportOf(version: string): { readonly standardUntilMs: number; readonly extendedUntilMs: number } {
  const listed = EKS_VERSIONS.get(version);
  assert(listed !== undefined, 'an upgrade to a version without support dates');
  const midnight = (day: string) => Date.parse(`${day}T00:00:00Z`);
  return { standardUntilMs: midnight(listed.standardUntil), extendedUntilMs: midnight(listed.extendedUntil) };
}

function eksCluster(
  { plan, platform, endMs, upgrades = [] }: UsageFacts,
  billing: BillingPlan,
): NonNullable<Usage['eksClusters']> {
  const isEks = platform.kind === 'kubernetes' && platform.controlPlane === 'eks';
  if (!isEks || billing.eksSupport === null) return [];
  const startMs = plan.startEpochMs;
  const versions = [
    { fromMs: startMs, version: billing.eksSupport.version },
    ...upgrades.flatMap(({ atMs, version }) =>
      version === null ? [] : [{ fromMs: startMs + atMs, version }],
    ),
  ];
  return [{ id: CONTROL_PLANE_ID, region: plan.region, startMs, endMs: startMs + endMs, versions }];
}

function selfRunControlPlane({ plan, platform, endMs }: UsageFacts, { selfRun }: BillingPlan): Usage {
  const runsIt = platform.kind === 'kubernetes' && platform.controlPlane === 'none';
  if (!runsIt || selfRun === null) return {};
  const { region, startEpochMs } = plan;
  const span = { startMs: startEpochMs, endMs: startEpochMs + endMs };
  const { type, zones, rootGiB, etcdGiB } = selfRun;
  const common = { platform: 'linux', tenancy: 'default', option: 'od' } as const;
  const ids = zones.map((zone, index) => ({ id: `${SELF_RUN_PREFIX}${index + 1}`, region, zone }));
  const volume = (name: string, sizeGiB: number) =>
    ids.map(
      ({ id, ...place }): VolumeUse => ({ ...place, ...span, id: `${id}/${name}`, type: 'gp3', sizeGiB }),
    );
  return {
    instances: ids.map((one) => ({ ...one, ...common, type, visits: [{ ...span, endedBy: 'user' }] })),
    volumes: [...volume('root', rootGiB), ...volume('etcd-main', etcdGiB), ...volume('etcd-events', etcdGiB)],
  };
}
