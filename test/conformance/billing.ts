/** Runs a case of the billing vectors: reads its JSON into usage, makes the bill, writes it back as JSON. */
import { type AccountBill, DEFAULT_RULES, accountBill } from '../../src/billing/account-bill.ts';
import { BillingError, type BillingProblemKind } from '../../src/billing/billing-problem.ts';
import { costShares } from '../../src/billing/cost-shares.ts';
import { creditBill } from '../../src/billing/cpu-credits.ts';
import { visitsOf } from '../../src/billing/instance-visits.ts';
import { CUTS } from '../../src/billing/ledger.ts';
import {
  type Fraction,
  ZERO,
  fraction,
  parseDecimal,
  reduce,
  scaled,
  sum,
} from '../../src/billing/money.ts';
import type { PriceTier } from '../../src/billing/price-book.ts';
import type { BillRules, FargateTask, Span, Usage } from '../../src/billing/usage.ts';
import { formatScaled } from '../../src/units.ts';

// biome-ignore lint/suspicious/noExplicitAny: the cases are JSON of many shapes, read where they are used.
type Json = any;

export interface BillingCase {
  readonly id: string;
  readonly kind?: 'bill' | 'allocation' | 'credits';
  readonly input: Json;
  readonly expected: Json;
}

export interface Outcome {
  readonly agree: boolean;
  readonly difference?: string;
}

/** Makes the bill of a case and compares it, or the kind of its error, with what is expected. */
export function runCase(one: BillingCase): Outcome {
  const { expected } = one;
  try {
    return compareJson(expected, answer(one));
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    return compareJson(expected.error?.kind, error.problems[0]!.kind);
  }
}

function answer({ kind = 'bill', input, expected }: BillingCase): Json {
  if (kind === 'allocation') return allocation(input);
  if (kind === 'credits') return credits(input);
  const bill = accountBill(usageOf(input), bookOf(input.prices), rulesOf(input));
  return billJson(bill, { ...expected, hasResourceCut: expected.totals?.resource !== undefined });
}

function problem(kind: BillingProblemKind, resource: string): never {
  throw new BillingError([{ kind, resource }]);
}

function decimal(text: string): Fraction {
  return parseDecimal(text) ?? problem('bad-decimal', text);
}

function optionalDecimal(text: string | undefined): Fraction | undefined {
  return text === undefined ? undefined : decimal(text);
}

function span(startMs: number, endMs: number | null | undefined): Span {
  return { startMs, endMs: endMs ?? null };
}

function bookOf(prices: Json): Map<string, Fraction | PriceTier[]> {
  const tier = ([upTo, price]: [string | number | null, string]): PriceTier => {
    return { upTo: upTo === null ? null : decimal(String(upTo)), price: decimal(price) };
  };
  return new Map(
    Object.entries<Json>(prices).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map(tier) : decimal(value),
    ]),
  );
}

function rulesOf({ period, rules = {}, eks_versions = {} }: Json): BillRules {
  const midnight = (date: string) => Date.parse(`${date}T00:00:00Z`);
  return {
    ...DEFAULT_RULES,
    period: { startMs: period.start_ms, endMs: period.end_ms },
    era: rules.era ?? 'per-second',
    spotPrice: rules.spot_price ?? 'integrated',
    sharing: rules.sharing ?? true,
    eksHours: rules.eks_hours ?? 'prorate',
    internetFreeGb: decimal(rules.internet_free_gb ?? '0'),
    ecrFreeGbPrivate: decimal(rules.ecr_free_gb_private ?? '0'),
    ecrFreeGbPublic: decimal(rules.ecr_free_gb_public ?? '0'),
    eksSupport: new Map(
      Object.entries<Json>(eks_versions).map(([version, { end_standard, end_extended }]) => [
        version,
        { standardUntilMs: midnight(end_standard), extendedUntilMs: midnight(end_extended) },
      ]),
    ),
  };
}

