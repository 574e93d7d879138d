/**
 * Runs a case of the billing vectors through src/billing: On-Demand instances, EBS volumes, load balancer
 * hours, EKS clusters in standard support, and allocation. What the cases say and stowage cannot express yet
 * (other purchase options, snapshots, traffic, malformed input) is 'unsupported'.
 */
import { type AllocatedCost, OVERHEAD, allocate } from '../../src/billing/allocation.ts';
import {
  type Granularity,
  SECONDS_FROM_A_MINUTE,
  STARTED_HOURS,
  billedMonths,
  billedSeconds,
  secondsBefore,
} from '../../src/billing/billed-time.ts';
import { billedClusterSeconds, eksCharge } from '../../src/billing/control-plane.ts';
import { volumeCharge, volumeParts } from '../../src/billing/ebs.ts';
import { onDemandCharge } from '../../src/billing/ec2.ts';
import { type Charge, type Cut, Ledger } from '../../src/billing/ledger.ts';
import { billedLoadBalancerSeconds, loadBalancerCharge } from '../../src/billing/load-balancers.ts';
import {
  type Fraction,
  type Money,
  ZERO,
  add,
  fraction,
  fromE10,
  multiply,
  reduce,
} from '../../src/billing/money.ts';
import { type VolumeType, volumeProblem } from '../../src/model/ebs-volume.ts';
import type { LoadBalancerKind, VolumePrice } from '../../src/model/price-list.ts';
import { formatScaled, parsePriceE10 } from '../../src/units.ts';

// biome-ignore lint/suspicious/noExplicitAny: the cases are JSON of many shapes, read where they are used.
type Json = any;

export interface BillingCase {
  readonly id: string;
  readonly kind?: 'bill' | 'allocation' | 'credits';
  readonly input: Json;
  readonly expected: Json;
}

export type Outcome = { readonly agree: boolean; readonly difference?: string } | 'unsupported';

export function runCase(one: BillingCase): Outcome {
  try {
    const kind = one.kind ?? 'bill';
    if (kind === 'credits') return 'unsupported';
    return compareJson(one.expected, kind === 'bill' ? bill(one.input) : allocation(one.input));
  } catch (error) {
    if (error instanceof Unsupported) return 'unsupported';
    if (!(error instanceof CaseError)) throw error;
    return compareJson(one.expected.error?.kind, error.kind);
  }
}

class Unsupported extends Error {}

/** What the vectors call an error of the input. */
class CaseError extends Error {
  readonly kind: string;
  constructor(kind: string) {
    super(kind);
    this.kind = kind;
  }
}

function support(condition: boolean): void {
  if (!condition) throw new Unsupported();
}

interface Period {
  readonly start_ms: number;
  readonly end_ms: number;
}

const LISTS = new Set(['instances', 'volumes', 'load_balancers', 'eks_clusters']);
const SETTINGS = new Set(['period', 'prices', 'rules', 'eks_versions']);

function bill(input: Json): Json {
  const period: Period = input.period;
  support(period.start_ms < period.end_ms);
  support(period.start_ms % 3_600_000 === 0 && period.end_ms % 3_600_000 === 0);
  for (const [key, value] of Object.entries<Json>(input)) {
    support(LISTS.has(key) || SETTINGS.has(key) || Object.keys(value).length === 0);
  }
  const ids = [...LISTS].flatMap((list) => (input[list] ?? []).map(({ id }: Json) => id));
  support(new Set(ids).size === ids.length);
  const rules = input.rules ?? {};
  support(Object.keys(rules).every((rule) => rule === 'era' || rule === 'sharing'));

  const ledger = new Ledger();
  const isHourly = rules.era === 'hourly';
  for (const item of input.instances ?? []) instanceCharges(item, input, isHourly).forEach((c) => ledger.post(c));
  for (const item of input.volumes ?? []) ebsCharges(item, input, isHourly).forEach((c) => ledger.post(c));
  for (const item of input.load_balancers ?? []) ledger.post(balancerCharge(item, input));
  for (const item of input.eks_clusters ?? []) ledger.post(clusterCharge(item, input));
  return billJson(ledger);
}

/** Platforms billed by the second; SUSE is billed by the started hour, mac for a day at least. */
const BY_THE_SECOND = new Set(['linux', 'ubuntu-pro', 'windows', 'rhel']);
const MAC: Granularity = { stepSeconds: 1, minimumSeconds: 86_400 };

