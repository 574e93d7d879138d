import { ln } from '../detmath.ts';
import { decimal, formatChange, formatUsd, percentFormat, usdFormat } from '../units.ts';
import type { RunResult } from './result.ts';

/** Below this share of the cost two runs count as equal. */
const SAME = 0.005;

/** What the fleets run out of first: the resource whose share requested is higher. */
type Scarce = 'cpu' | 'memory';

/** One factor of what a platform pays for instances; their product is the cost. */
interface Factor {
  readonly name: 'hours' | 'work' | 'rate' | 'boot' | 'reserve' | 'price' | 'idle' | 'density';
  /** Larger is dearer. */
  readonly value: number;
}

/**
 * One sentence: which platform is cheapest, by how much, and where the difference to the dearest comes from.
 *
 * What a platform pays for instances is a product: requested hours of the scarcer of CPU and memory × price of an hour
 * of it on a ready instance × billed hours over ready hours × the share of ready hours on instances with tasks,
 * inverted × how full those are, inverted. Between fleets of the same types the price splits further, into that of an
 * instance-hour and what an instance offers to tasks. The factor that differs by the largest ratio between the two is
 * named, unless what is no instance (control plane, load balancers, volumes) differs more in dollars. A description of
 * this one run, not a proof.
 */
export function verdict(runs: readonly RunResult[]): string {
  const byCost = [...runs].sort((a, b) => cost(a) - cost(b));
  const cheapest = byCost[0]!;
  const dearest = byCost[byCost.length - 1]!;
  const usd = usdFormat(runs.map(cost));
  if (runs.length === 1) return `${nameOf(cheapest)} costs ${usd(cost(cheapest))}.`;
  const more = cost(dearest) - cost(cheapest);
  const unserved = unplacedText(runs, [cheapest, dearest]);
  if (more <= SAME * cost(cheapest)) {
    const [from, to] = [usd(cost(cheapest)), usd(cost(dearest))];
    const range = from === to ? from : `${from} to ${to}`;
    return `All platforms cost about the same: ${range}${unserved === '' ? '' : `; ${unserved}`}.`;
  }
  const change = cost(cheapest) === 0 ? null : formatChange(more / cost(cheapest));
  const moreText = change === null ? `${usd(more)} more` : `${change} more (${usd(more)})`;
  return (
    `${nameOf(cheapest)} is cheapest at ${usd(cost(cheapest))}; ${nameOf(dearest)} costs ${moreText}, ` +
    `${mainReason(cheapest, dearest, more)}${unserved === '' ? '' : `; mind that ${unserved}`}.`
  );
}

/** Begins with "mostly because" only when what it names makes more than half of the difference. */
function mainReason(cheap: RunResult, dear: RunResult, more: number): string {
  const extras = extraCost(dear) - extraCost(cheap);
  if (extras > more / 2) return extrasText(cheap, dear, more);
  const scarce: Scarce =
    (metric(cheap, 'utilisation.memory') ?? 0) > (metric(cheap, 'utilisation.cpu') ?? 0) ? 'memory' : 'cpu';
  const [factors, others] = [factorsOf(cheap, dear, scarce), factorsOf(dear, cheap, scarce)];
  const ratios = factors.map(({ value }, index) => others[index]!.value / value);
  const largest = ratios.reduce((most, ratio, index) => (ratio > ratios[most]! ? index : most), 0);
  const reason = reasonText(factors[largest]!.name, scarce, cheap, dear);
  // A product has no exact parts: each factor counts by its logarithm.
  const logOfAll = ratios.reduce((sum, ratio) => sum + ln(ratio), 0);
  const share = (ln(ratios[largest]!) / logOfAll) * ((more - extras) / more);
  return `${share > 0.5 || logOfAll === Number.POSITIVE_INFINITY ? 'mostly' : 'above all'} because ${reason}`;
}

