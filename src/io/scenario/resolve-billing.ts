import { assert } from '../../errors.ts';
import type {
  RegistryPlan,
  BillingPlan,
  GroupBilling,
  LoadBalancerBilling,
  ReservedInstancePlan,
  SavingsPlanPlan,
  StandingVolume,
  TaskTraffic,
} from '../../model/billing-plan.ts';
import { volumeProblem } from '../../model/ebs-volume.ts';
import { EKS_VERSIONS } from '../../model/eks-versions.ts';
import { type ListPrice, isPriceKey } from '../../model/price-list.ts';
import { GIB, HOUR, parsePriceE10 } from '../../units.ts';
import { BillingNames, type Named } from './billing-names.ts';
import type { BillingInput } from './billing-schema.ts';
import { parseInstant } from './instant.ts';
import type { Path } from './locate.ts';
import { parseShare } from './rates.ts';
import { durationMs } from './resolve-distribution.ts';
import { resolveFargate } from './resolve-fargate.ts';
import { bytes, type TypeBook } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';

/**
 * Median effective price of a regional standard Reserved Instance, no upfront, over the On-Demand price: 964 rows of
 * the AWS price list of 2017-11-12 (vantage-sh/ec2instances.info @ 94e1f006, www/instances.json). In thousandths.
 */
const RESERVED_THOUSANDTHS = { 1: 672n, 3: 455n } as const;

/** The billing section; names that do not exist are reported. Undefined when there is no section. */
export function resolveBilling(plan: Named, book: TypeBook, resolving: Resolving): BillingPlan | undefined {
  const input = resolving.sections.head.billing;
  if (input === undefined) return undefined;
  const checks = new BillingNames(plan, resolving);
  const millionths = (share: string | number) => Math.round(parseShare(share)! * 1e6);
  const { monitoring, registry, rules, savingsPlanRates, selfRunControlPlane: selfRun } = input;
  for (const [index, zone] of (selfRun?.zones ?? []).entries()) {
    checks.zone(zone, ['selfRunControlPlane', 'zones', index]);
  }
  if (selfRun !== undefined) book.lookUp(selfRun.type, ['billing', 'selfRunControlPlane', 'type']);
  for (const [index, zone] of input.natGateways.entries()) checks.zone(zone, ['natGateways', index]);
  checkNat(input, resolving);
  return {
    prices: resolvePrices(input.prices, resolving),
    rules: { ...rules },
    groups: new Map(
      Object.entries(input.instances).map(([name, group]) => [checks.group(name), groupOf(group)]),
    ),
    reservedInstances: input.reservedInstances.flatMap((one, index) => {
      return reservedInstanceOf(one, ['billing', 'reservedInstances', index], { plan, book, checks }) ?? [];
    }),
    savingsPlans: input.savingsPlans.map((one, index) =>
      savingsPlanOf(one, ['billing', 'savingsPlans', index], plan, resolving),
    ),
    savingsPlanRates: {
      ec2Millionths: millionths(savingsPlanRates.ec2),
      computeMillionths: millionths(savingsPlanRates.compute),
    },
    capacityReservations: input.capacityReservations.map((one, index) => {
      checks.zone(one.zone, ['capacityReservations', index, 'zone']);
      book.lookUp(one.type, ['billing', 'capacityReservations', index, 'type']);
      return { ...one };
    }),
    volumes: input.volumes.map((one, index) => volumeOf(one, ['volumes', index], checks, resolving)),
    snapshots: input.snapshots.map(({ name, size }, index) => {
      return { name, sizeGiB: wholeGiB(size, ['billing', 'snapshots', index, 'size'], resolving) };
    }),
    fargate: resolveFargate(input.fargate, plan, checks, resolving),
    loadBalancers: new Map(
      Object.entries(input.loadBalancers).map(([name, one]) => [
        checks.loadBalancer(name),
        loadBalancerOf(one),
      ]),
    ),
    natZones: input.natGateways,
    traffic: new Map(
      Object.entries(input.traffic).map(([name, one]) => [checks.taskGroup(name), trafficOf(one)]),
    ),
    registry: registry === undefined ? null : resolveRegistry(registry, input.natGateways, resolving),
    monitoring: {
      ...monitoring,
      logRetentionDays: monitoring.logRetentionDays ?? null,
      scannedBytes: bytes(monitoring.scanned),
    },
    eksSupport: eksSupportOf(input.eks, resolving),
    selfRun: selfRun
      ? {
          type: selfRun.type,
          zones: selfRun.zones,
          rootGiB: wholeGiB(selfRun.root, ['billing', 'selfRunControlPlane', 'root'], resolving),
          etcdGiB: wholeGiB(selfRun.etcd, ['billing', 'selfRunControlPlane', 'etcd'], resolving),
        }
      : null,
  };
}

