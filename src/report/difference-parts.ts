import type { RunResult, RunSummary } from '../experiment/result.ts';
import { DAY, HOUR, SECOND } from '../units.ts';

/** What a difference between two platforms is split by, in every export. */
export const SPLITS = ['service', 'type', 'hour'] as const;
/**
 * Those, and what the money was spent on: room for tasks, work that was lost and done again, what the platform keeps back of
 * every instance, room that nobody asked for, and who runs the cluster.
 */
export const ALL_SPLITS = [...SPLITS, 'cause'] as const;
export type Split = (typeof ALL_SPLITS)[number];

/** A part of a difference: dollars on both sides, and how much longer tasks waited there; null where nobody did. */
export interface DifferencePart {
  readonly name: string;
  readonly baselineUsd: number;
  readonly usd: number;
  readonly differenceUsd: number;
  /** service: of the mean wait, seconds. hour: of the mean number of waiting tasks. type: null. */
  readonly baselineWait: number | null;
  readonly wait: number | null;
}

/** Where one platform's cost and waits differ from another's, run against run. */
export interface SplitDifference {
  readonly by: Split;
  /** Their dollars sum to the bills, and their differences to that of the bills. */
  readonly parts: readonly DifferencePart[];
}

/** Parts of a bill that no type and no hour makes. */
export const BESIDE_INSTANCES: readonly string[] = [
  'volumes',
  'control plane',
  'load balancers',
  'rest of the bill',
];

/** Runs longer than this are split by the hour of the day. */
const LONGEST_BY_HOUR_MS = 48 * HOUR;

/**
 * The difference of two runs by service (who asked for the room that instances and volumes cost), by instance type, or by
 * hour (instances at the price of the moment). What the split cannot place stands by itself: control planes, balancers,
 * and the rest of the bill. By service and type the largest difference comes first, hours are in order.
 */
export function splitDifference(baseline: RunResult, other: RunResult, by: Split): SplitDifference {
  const [before, after] = [costsBy(baseline, by), costsBy(other, by)];
  const [waitsBefore, waitsAfter] = [waitsBy(baseline, by), waitsBy(other, by)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const parts = names.map((name): DifferencePart => {
    const [baselineUsd, usd] = [before.get(name) ?? 0, after.get(name) ?? 0];
    return {
      name,
      baselineUsd,
      usd,
      differenceUsd: usd - baselineUsd,
      baselineWait: waitsBefore.get(name) ?? null,
      wait: waitsAfter.get(name) ?? null,
    };
  });
  const isThere = ({ baselineUsd, usd, wait, baselineWait }: DifferencePart) =>
    baselineUsd !== 0 || usd !== 0 || (wait ?? 0) !== 0 || (baselineWait ?? 0) !== 0;
  const shown = parts.filter(isThere);
  if (by === 'hour') return { by, parts: shown };
  return { by, parts: shown.sort((a, b) => Math.abs(b.differenceUsd) - Math.abs(a.differenceUsd)) };
}

function costsBy(result: RunResult, by: Split): Map<string, number> {
  const { summary } = result;
  const costs = new Map<string, number>();
  const add = (name: string, usd: number) => costs.set(name, (costs.get(name) ?? 0) + usd);
  const volumes = summary.metrics['cost.volumes'] ?? 0;
  if (by === 'service') for (const { name, usd } of summary.cost.allocation) add(name, usd);
  else if (by === 'cause') for (const [name, usd] of costsByCause(summary)) add(name, usd);
  else {
    if (by === 'type') for (const { type, usd } of summary.instances) add(type, usd);
    else for (const [name, usd] of hourlyCosts(result)) add(name, usd);
    add('volumes', volumes);
  }
  add('control plane', summary.metrics['cost.controlPlane'] ?? 0);
  add('load balancers', summary.metrics['cost.loadBalancers'] ?? 0);
  const placed = [...costs.values()].reduce((sum, usd) => sum + usd, 0);
  const rest = total(summary) - placed;
  // Below a millionth of the bill it is rounding.
  if (Math.abs(rest) > 1e-6 * Math.abs(total(summary))) add('rest of the bill', rest);
  return costs;
}

/**
 * Instances and volumes by what they were for. Work of jobs that was lost with its room is a share of what tasks asked for, by
 * CPU: it was paid for, and is paid for again.
 */
function costsByCause({ cost, metrics }: RunSummary): [string, number][] {
  const of = (name: string) => cost.allocation.find((one) => one.name === name)?.usd ?? 0;
  const [idle, overhead] = [of('(idle)'), of('(overhead)')];
  const asked = cost.allocation.reduce((sum, { usd }) => sum + usd, 0) - idle - overhead;
  const perVcpuHour = metrics['cost.perVcpuHour'] ?? 0;
  const askedVcpuS = perVcpuHour === 0 ? 0 : ((metrics['cost.total'] ?? 0) / perVcpuHour) * (HOUR / SECOND);
  const lostVcpuS = metrics['disruption.lostCpu'] ?? 0;
  const lost = askedVcpuS === 0 ? 0 : asked * Math.min(1, lostVcpuS / askedVcpuS);
  return [
    ['room for tasks', asked - lost],
    ['work lost to disruption', lost],
    ['overhead of nodes', overhead],
    ['idle room', idle],
  ];
}

/** What instances cost in each hour; bill and clock differ by what is rounded up to seconds and minutes. */
function hourlyCosts(result: RunResult): [string, number][] {
  const costs = new Map<string, number>();
  for (const { startMs, lengthMs, row } of buckets(result)) {
    const name = hourName(result.summary, startMs);
    costs.set(name, (costs.get(name) ?? 0) + row.usdPerHour * (lengthMs / HOUR));
  }
  return [...costs];
}

function waitsBy(result: RunResult, by: Split): Map<string, number> {
  if (by === 'type') return new Map();
  if (by === 'service') {
    return new Map(
      result.summary.groups.flatMap(({ name, waitMeanS }) =>
        waitMeanS === null ? [] : [[name, waitMeanS] as const],
      ),
    );
  }
  const sums = new Map<string, { waiting: number; ms: number }>();
  for (const { startMs, lengthMs, row } of buckets(result)) {
    const name = hourName(result.summary, startMs);
    const sum = sums.get(name) ?? { waiting: 0, ms: 0 };
    sums.set(name, { waiting: sum.waiting + row.pending.mean * lengthMs, ms: sum.ms + lengthMs });
  }
  return new Map([...sums].map(([name, { waiting, ms }]) => [name, ms === 0 ? 0 : waiting / ms]));
}

function buckets({ series, summary }: RunResult) {
  return series.rows.map((row) => ({
    row,
    startMs: row.startMs,
    lengthMs: Math.min(series.bucketMs, summary.endedMs - row.startMs),
  }));
}

/** `02:00` of a day, `day 2 02:00` of a few, `02:00 of the day` for all days of a longer run; counted from its start. */
function hourName({ horizonMs }: RunSummary, startMs: number): string {
  const hour = `${String(Math.floor(startMs / HOUR) % 24).padStart(2, '0')}:00`;
  if (horizonMs > LONGEST_BY_HOUR_MS) return `${hour} of the day`;
  return horizonMs > DAY ? `day ${Math.floor(startMs / DAY) + 1} ${hour}` : hour;
}

function total({ metrics }: RunSummary): number {
  return metrics['cost.total'] ?? 0;
}