function usageOf(input: Json): Usage {
  const list = <T>(name: string, read: (item: Json) => T): T[] => (input[name] ?? []).map(read);
  return {
    instances: list('instances', instanceOf),
    spotPrices: list('spot_prices', (item) => ({
      ...kindOf(item),
      points: item.points.map(([atMs, price]: [number, string]) => ({ atMs, price: decimal(price) })),
    })),
    capacityReservations: list('capacity_reservations', (item) => ({
      ...kindOf(item),
      ...span(item.start_ms, item.end_ms),
      count: item.count,
    })),
    reservedInstances: list('reserved_instances', (item) => ({
      ...kindOf(item),
      ...term(item),
      zone: item.az ?? null,
      count: item.count,
      upfront: decimal(item.upfront),
      hourly: decimal(item.hourly),
    })),
    savingsPlans: list('savings_plans', (item) => ({
      ...term(item),
      kind: item.kind,
      commitment: decimal(item.commitment),
      region: item.region,
      family: item.family,
    })),
    fargateTasks: list('fargate_tasks', fargateTaskOf),
    fargatePods: list('eks_fargate_pods', (item) => ({
      ...placed(item),
      containers: item.containers.map(requestOf),
      initContainers: (item.init_containers ?? []).map(requestOf),
      pullStartMs: item.pull_start_ms,
      endMs: item.end_ms ?? null,
    })),
    volumes: list('volumes', (item) => ({
      ...placed(item),
      ...span(item.created_ms, item.deleted_ms),
      type: item.type,
      sizeGiB: item.gib,
      iops: item.iops,
      throughputMiBps: item.mibps,
      requests: item.ios?.map(([atMs, count]: [number, number]) => ({ atMs, count })),
    })),
    snapshotSets: list('snapshots', (item) => ({
      ...placed(item),
      chunkGiB: new Map(Object.entries<number>(item.chunk_gib)),
      snapshots: item.states.map((state: Json) => {
        return { ...span(state.created_ms, state.deleted_ms), chunks: state.chunks };
      }),
    })),
    loadBalancers: list('load_balancers', balancerOf),
    addresses: list('addresses', (item) => ({
      ...placed(item),
      ...span(item.from_ms, item.to_ms),
      isOwn: item.byoip,
    })),
    natGateways: list('nat_gateways', (item) => ({
      ...placed(item),
      ...span(item.created_ms, item.deleted_ms),
      traffic: bytesAt(item.traffic),
    })),
    transfers: list('transfers', (item) => ({
      id: item.id,
      kind: item.kind,
      from: placed(item.from),
      to: item.to ? placed(item.to) : null,
      bytes: item.bytes,
      atMs: item.at_ms,
    })),
    eksClusters: list('eks_clusters', (item) => ({
      ...placed(item),
      ...span(item.created_ms, item.deleted_ms),
      versions: item.versions.map(([fromMs, version]: [number, string]) => ({ fromMs, version })),
    })),
    externalInstances: list('ecs_anywhere', (item) => ({ ...placed(item), ...span(item.from_ms, item.to_ms) })),
    repositories: list('ecr_repositories', repositoryOf),
    cloudwatch: list('cloudwatch', (item) => ({
      ...placed(item),
      ...span(item.from_ms, item.to_ms),
      kind: item.kind,
      count: item.count,
    })),
    logGroups: list('log_groups', (item) => ({
      ...placed(item),
      ingested: bytesAt(item.ingest),
      scanned: bytesAt(item.scanned),
      retentionDays: item.retention_days ?? null,
    })),
  };
}

function placed({ id, region, az, account }: Json) {
  return { id, region, zone: az, account };
}

function kindOf(item: Json) {
  const { type, os, tenancy } = item;
  return { ...placed(item), type, platform: os, tenancy: tenancy ?? 'default' };
}

function term({ id, years, start_ms, account }: Json) {
  return { id, years, startMs: start_ms, account };
}

function instanceOf(item: Json): NonNullable<Usage['instances']>[number] {
  const history = item.states.map(([atMs, state, by]: Json) => ({ atMs, state, by }));
  const visits = visitsOf(history);
  return {
    ...kindOf(item),
    option: item.option,
    visits: typeof visits === 'string' ? problem(visits, item.id) : visits,
    softwarePerHour: optionalDecimal(item.software_hourly),
    eksAutoMode: item.eks_auto,
    ecsManaged: item.ecs_managed,
    detailedMonitoring: item.detailed_monitoring,
  };
}

function fargateTaskOf(item: Json): FargateTask {
  const { platform, option, cpu_units, memory_mib, ephemeral_gib, pull_start_ms, end_ms } = item;
  return {
    ...placed(item),
    platform,
    option,
    cpuUnits: cpu_units,
    memoryMiB: memory_mib,
    ephemeralGiB: ephemeral_gib,
    pullStartMs: pull_start_ms,
    endMs: end_ms ?? null,
  };
}

function requestOf({ cpu_m, memory_mib }: Json) {
  return { cpuMilli: cpu_m, memoryMiB: memory_mib };
}

function bytesAt(list: readonly [number, number][] | undefined) {
  return (list ?? []).map(([atMs, bytes]) => ({ atMs, bytes }));
}

function balancerOf(item: Json): NonNullable<Usage['loadBalancers']>[number] {
  const common = {
    ...placed(item),
    ...span(item.created_ms, item.deleted_ms),
    publicZones: item.internet_facing ? item.azs : [],
    kind: item.kind,
  };
  const hours = Object.entries<Json>(item.traffic ?? {});
  const flows = (one: Json) => ({
    newFlows: one.new_flows ?? 0,
    activeFlowMinutes: one.active_flow_minutes ?? 0,
    bytes: one.bytes ?? 0,
  });
  const read = (one: Json) => {
    if (item.kind === 'clb') return { bytes: one.bytes ?? 0 };
    if (item.kind === 'nlb') {
      return Object.fromEntries(Object.entries(one).map(([protocol, traffic]) => [protocol, flows(traffic)]));
    }
    return {
      newConnections: one.new_connections ?? 0,
      activeConnectionMinutes: one.active_connection_minutes ?? 0,
      bytes: one.bytes ?? 0,
      lambdaBytes: one.lambda_bytes ?? 0,
      requests: one.requests ?? 0,
      rules: one.rules ?? 0,
    };
  };
  return { ...common, traffic: new Map(hours.map(([hour, one]) => [Number(hour), read(one)])) } as Json;
}

