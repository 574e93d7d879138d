import type { RunResult } from './result.ts';

/** Below this share of the cost two runs count as equal. */
const SAME = 0.005;

/** What the fleets run out of first: the resource whose share requested is higher. */
type Scarce = 'cpu' | 'memory';

/** One factor of what a platform pays for instances; their product is the cost. */
interface Factor {
  readonly name: 'work' | 'price' | 'idle' | 'density';
  /** Larger is dearer. */
  readonly value: number;
}

/**
 * One sentence: which platform is cheapest, by how much, and where the difference to the dearest comes from.
 *
 * What a platform pays for instances is a product: requested hours of the scarcer of CPU and memory × price of an hour
 * of it on a ready instance × the share of ready hours on instances with tasks, inverted × how full those are,
 * inverted. The factor that differs by the largest ratio between the two is named, unless what is no instance (control
 * plane, load balancers, volumes) differs more in dollars. A description of this one run, not a proof.
 */
export function verdict(runs: readonly RunResult[]): string {
  const byCost = [...runs].sort((a, b) => cost(a) - cost(b));
  const cheapest = byCost[0]!;
  const dearest = byCost[byCost.length - 1]!;
  if (runs.length === 1) return `${nameOf(cheapest)} costs ${usd(cost(cheapest))}.`;
  const more = cost(dearest) - cost(cheapest);
  const served = servedNote(runs);
  if (more <= SAME * cost(cheapest)) {
    return `All platforms cost about the same: ${usd(cost(cheapest))} to ${usd(cost(dearest))}${served}.`;
  }
  return (
    `${nameOf(cheapest)} is cheapest at ${usd(cost(cheapest))}; ${nameOf(dearest)} costs ` +
    `${moreText(more, cost(cheapest))}, mostly because ${mainReason(cheapest, dearest, more)}${served}.`
  );
}

function moreText(more: number, than: number): string {
  if (than === 0) return `${usd(more)} more`;
  return `${((100 * more) / than).toFixed(more / than < 0.1 ? 1 : 0)} % more (${usd(more)})`;
}

function mainReason(cheap: RunResult, dear: RunResult, more: number): string {
  const extras = extraCost(dear) - extraCost(cheap);
  if (extras > more / 2) return extrasText(cheap, dear);
  const scarce: Scarce =
    (metric(cheap, 'utilisation.memory') ?? 0) > (metric(cheap, 'utilisation.cpu') ?? 0) ? 'memory' : 'cpu';
  const factors = factorsOf(cheap, scarce);
  const others = factorsOf(dear, scarce);
  let largest = 1;
  let reason = `it runs more instances: ${hours(dear)} instance-hours, against ${hours(cheap)}`;
  if (requestedHours(cheap, scarce) === 0 || requestedHours(dear, scarce) === 0) return reason;
  factors.forEach((factor, index) => {
    const ratio = others[index]!.value / factor.value;
    if (ratio > largest) {
      largest = ratio;
      reason = reasonText(factor.name, scarce, cheap, dear);
    }
  });
  return reason;
}

function reasonText(factor: Factor['name'], scarce: Scarce, cheap: RunResult, dear: RunResult): string {
  const resource = scarce === 'cpu' ? 'CPU' : 'memory';
  switch (factor) {
    case 'density':
      return (
        `its instances are emptier: while they hold tasks, ${percent(density(dear, scarce))} of their ${resource} is ` +
        `requested, against ${percent(density(cheap, scarce))}`
      );
    case 'idle':
      return (
        `more of its instances stand empty: ${hours(dear)} instance-hours, ${emptyShare(dear, scarce)} of them without a ` +
        `task, against ${hours(cheap)} and ${emptyShare(cheap, scarce)}`
      );
    case 'price':
      if (hasSameTypes(cheap, dear)) {
        return `each of its instances offers less ${resource} to tasks: the platform keeps more for itself`;
      }
      return (
        `what its instances offer is dearer: ${usd(offeredPrice(dear, scarce))} an hour for a ` +
        `${scarce === 'cpu' ? 'vCPU' : 'GiB'}, against ${usd(offeredPrice(cheap, scarce))}`
      );
    case 'work':
      return `its tasks held more ${resource} in all: they waited less, or their sizes were rounded up`;
  }
}

function extrasText(cheap: RunResult, dear: RunResult): string {
  const parts = [
    ['its control plane adds', 'cost.controlPlane'],
    ['its volumes add', 'cost.volumes'],
    ['its load balancers add', 'cost.loadBalancers'],
  ] as const;
  const [text, by] = parts
    .map(([name, key]) => [name, (metric(dear, key) ?? 0) - (metric(cheap, key) ?? 0)] as const)
    .reduce((most, part) => (part[1] > most[1] ? part : most));
  return `${text} ${usd(by)}`;
}

function factorsOf(run: RunResult, scarce: Scarce): Factor[] {
  const full = density(run, scarce);
  return [
    { name: 'work', value: requestedHours(run, scarce) },
    { name: 'price', value: offeredPrice(run, scarce) },
    { name: 'idle', value: full / utilisation(run, scarce) },
    { name: 'density', value: 1 / full },
  ];
}

/** vCPU-hours or GiB-hours. */
function requestedHours({ summary }: RunResult, scarce: Scarce): number {
  const hoursOf = scarce === 'cpu' ? 'cpuHours' : 'memoryGiBHours';
  return summary.groups.reduce((sum, group) => sum + group[hoursOf], 0);
}

/** Dollars of instances per hour of a vCPU or GiB that they offered to tasks while they were ready. */
function offeredPrice(run: RunResult, scarce: Scarce): number {
  const offeredHours = requestedHours(run, scarce) / utilisation(run, scarce);
  return (metric(run, 'cost.instances') || 1) / offeredHours;
}

/** Do the runs pay the same for an hour of an instance? */
function hasSameTypes(a: RunResult, b: RunResult): boolean {
  const [priceA, priceB] = [a, b].map(
    (run) => (metric(run, 'cost.instances') ?? 0) / (metric(run, 'instances.hours') || 1),
  );
  return Math.abs(priceA! - priceB!) <= SAME * priceA!;
}

function density(run: RunResult, scarce: Scarce): number {
  return metric(run, scarce === 'cpu' ? 'packing.density' : 'packing.densityMemory') || 1;
}

function utilisation(run: RunResult, scarce: Scarce): number {
  return metric(run, scarce === 'cpu' ? 'utilisation.cpu' : 'utilisation.memory') || 1;
}

/** Says when the platforms did not serve the same tasks: then cost alone compares nothing. */
function servedNote(runs: readonly RunResult[]): string {
  const byUnplaced = [...runs].sort((a, b) => unplaced(a) - unplaced(b));
  const best = byUnplaced[0]!;
  const worst = byUnplaced[byUnplaced.length - 1]!;
  if (unplaced(worst) === unplaced(best)) return '';
  return `; mind that ${nameOf(worst)} left ${unplaced(worst)} ${unplaced(worst) === 1 ? 'task' : 'tasks'} without room, ${nameOf(best)} ${unplaced(best) || 'none'}`;
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

function usd(amount: number): string {
  return `$${amount.toFixed(amount < 1 ? 4 : 2)}`;
}

function hours(run: RunResult): string {
  const amount = metric(run, 'instances.hours') ?? 0;
  return amount.toFixed(amount < 100 ? 1 : 0);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

/** Share of ready time without tasks: what is lost between utilisation and density. */
function emptyShare(run: RunResult, scarce: Scarce): string {
  return percent(1 - utilisation(run, scarce) / density(run, scarce));
}
