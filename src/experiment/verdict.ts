import type { RunResult } from './result.ts';

/** Below this share of the cost two runs count as equal. */
const SAME = 0.005;

/** What the fleets run out of first: the resource whose share requested is higher. */
type Scarce = 'cpu' | 'memory';

/** One factor of what a platform pays for instances; their product is the cost. */
interface Factor {
  readonly name: 'work' | 'price' | 'reserve' | 'idle' | 'density';
  /** Larger is dearer. */
  readonly value: number;
}

/**
 * One sentence: which platform is cheapest, by how much, and where the difference to the dearest comes from.
 *
 * What a platform pays for instances is a product: requested hours of the scarcer of CPU and memory × price of an
 * instance-hour × instance-hours per allocatable hour × the share of time that instances are not empty, inverted × how
 * full the non-empty ones are, inverted. The factor that differs by the largest ratio between the two is named, unless what is no instance (control plane, load balancers,
 * volumes) differs more in dollars. A description of this one run, not a proof.
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
  const morePercent = ((100 * more) / cost(cheapest)).toFixed(more / cost(cheapest) < 0.1 ? 1 : 0);
  return (
    `${nameOf(cheapest)} is cheapest at ${usd(cost(cheapest))}; ${nameOf(dearest)} costs ${morePercent} % more ` +
    `(${usd(more)}), mostly because ${mainReason(cheapest, dearest, more)}${served}.`
  );
}

function mainReason(cheap: RunResult, dear: RunResult, more: number): string {
  const extras = extraCost(dear) - extraCost(cheap);
  if (extras > more / 2) return extrasText(cheap, dear);
  const scarce: Scarce =
    (metric(cheap, 'utilisation.memory') ?? 0) > (metric(cheap, 'utilisation.cpu') ?? 0) ? 'memory' : 'cpu';
  const factors = factorsOf(cheap, scarce);
  const others = factorsOf(dear, scarce);
  let largest = 1;
  let reason = 'it runs more instances for the same work';
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
    case 'reserve':
      return `each of its instances offers less ${resource} to tasks: the platform keeps more for itself`;
    case 'price':
      return 'it runs on dearer instance types';
    case 'work':
      return `its tasks held more ${resource} in all: they waited less, or their sizes were rounded up`;
  }
}

function extrasText(cheap: RunResult, dear: RunResult): string {
  const parts = [
    ['its control plane', 'cost.controlPlane'],
    ['its volumes', 'cost.volumes'],
    ['its load balancers', 'cost.loadBalancers'],
  ] as const;
  const [text, by] = parts
    .map(([name, key]) => [name, (metric(dear, key) ?? 0) - (metric(cheap, key) ?? 0)] as const)
    .reduce((most, part) => (part[1] > most[1] ? part : most));
  return `${text} adds ${usd(by)}`;
}

function factorsOf(run: RunResult, scarce: Scarce): Factor[] {
  const work = run.summary.groups.reduce(
    (sum, { cpuHours, memoryGiBHours }) => sum + (scarce === 'cpu' ? cpuHours : memoryGiBHours),
    0,
  );
  const full = density(run, scarce);
  const utilised = utilisation(run, scarce);
  const paid = metric(run, 'cost.instances') || 1;
  const hoursRun = metric(run, 'instances.hours') || 1;
  return [
    { name: 'work', value: work || 1 },
    { name: 'price', value: paid / hoursRun },
    { name: 'reserve', value: (hoursRun * utilised) / (work || 1) },
    { name: 'idle', value: full / utilised },
    { name: 'density', value: 1 / full },
  ];
}

function density(run: RunResult, scarce: Scarce): number {
  return metric(run, scarce === 'cpu' ? 'packing.density' : 'packing.densityMemory') || 1;
}

function utilisation(run: RunResult, scarce: Scarce): number {
  return metric(run, scarce === 'cpu' ? 'utilisation.cpu' : 'utilisation.memory') || 1;
}

function servedNote(runs: readonly RunResult[]): string {
  const unplaced = runs.map((run) => metric(run, 'unplaced') ?? 0);
  if (Math.max(...unplaced) === Math.min(...unplaced)) return '';
  const worst = runs[unplaced.indexOf(Math.max(...unplaced))]!;
  return `; mind that ${nameOf(worst)} left ${Math.max(...unplaced)} tasks without room`;
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
  return (metric(run, 'instances.hours') ?? 0).toFixed(0);
}

function percent(ratio: number): string {
  return `${Math.floor(ratio * 100)} %`;
}

/** Share of ready time without tasks: what is lost between utilisation and density. */
function emptyShare(run: RunResult, scarce: Scarce): string {
  return `${Math.ceil((1 - utilisation(run, scarce) / density(run, scarce)) * 100)} %`;
}