/** Pulls through a NAT gateway that is not there are reported (E1103). */
function resolveRegistry(
  { pushEvery, pulls, lifecycle, ...registry }: NonNullable<BillingInput['registry']>,
  natZones: readonly string[],
  { problems }: Resolving,
): RegistryPlan {
  if (pulls === 'nat' && natZones.length === 0) {
    const hint = 'natGateways: [us-east-1a]';
    const message = 'pulls pass a NAT gateway, and there is none';
    problems.error('E1103', ['billing', 'registry', 'pulls'], message, { hint });
  }
  return {
    ...registry,
    ...(lifecycle !== undefined && { lifecycle }),
    ...(pushEvery !== undefined && { pushEveryMs: durationMs(pushEvery) }),
    ...(pulls === 'nat' && { pullsThroughNat: true as const }),
  };
}

/** Bytes through a NAT gateway need one. */
function checkNat({ natGateways, traffic }: BillingInput, { problems }: Resolving): void {
  if (natGateways.length > 0) return;
  for (const [name, { nat }] of Object.entries(traffic)) {
    if (bytes(nat) === 0) continue;
    const hint = 'natGateways lists the zones that have one';
    problems.error('E1103', ['billing', 'traffic', name, 'nat'], 'there is no NAT gateway for this traffic', {
      hint,
    });
  }
}

function resolvePrices(
  input: BillingInput['prices'],
  { problems, sections }: Resolving,
): BillingPlan['prices'] {
  const { region } = sections.head;
  const prices = new Map<string, ListPrice>();
  for (const [key, value] of Object.entries(input)) {
    const path = ['billing', 'prices', key];
    if (!isPriceKey(key)) {
      const hint = 'keys look like nat/us-east-1/hour or ec2/us-east-1/m5.large/rhel/default';
      problems.error('E1204', path, `no bill asks for a price "${key}"`, { hint });
    }
    if (isPriceKey(key) && key.includes('/') && !key.split('/').includes(region)) {
      problems.error('E1103', path, `price "${key}" is of another region than ${region}`);
    }
    const tiers = Array.isArray(value) ? value : [{ price: value }];
    const bounds = tiers.map((tier) => ('upTo' in tier ? (tier.upTo ?? null) : null));
    const isRising = bounds.every((bound, index) =>
      index === bounds.length - 1 ? bound === null : bound !== null && bound > (bounds[index - 1] ?? 0),
    );
    if (!isRising)
      problems.error('E1103', path, `the bounds of price "${key}" do not rise to a last tier without one`);
    prices.set(
      key,
      tiers.map(({ price }, index) => ({ upTo: bounds[index]!, priceE10: priceOf(price) })),
    );
  }
  return prices;
}

function priceOf(text: string | number): bigint {
  const price = parsePriceE10(text);
  assert(price !== undefined, 'the schema accepts only prices that can be read');
  return price;
}

function groupOf(input: BillingInput['instances'][string]): GroupBilling {
  const { software, cpuUse, ...rest } = input;
  return {
    ...rest,
    softwareE10PerHour: software === undefined ? null : priceOf(software),
    cpuUseMillionths: cpuUse === undefined ? null : Math.round(parseShare(cpuUse)! * 1e6),
  };
}

