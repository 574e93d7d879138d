import type { RunResult } from './result.ts';

/** Below this share of the cost two runs count as equal. */
const SAME = 0.005;

/** One factor of what a platform pays for instances; their product is the cost. */
interface Factor {
  readonly name: 'work' | 'price' | 'reserve' | 'idle' | 'density';
  /** Larger is dearer. */
  readonly value: number;
}

/**
 * One sentence: which platform is cheapest, by how much, and where the difference to the dearest comes from.
 *
 * What a platform pays for instances is a product: requested vCPU-hours × price of an allocatable vCPU-hour × the
 * share of time that instances are not empty, inverted × how full the non-empty ones are, inverted. The factor that
 * differs by the largest ratio between the two is named, unless what is no instance (control plane, load balancers,
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
  const percent = ((100 * more) / cost(cheapest)).toFixed(more / cost(cheapest) < 0.1 ? 1 : 0);
  return (
    `${nameOf(cheapest)} is cheapest at ${usd(cost(cheapest))}; ${nameOf(dearest)} costs ${percent} % more ` +
    `(${usd(more)}), mostly because ${mainReason(cheapest, dearest, more)}${served}.`
  );
}

function mainReason(cheap: RunResult, dear: RunResult, more: number): string {
  const extras = extraCost(dear) - extraCost(cheap);
  if (extras > more / 2) return extrasText(cheap, dear);
  const factors = factorsOf(cheap);
  const others = factorsOf(dear);
  let largest = 1;
  let reason = 'it runs more instances for the same work';
  factors.forEach((factor, index) => {
    const ratio = others[index]!.value / factor.value;
    if (ratio > largest) {
      largest = ratio;
      reason = reasonText(factor.name, cheap, dear);
    }
  });
  return reason;
}

function reasonText(factor: Factor['name'], cheap: RunResult, dear: RunResult): string {
  switch (factor) {
    case 'density':
      return (
        `its instances are emptier: while they hold tasks, ${share(dear, 'packing.density')} of their CPU is ` +
        `requested, against ${share(cheap, 'packing.density')}`
      );
    case 'idle':
      return (
        `more of its instances stand empty: ${hours(dear)} instance-hours, ${emptyShare(dear)} of them without a task, ` +
        `against ${hours(cheap)} and ${emptyShare(cheap)}`
      );
    case 'reserve':
      return 'each of its instances offers less to tasks: the platform keeps more for itself';
    case 'price':
      return 'it runs on dearer instance types';
    case 'work':
      return 'its tasks held more CPU in all: some started that waited elsewhere, or sizes were rounded up';
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

function factorsOf(run: RunResult): Factor[] {
  const work = (metric(run, 'cost.total') ?? 0) / (metric(run, 'cost.perVcpuHour') || 1);
  const density = metric(run, 'packing.density') || 1;
  const utilisation = metric(run, 'utilisation.cpu') || 1;
  const instances = metric(run, 'cost.instances') || 1;
  const hoursRun = metric(run, 'instances.hours') || 1;
  const offered = work / utilisation;
  return [
    { name: 'work', value: work || 1 },
    { name: 'price', value: instances / hoursRun },
    { name: 'reserve', value: hoursRun / (offered || 1) },
    { name: 'idle', value: density / utilisation },
    { name: 'density', value: 1 / density },
  ];
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

function share(run: RunResult, name: 'packing.density'): string {
  return `${Math.floor((metric(run, name) ?? 0) * 100)} %`;
}

/** Share of ready time without tasks: what is lost between utilisation and density. */
function emptyShare(run: RunResult): string {
  const density = metric(run, 'packing.density') || 1;
  return `${Math.ceil((1 - (metric(run, 'utilisation.cpu') ?? 0) / density) * 100)} %`;
}