function reasonText(factor: Factor['name'], scarce: Scarce, cheap: RunResult, dear: RunResult): string {
  const [resource, unit] = scarce === 'cpu' ? (['CPU', 'vCPU'] as const) : (['memory', 'GiB'] as const);
  const pair = (of: (run: RunResult, resource: Scarce) => number) =>
    [of(dear, scarce), of(cheap, scarce)] as const;
  switch (factor) {
    case 'density': {
      const [its, other] = percents(pair(density), 'down');
      return `its instances are emptier: while they hold tasks, ${its} of their ${resource} is requested, against ${other}`;
    }
    case 'idle': {
      const [its, other] = percents(pair(emptyShare), 'up');
      return `more of its ${resource} stands on instances without a task: ${its} of what they offer, against ${other}`;
    }
    case 'boot': {
      const [its, other] = percents(pair(bootShare), 'up');
      return `more of its instance-hours go by before instances are ready: ${its} against ${other}`;
    }
    case 'reserve': {
      const [its, other] = pair(offered);
      return (
        `each of its instances offers less ${resource} to tasks, ${decimal(its, 2)} ${unit} against ` +
        `${decimal(other, 2)}: the platform keeps more for itself`
      );
    }
    case 'price': {
      const [its, other] = dollars(pair((run) => rate(run) / offered(run, scarce)));
      return `what its instances offer is dearer: ${its} an hour for a ${unit}, against ${other}`;
    }
    case 'rate': {
      const [its, other] = dollars(pair(rate));
      return `an hour of its instances costs more: ${its}, against ${other}`;
    }
    case 'hours': {
      const [its, other] = pair(hours);
      const digits = its < 100 ? 1 : 0;
      return `it runs more instances: ${decimal(its, digits)} instance-hours, against ${decimal(other, digits)}`;
    }
    case 'work':
      return `its tasks held more ${resource} in all: they waited less, or their sizes were rounded up`;
  }
}

function dollars([its, other]: readonly [number, number]): readonly [string, string] {
  const usd = usdFormat([its, other]);
  return [usd(its), usd(other)];
}

/** As the tables cut them. */
function percents([its, other]: readonly [number, number], cut: 'up' | 'down'): readonly [string, string] {
  const percent = percentFormat([its, other], cut);
  return [percent(its), percent(other)];
}