function reservedInstanceOf(
  input: BillingInput['reservedInstances'][number],
  path: Path,
  { plan, book, checks }: { readonly plan: Named; readonly book: TypeBook; readonly checks: BillingNames },
): ReservedInstancePlan | undefined {
  const { since, upfront, hourly, zone, ...rest } = input;
  const type = book.lookUp(input.type, [...path, 'type']);
  if (zone !== undefined) checks.zone(zone, [...path.slice(1), 'zone']);
  if (type === undefined) return undefined;
  return {
    ...rest,
    zone: zone ?? null,
    upfrontE10: priceOf(upfront),
    hourlyE10:
      hourly === undefined
        ? (type.priceE10PerHour * RESERVED_THOUSANDTHS[input.years]) / 1000n
        : priceOf(hourly),
    startEpochMs: termStart(since, plan),
  };
}

function termStart(since: string | undefined, { startEpochMs }: Named): number {
  return since === undefined ? Math.floor(startEpochMs / HOUR) * HOUR : parseInstant(since)!;
}

function savingsPlanOf(
  input: BillingInput['savingsPlans'][number],
  path: Path,
  plan: Named,
  { problems }: Resolving,
): SavingsPlanPlan {
  const { name, family, commitment, years, since } = input;
  const startEpochMs = termStart(since, plan);
  if (startEpochMs % HOUR !== 0)
    problems.error('E1103', [...path, 'since'], 'a term begins on a full hour, UTC');
  return { name, family: family ?? null, commitmentE10PerHour: priceOf(commitment), years, startEpochMs };
}

function volumeOf(
  input: BillingInput['volumes'][number],
  path: Path,
  checks: BillingNames,
  resolving: Resolving,
): StandingVolume {
  const { name, type, iops, throughput } = input;
  const zone = checks.zone(input.zone, [...path, 'zone']);
  const sizeGiB = wholeGiB(input.size, ['billing', ...path, 'size'], resolving);
  const problem = volumeProblem({ type, sizeGiB, iops, throughputMiBps: throughput });
  if (problem !== undefined)
    resolving.problems.error('E1103', ['billing', ...path], `volume "${name}": ${problem}`);
  return { name, zone, type, sizeGiB, iops: iops ?? null, throughputMiBps: throughput ?? null };
}

function wholeGiB(size: string | number, path: Path, { problems }: Resolving): number {
  const sizeGiB = bytes(size) / GIB;
  if (Number.isInteger(sizeGiB) && sizeGiB >= 1) return sizeGiB;
  problems.error('E1103', path, 'the size must be whole GiB');
  return 1;
}

function loadBalancerOf(input: BillingInput['loadBalancers'][string]): LoadBalancerBilling {
  const { public: isPublic, data, ...rest } = input;
  return { isPublic, ...rest, bytes: bytes(data) };
}

function trafficOf({ internet, betweenTasks, nat, logs }: BillingInput['traffic'][string]): TaskTraffic {
  return {
    internetBytes: bytes(internet),
    betweenTasksBytes: bytes(betweenTasks),
    natBytes: bytes(nat),
    logBytes: bytes(logs),
  };
}

function eksSupportOf(input: BillingInput['eks'], { problems }: Resolving): BillingPlan['eksSupport'] {
  if (input === undefined) return null;
  const { version, standardUntil, extendedUntil } = input;
  const listed = EKS_VERSIONS.get(version);
  if (listed === undefined && (standardUntil === undefined || extendedUntil === undefined)) {
    const hint = `listed are ${[...EKS_VERSIONS.keys()].join(', ')}; others need standardUntil and extendedUntil`;
    problems.error(
      'E1204',
      ['billing', 'eks', 'version'],
      `the support dates of Kubernetes ${version} are not known`,
      { hint },
    );
    return null;
  }
  const midnight = (day: string) => `${day}T00:00:00Z`;
  return {
    version,
    standardUntilEpochMs: parseInstant(standardUntil ?? midnight(listed!.standardUntil))!,
    extendedUntilEpochMs: parseInstant(extendedUntil ?? midnight(listed!.extendedUntil))!,
  };
}