function repositoryOf(item: Json): NonNullable<Usage['repositories']>[number] {
  return {
    ...placed(item),
    visibility: item.visibility,
    layers: new Map(Object.entries<number>(item.layers)),
    images: item.images.map(({ digest, tags, pushed_ms, deleted_ms, layers }: Json) => {
      return { digest, tags: tags ?? [], pushedMs: pushed_ms, deletedMs: deleted_ms ?? null, layers };
    }),
    lifecycle: item.policy && {
      atMs: item.evaluate_ms,
      rules: item.policy.map(({ priority, tag_status, tag_prefixes, count_type, count }: Json) => {
        return { priority, tagStatus: tag_status, tagPrefixes: tag_prefixes ?? [], countType: count_type, count };
      }),
    },
  };
}

/** The bill as the vectors write it; some fields stand only in some cases. */
function billJson(bill: AccountBill, wanted: Json): Json {
  const cuts = CUTS.filter((cut) => cut !== 'resource' || wanted.hasResourceCut);
  return {
    lines: bill.lines.map(({ price, quantity, amount, cents, ...key }) => ({
      ...key,
      price: exactText(price),
      quantity: exactText(quantity),
      amount: exactText(amount),
      cents: centsText(cents),
    })),
    total: exactText(bill.total),
    total_cents: centsText(bill.totalCents),
    totals: Object.fromEntries(cuts.map((cut) => [cut, textOf(bill.ledger.totals(cut))])),
    ...(wanted.cash && {
      cash: { ri_upfront: exactText(bill.cash.upfront), ri_recurring: exactText(bill.cash.recurring) },
    }),
    ...(wanted.expired && {
      expired: Object.fromEntries(
        [...bill.expired].map(([id, images]) => [id, images.map(({ digest, priority }) => [digest, priority])]),
      ),
    }),
  };
}

function textOf(amounts: ReadonlyMap<string, Fraction>): Json {
  return Object.fromEntries([...amounts].map(([name, amount]) => [name, exactText(amount)]));
}

/** `n` or `n/d`, in lowest terms. */
function exactText(value: Fraction): string {
  const { numerator, denominator } = reduce(value);
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

function exactNumber(text: string): Fraction {
  const [numerator, denominator = '1'] = text.split('/');
  return fraction(BigInt(numerator!), BigInt(denominator));
}

function centsText(cents: bigint): string {
  const [whole, decimals = ''] = formatScaled(cents, 2).split('.');
  return `${whole}.${decimals.padEnd(2, '0')}`;
}

function allocation(input: Json): Json {
  const rows = costShares({
    mode: input.mode,
    cpuWeight: decimal(input.weights.cpu),
    memoryWeight: decimal(input.weights.memory),
    nodes: input.nodes.map((node: Json) => ({
      id: node.id,
      amount: exactNumber(node.amount),
      startMs: node.start_ms,
      endMs: node.end_ms,
      cpuMilli: node.cpu_m,
      memoryMiB: node.memory_mib,
      allocatableCpuMilli: node.allocatable_cpu_m,
      allocatableMemoryMiB: node.allocatable_memory_mib,
    })),
    tasks: (input.tasks ?? []).map((task: Json) => ({
      ...requestOf(task),
      id: task.id,
      node: task.node,
      service: task.overhead ? null : task.service,
      startMs: task.start_ms,
      endMs: task.end_ms,
    })),
    otherCosts: (input.other_costs ?? []).map(({ service = null, amount }: Json) => {
      return { service, amount: exactNumber(amount) };
    }),
  });
  return {
    rows: textOf(new Map(rows.map(({ name, amount }) => [name, amount]))),
    total: exactText(sum(rows.map(({ amount }) => amount))),
  };
}

function credits(input: Json): Json {
  const { trail, overCap, atEnd, amount } = creditBill({
    creditsPerHour: decimal(input.credits_per_hour),
    vcpus: input.vcpu,
    usdPerVcpuHour: decimal(input.usd_per_vcpu_hour),
    balance: optionalDecimal(input.balance) ?? ZERO,
    segments: input.segments.map(([seconds, percent]: [number, string]) => {
      return { seconds, percent: decimal(percent) };
    }),
    isTerminated: input.terminated,
  });
  return {
    trail: trail.map(({ balance, surplus }) => [exactText(balance), exactText(surplus)]),
    over_cap: exactText(overCap),
    at_end: exactText(atEnd),
    amount: exactText(amount),
    cents: centsText(scaled(amount, 2)),
  };
}

function compareJson(expected: Json, actual: Json): Outcome {
  const [wanted, got] = [canonical(expected), canonical(actual)];
  return wanted === got ? { agree: true } : { agree: false, difference: `expected ${wanted}\nbut got  ${got}` };
}

function canonical(value: Json): string {
  return JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  ) ?? 'undefined';
}