/** The part that makes most of the difference by itself, else all that are dearer together. */
function extrasText(cheap: RunResult, dear: RunResult, more: number): string {
  const parts = (
    [
      ['control plane', 'cost.controlPlane', 'adds'],
      ['volumes', 'cost.volumes', 'add'],
      ['load balancers', 'cost.loadBalancers', 'add'],
    ] as const
  )
    .map(([name, key, adds]) => ({ name, adds, by: (metric(dear, key) ?? 0) - (metric(cheap, key) ?? 0) }))
    .filter(({ by }) => by > 0);
  const most = parts.reduce((largest, part) => (part.by > largest.by ? part : largest));
  if (most.by > more / 2) return `mostly because its ${most.name} ${most.adds} ${formatUsd(most.by)}`;
  const names = parts.map(({ name }) => name);
  const list = `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
  return `mostly because its ${list} together add ${formatUsd(parts.reduce((sum, { by }) => sum + by, 0))}`;
}

/** In the same order for both ways round. Without requested hours on both sides there is nothing to relate hours to. */
function factorsOf(run: RunResult, other: RunResult, scarce: Scarce): Factor[] {
  if (requestedHours(run, scarce) === 0 || requestedHours(other, scarce) === 0) {
    return [
      { name: 'hours', value: hours(run) },
      { name: 'rate', value: rate(run) },
    ];
  }
  const full = density(run, scarce);
  const prices: Factor[] = hasSameTypes(run, other)
    ? [
        { name: 'rate', value: rate(run) },
        { name: 'reserve', value: 1 / offered(run, scarce) },
      ]
    : [{ name: 'price', value: rate(run) / offered(run, scarce) }];
  return [
    { name: 'work', value: requestedHours(run, scarce) },
    ...prices,
    { name: 'boot', value: 1 / (1 - bootShare(run)) },
    { name: 'idle', value: full / utilisation(run, scarce) },
    { name: 'density', value: 1 / full },
  ];
}

/** vCPU-hours or GiB-hours. */
function requestedHours({ summary }: RunResult, scarce: Scarce): number {
  const hoursOf = scarce === 'cpu' ? 'cpuHours' : 'memoryGiBHours';
  return summary.groups.reduce((sum, group) => sum + group[hoursOf], 0);
}

/** vCPUs or GiB that a ready instance offers to tasks, on average over ready time. */
function offered(run: RunResult, scarce: Scarce): number {
  return requestedHours(run, scarce) / utilisation(run, scarce) / readyHours(run);
}

/** Dollars of instances per hour of one, from running to terminated. */
function rate(run: RunResult): number {
  return (metric(run, 'cost.instances') ?? 0) / (hours(run) || 1);
}

/** Share of the instance-hours in which instances are not ready yet. */
function bootShare(run: RunResult): number {
  return 1 - readyHours(run) / (hours(run) || 1);
}

/** Share of what ready instances offer that they offer while they have no task: lost between utilisation and density. */
function emptyShare(run: RunResult, scarce: Scarce): number {
  return 1 - utilisation(run, scarce) / density(run, scarce);
}

/** Does each type make the same share of the instance-hours in both? */
function hasSameTypes(a: RunResult, b: RunResult): boolean {
  const [sharesA, sharesB] = [typeShares(a), typeShares(b)];
  return [...sharesA.keys(), ...sharesB.keys()].every(
    (type) => Math.abs((sharesA.get(type) ?? 0) - (sharesB.get(type) ?? 0)) <= SAME,
  );
}

function typeShares({ summary }: RunResult): Map<string, number> {
  const total = summary.instances.reduce((sum, use) => sum + use.hours, 0);
  const shares = new Map<string, number>();
  for (const use of summary.instances) {
    shares.set(use.type, (shares.get(use.type) ?? 0) + use.hours / (total || 1));
  }
  return shares;
}

/** Who left how many tasks without room, when not all the same number: then cost alone compares nothing. */
function unplacedText(runs: readonly RunResult[], compared: readonly RunResult[]): string {
  const [first = 0, ...rest] = runs.map(unplaced);
  if (rest.every((count) => count === first)) return '';
  const named = runs
    .filter((run) => unplaced(run) > 0 || compared.includes(run))
    .sort((a, b) => unplaced(b) - unplaced(a));
  return named
    .map((run, index) => {
      const count = unplaced(run) === 0 ? 'none' : decimal(unplaced(run), 0);
      const unit = unplaced(run) === 1 ? 'task' : 'tasks';
      return index === 0 ? `${nameOf(run)} left ${count} ${unit} without room` : `${nameOf(run)} ${count}`;
    })
    .join(', ');
}

function density(run: RunResult, scarce: Scarce): number {
  return metric(run, scarce === 'cpu' ? 'packing.density' : 'packing.densityMemory') || 1;
}

function utilisation(run: RunResult, scarce: Scarce): number {
  return metric(run, scarce === 'cpu' ? 'utilisation.cpu' : 'utilisation.memory') || 1;
}

function hours(run: RunResult): number {
  return metric(run, 'instances.hours') ?? 0;
}

function readyHours(run: RunResult): number {
  return metric(run, 'instances.readyHours') || hours(run) || 1;
}

function unplaced(run: RunResult): number {
  return metric(run, 'unplaced') ?? 0;
}

function metric(run: RunResult, name: keyof RunResult['summary']['metrics']): number | null {
  return run.summary.metrics[name];
}

function cost(run: RunResult): number {
  return metric(run, 'cost.total') ?? 0;
}

function extraCost(run: RunResult): number {
  return cost(run) - (metric(run, 'cost.instances') ?? 0);
}

function nameOf(run: RunResult): string {
  return run.summary.platform.name;
}
