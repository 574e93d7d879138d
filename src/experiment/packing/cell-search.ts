import { type RandomStream, RandomStreams } from '../../kernel/random-streams.ts';
import { quantile } from '../../statistics/descriptive.ts';
import { type Cell, fits, sparedOf } from './cell.ts';
import { shuffled } from '../shuffled.ts';

export interface PackingSearch {
  readonly seed: number;
  /** Random orders of the machines, or of the copies. */
  readonly permutations: number;
  /** Share of the tasks that may stay without room. */
  readonly pendingShare: number;
}

/** Results over the permutations. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  /** The 90th percentile of costs (machines), the 10th of gains (copies): what nine permutations of ten reach. */
  readonly typical: number;
  readonly max: number;
  /** Each, in order of permutation. */
  readonly values: readonly number[];
}

export interface Compaction extends Spread {
  /** Permutations in which fewer machines did although more did not: a scheduling anomaly. */
  readonly anomalies: number;
}

/** Share of the machines below the answer that are looked at for anomalies. */
const NEIGHBOURHOOD = 0.05;
/** A workload that this many times the machines cannot hold will not fit. */
const MOST_COPIES = 64;

/**
 * Cell compaction: how few machines hold the workload. The machines are put in random order and taken away from the end
 * until the workload, packed from scratch each time, no longer fits; when it does not fit to begin with, machines alike are
 * added. By halving, then every number within 5 % below the answer, because adding machines may make a packing worse.
 * Null when no number of these machines will do.
 * Source: A. Verma, M. Korupolu, J. Wilkes, Evaluating job packing in warehouse-scale computing, CLUSTER 2014
 */
export function compact(cell: Cell, search: PackingSearch): Compaction | null {
  if (cell.machines.length === 0) return null;
  const spared = sparedOf(cell.tasks.length, search.pendingShare);
  const counts: number[] = [];
  let anomalies = 0;
  for (let permutation = 0; permutation < search.permutations; permutation++) {
    const streams = new RandomStreams(search.seed, permutation);
    const order = machineOrder(cell, streams.stream('packing', 'machines'));
    const holds = (count: number) =>
      fits(cell, order.slice(0, count), cell.tasks, {
        spared,
        random: streams.stream('packing', 'decisions'),
      });
    let enough = cell.machines.length;
    while (enough <= order.length && !holds(enough)) enough *= 2;
    if (enough > order.length) return null;
    let tooFew = enough === cell.machines.length ? -1 : enough / 2;
    while (enough - tooFew > 1) {
      const middle = Math.floor((tooFew + enough) / 2);
      if (holds(middle)) enough = middle;
      else tooFew = middle;
    }
    const found = enough;
    const lowest = Math.max(0, Math.floor(found * (1 - NEIGHBOURHOOD)));
    // The one just below is known not to do.
    for (let count = lowest; count < found - 1; count++) {
      if (!holds(count)) continue;
      anomalies += 1;
      enough = count;
      break;
    }
    counts.push(enough);
  }
  return { ...spreadOf(counts, 0.9), anomalies };
}

/** One permutation of the machines, then of others alike, as often as may be needed. */
function machineOrder({ machines }: Cell, random: RandomStream): number[] {
  const indexes = machines.map((_, index) => index);
  return Array.from({ length: MOST_COPIES }, () => shuffled(indexes, random)).flat();
}

/**
 * Workload inflation: how many copies of the workload the machines hold. Copy after copy comes, each in random order, until
 * the share of tasks without room is exceeded; the factor is the number of tasks that still fit over that of one copy, found by
 * halving. Null without tasks or machines.
 * Source: as `compact`
 */
export function inflate(cell: Cell, search: PackingSearch): Spread | null {
  if (cell.tasks.length === 0 || cell.machines.length === 0) return null;
  const machines = cell.machines.map((_, index) => index);
  const factors: number[] = [];
  for (let permutation = 0; permutation < search.permutations; permutation++) {
    const streams = new RandomStreams(search.seed, permutation);
    const draws = streams.stream('packing', 'copies');
    const tasks: number[] = [];
    const holds = (count: number) => {
      while (tasks.length < count) tasks.push(...shuffled(cell.tasks, draws));
      return fits(cell, machines, tasks.slice(0, count), {
        spared: sparedOf(count, search.pendingShare),
        random: streams.stream('packing', 'decisions'),
      });
    };
    let tooMany = cell.tasks.length;
    while (tooMany < MOST_COPIES * cell.tasks.length && holds(tooMany)) tooMany *= 2;
    let enough = tooMany === cell.tasks.length ? 0 : tooMany / 2;
    while (tooMany - enough > 1) {
      const middle = Math.floor((enough + tooMany) / 2);
      if (holds(middle)) enough = middle;
      else tooMany = middle;
    }
    factors.push(enough / cell.tasks.length);
  }
  return spreadOf(factors, 0.1);
}

function spreadOf(values: readonly number[], typicalShare: number): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    min: sorted[0]!,
    median: quantile(sorted, 0.5),
    typical: quantile(sorted, typicalShare),
    max: sorted.at(-1)!,
    values,
  };
}