function instanceCharges(item: Json, { period, prices }: Json, isHourly: boolean): Charge[] {
  support(item.option === 'od');
  support(!item.software_hourly && !item.eks_auto && !item.ecs_managed && !item.detailed_monitoring);
  const visits = visitsOf(item.states);
  const price = priceOf(prices, `ec2/${item.region}/${item.type}/${item.os}/${item.tenancy}`);
  const visit = { id: item.id, pool: '-', typeName: item.type, region: item.region, zone: item.az, price };
  const hours = isHourly || !BY_THE_SECOND.has(item.os) ? STARTED_HOURS : SECONDS_FROM_A_MINUTE;
  const granularity = item.type.startsWith('mac') ? MAC : hours;
  return visits.map(([startMs, endMs]) => {
    const [from, to] = secondsInPeriod(startMs, endMs, period, granularity);
    return onDemandCharge(visit, to - from);
  });
}

const BILLED_STATES = new Set(['running', 'rebooting', 'hibernating']);
const NEXT_STATES: Readonly<Record<string, readonly string[]>> = {
  pending: ['running', 'shutting-down', 'terminated'],
  running: ['rebooting', 'stopping', 'hibernating', 'shutting-down'],
  rebooting: ['running', 'stopping', 'hibernating', 'shutting-down'],
  stopping: ['stopped'],
  hibernating: ['stopped'],
  stopped: ['pending', 'terminated'],
  'shutting-down': ['terminated'],
};

/**
 * Maximal stretches of billed states, [start, end or null]. Histories that EC2 cannot produce are not for us.
 */
function visitsOf(states: readonly [number, string][]): [number, number | null][] {
  const visits: [number, number | null][] = [];
  states.forEach(([atMs, state], index) => {
    const [beforeMs, before] = states[index - 1] ?? [atMs, undefined];
    support(atMs >= beforeMs);
    support(before === undefined ? state === 'pending' : (NEXT_STATES[before] ?? []).includes(state));
    const isBilled = BILLED_STATES.has(state);
    const wasBilled = before !== undefined && BILLED_STATES.has(before);
    if (isBilled && !wasBilled) visits.push([atMs, null]);
    if (!isBilled && wasBilled) visits.at(-1)![1] = atMs;
  });
  return visits;
}

/** First and one past the last billed second of an item that begin inside the period. */
function secondsInPeriod(
  startMs: number,
  endMs: number | null | undefined,
  period: Period,
  granularity: Granularity,
): [number, number] {
  if (startMs >= period.end_ms) return [0, 0];
  const seconds = billedSeconds((endMs ?? period.end_ms) - startMs, granularity);
  return [
    secondsBefore(startMs, seconds, period.start_ms),
    secondsBefore(startMs, seconds, period.end_ms),
  ];
}

function ebsCharges(item: Json, { period, prices }: Json, isHourly: boolean): Charge[] {
  support(!item.ios?.length);
  const volume = {
    id: item.id,
    type: item.type as VolumeType,
    pool: '-',
    region: item.region,
    zone: item.az,
    sizeGiB: item.gib,
    iops: item.iops,
    throughputMiBps: item.mibps,
  };
  if (volumeProblem(volume)) throw new CaseError('volume-out-of-range');
  support(item.deleted_ms === null || item.deleted_ms === undefined || item.deleted_ms >= item.created_ms);
  const granularity = isHourly ? STARTED_HOURS : SECONDS_FROM_A_MINUTE;
  const [from, to] = secondsInPeriod(item.created_ms, item.deleted_ms, period, granularity);
  if (from === to) return [];
  const parts = volumeParts(volume, volumePrice(prices, item.region, item.type));
  if (!parts) throw new CaseError('missing-price');
  const months = billedMonths(item.created_ms, from, to);
  return parts.map((part) => volumeCharge(volume, part, months));
}

function volumePrice(prices: Json, region: string, type: string): VolumePrice | undefined {
  const key = `ebs/${region}/${type}`;
  if (prices[`${key}/gb`] === undefined) return undefined;
  const iops = prices[`${key}/iops`];
  const tiers = Array.isArray(iops) ? iops : [[null, iops]];
  return {
    gbMonthE10: priceE10(prices[`${key}/gb`]),
    iopsMonthTiers:
      iops === undefined
        ? null
        : tiers.map(([upTo, price]) => {
            return { upTo: upTo === null ? null : Number(upTo), priceE10: priceE10(price) };
          }),
    mibpsMonthE10: prices[`${key}/mibps`] === undefined ? null : priceE10(prices[`${key}/mibps`]),
  };
}

const BALANCER_KINDS: Readonly<Record<string, LoadBalancerKind>> = {
  alb: 'application',
  nlb: 'network',
  clb: 'classic',
};

function balancerCharge(item: Json, { period, prices }: Json): Charge {
  support(Object.keys(item.traffic ?? {}).length === 0 && !item.internet_facing);
  if (item.deleted_ms != null && item.deleted_ms < item.created_ms) throw new CaseError('end-before-start');
  const balancer = { name: item.id, kind: BALANCER_KINDS[item.kind]!, region: item.region };
  if (item.created_ms >= period.end_ms) return loadBalancerCharge(balancer, ZERO, 0);
  const seconds = billedLoadBalancerSeconds((item.deleted_ms ?? period.end_ms) - item.created_ms);
  // A started hour belongs whole to the period in which it begins.
  const hoursBefore = (ms: number) =>
    Math.min(seconds / 3600, Math.max(0, Math.ceil((ms - item.created_ms) / 3_600_000)));
  const hours = hoursBefore(period.end_ms) - hoursBefore(period.start_ms);
  if (hours === 0) return loadBalancerCharge(balancer, ZERO, 0);
  return loadBalancerCharge(balancer, priceOf(prices, `lb/${item.region}/${item.kind}/hour`), hours * 3600);
}

function clusterCharge(item: Json, { period, prices, eks_versions }: Json): Charge {
  const endMs = item.deleted_ms ?? period.end_ms;
  support(endMs >= item.created_ms && item.created_ms < period.end_ms);
  for (const [, version] of item.versions) {
    support(endMs <= Date.parse(`${eks_versions[version]?.end_standard}T00:00:00Z`));
  }
  support(item.versions.length === 1);
  const seconds = billedClusterSeconds(endMs - item.created_ms);
  const inPeriod =
    secondsBefore(item.created_ms, seconds, period.end_ms) -
    secondsBefore(item.created_ms, seconds, period.start_ms);
  const cluster = { name: item.id, region: item.region };
  if (inPeriod === 0) return eksCharge(cluster, ZERO, 0);
  return eksCharge(cluster, priceOf(prices, `eks/${item.region}/standard`), inPeriod);
}

function priceOf(prices: Json, key: string): Money {
  if (prices[key] === undefined) throw new CaseError('missing-price');
  return fromE10(priceE10(prices[key]));
}

function priceE10(text: string): bigint {
  const price = parsePriceE10(text);
  if (price === undefined) throw new CaseError('bad-decimal');
  return price;
}

const CUTS: readonly Cut[] = ['service', 'region', 'az', 'type', 'option', 'resource'];

function billJson(ledger: Ledger): Json {
  const lines = ledger.lines();
  return {
    lines: lines.map(({ price, quantity, amount, cents, ...key }) => ({
      ...key,
      price: exactText(price),
      quantity: exactText(quantity),
      amount: exactText(amount),
      cents: centsText(cents),
    })),
    total: exactText(ledger.total()),
    total_cents: centsText(lines.reduce((total, { cents }) => total + cents, 0n)),
    totals: Object.fromEntries(
      CUTS.map((cut) => [
        cut,
        Object.fromEntries([...ledger.totals(cut)].map(([value, amount]) => [value, exactText(amount)])),
      ]),
    ),
  };
}

/** `n` or `n/d`, in lowest terms. */
function exactText(value: Fraction): string {
  const { numerator, denominator } = reduce(value);
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

function centsText(cents: bigint): string {
  const [whole, decimals = ''] = formatScaled(cents, 2).split('.');
  return `${whole}.${decimals.padEnd(2, '0')}`;
}

function allocation(input: Json): Json {
  const cpuWeight = decimal(input.weights.cpu);
  support(exactText(add(cpuWeight, decimal(input.weights.memory))) === '1');
  const nodes = new Map<string, Json>(input.nodes.map((node: Json) => [node.id, node]));
  support(nodes.size === input.nodes.length && [...nodes.values()].every((node) => node.end_ms > node.start_ms));
  for (const task of input.tasks ?? []) {
    const node = nodes.get(task.node);
    support(node && task.start_ms >= node.start_ms && task.end_ms <= node.end_ms && task.end_ms >= task.start_ms);
  }
  const costs = [...nodes.values()].flatMap((node) => {
    const tasks = (input.tasks ?? []).filter((task: Json) => task.node === node.id);
    return stretches(node, tasks, input.mode === 'max');
  });
  const rows = new Map<string, Money>();
  for (const { name, amount } of allocate(costs, { cpuWeight, stepsPerUsd: null })) rows.set(name, amount);
  for (const { service, amount } of input.other_costs ?? []) {
    const name = service ?? OVERHEAD;
    rows.set(name, add(rows.get(name) ?? ZERO, exactNumber(amount)));
  }
  const total = [...rows.values()].reduce(add, ZERO);
  const shown = [...rows].filter(([name, { numerator }]) => numerator !== 0n || name.startsWith('('));
  return {
    rows: Object.fromEntries(shown.map(([name, amount]) => [name, exactText(amount)])),
    total: exactText(total),
  };
}

/** The life of a node cut wherever a task begins or ends, so that shares are constant within each piece. */
function stretches(node: Json, tasks: readonly Json[], isMax: boolean): AllocatedCost[] {
  const cuts = new Set<number>([node.start_ms, node.end_ms]);
  for (const { start_ms, end_ms } of tasks) cuts.add(start_ms).add(end_ms);
  const times = [...cuts].sort((a, b) => a - b);
  return times.slice(1).map((endMs, index) => {
    const startMs = times[index]!;
    const alive = tasks.filter((task) => task.start_ms <= startMs && task.end_ms >= endMs);
    return {
      instance: isMax ? larger(node, alive) : weighted(node, alive),
      lifeMs: 1,
      amount: multiply(
        exactNumber(node.amount),
        fraction(BigInt(endMs - startMs), BigInt(node.end_ms - node.start_ms)),
      ),
    };
  });
}

function weighted(node: Json, tasks: readonly Json[]): AllocatedCost['instance'] {
  return {
    capacityCpuMilli: node.cpu_m,
    capacityMemoryMiB: node.memory_mib,
    allocatableCpuMilli: node.allocatable_cpu_m,
    allocatableMemoryMiB: node.allocatable_memory_mib,
    usage: usageOf(tasks, ({ cpu_m, memory_mib }) => [cpu_m, memory_mib]),
  };
}

/**
 * Mode `max` as a weighted one: both resources in units of 1/(cpu × memory) of the node, the larger counts
 * for both.
 */
function larger(node: Json, tasks: readonly Json[]): AllocatedCost['instance'] {
  const units = (cpu: number, memory: number) => Math.max(cpu * node.memory_mib, memory * node.cpu_m);
  const capacity = node.cpu_m * node.memory_mib;
  const kept = units(node.cpu_m - node.allocatable_cpu_m, node.memory_mib - node.allocatable_memory_mib);
  return {
    capacityCpuMilli: capacity,
    capacityMemoryMiB: capacity,
    allocatableCpuMilli: capacity - kept,
    allocatableMemoryMiB: capacity - kept,
    usage: usageOf(tasks, ({ cpu_m, memory_mib }) => [units(cpu_m, memory_mib), units(cpu_m, memory_mib)]),
  };
}

function usageOf(tasks: readonly Json[], amounts: (task: Json) => [number, number]) {
  const usage = new Map<string, { cpuMilliMs: number; memoryMiBMs: number }>();
  for (const task of tasks) {
    const name = task.overhead ? OVERHEAD : task.service;
    const [cpu, memory] = amounts(task);
    const known = usage.get(name) ?? { cpuMilliMs: 0, memoryMiBMs: 0 };
    usage.set(name, { cpuMilliMs: known.cpuMilliMs + cpu, memoryMiBMs: known.memoryMiBMs + memory });
  }
  return usage;
}

function decimal(text: string): Fraction {
  return reduce(fromE10(priceE10(text)));
}

function exactNumber(text: string): Fraction {
  const [numerator, denominator = '1'] = text.split('/');
  return fraction(BigInt(numerator!), BigInt(denominator));
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
  );
}
