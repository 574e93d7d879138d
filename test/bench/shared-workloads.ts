import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import { type TraceTable, TraceRows } from '../../src/model/trace-table.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import { DAY, GIB } from '../../src/units.ts';
import { benchPlan, benchPlatform, benchTemplate, benchType } from './worlds.ts';

/**
 * Workloads that other simulators run too, with check values that agree only if every step agrees. Generator: MINSTD,
 * x ← 48271·x mod (2³¹−1); per task four steps in this order: cpu = 1 << (x & 3), memory = 2 << (x & 3) GiB,
 * duration = 60,001 + 2·(x mod 1,770,000) ms, gap = 2·⌊draw(x)·g / 1,500,000⌋ ms, where draw is the piecewise linear
 * −log2. One FIFO queue whose head alone may start; hosts of 16 vCPU and 64 GiB.
 */
export type SharedPolicy = 'first-fit' | 'best-fit';

export interface SharedWorkload {
  readonly name: string;
  readonly hosts: number;
  readonly tasks: number;
  readonly gap: number;
  readonly checks: Readonly<Record<SharedPolicy, string>>;
}

export const SHARED_WORKLOADS: readonly SharedWorkload[] = [
  {
    name: 'W2',
    hosts: 5000,
    tasks: 100_000,
    gap: 57,
    checks: {
      'first-fit': '100000/563765217750/14839591/365045669',
      'best-fit': '100000/563765217750/14839591/187854116',
    },
  },
  {
    name: 'W2Q',
    hosts: 5000,
    tasks: 100_000,
    gap: 40,
    checks: {
      'first-fit': '100000/420174496693/12128670/1144630836',
      'best-fit': '100000/418083822492/12085269/601078902',
    },
  },
  {
    name: 'W3',
    hosts: 10_000,
    tasks: 1_000_000,
    gap: 29,
    checks: {
      'first-fit': '1000000/28492240226248/60565433/1198149170',
      'best-fit': '1000000/28492240226248/60565433/246363570',
    },
  },
];

const MODULUS = 2 ** 31 - 1;

/** The tasks of a workload as a trace. */
export function sharedTasks({ tasks, gap }: SharedWorkload): TraceTable {
  const rows = new TraceRows();
  let x = 20260102;
  let atMs = 0;
  const next = () => {
    x = (48271 * x) % MODULUS;
    return x;
  };
  for (let task = 0; task < tasks; task++) {
    const cpu = 1 << (next() & 3);
    const memory = 2 << (next() & 3);
    const runtimeMs = 60_001 + 2 * (next() % 1_770_000);
    atMs += 2 * Math.floor((expLike(next()) * gap) / 1_500_000);
    rows.add(atMs, runtimeMs, rows.shapeOf(cpu * 1000, memory * GIB, null));
  }
  return rows.finish(tasks, []);
}

/** Piecewise linear −log2 of x / 2³¹, in millionths. */
function expLike(x: number): number {
  const e = 31 - Math.clz32(x);
  return (30 - e) * 1_000_000 + 1_000_000 - Math.floor(((x - 2 ** e) * 1_000_000) / 2 ** e);
}

/** Runs the workload through the whole engine; returns the check value. */
export function runSharedWorkload(
  workload: SharedWorkload,
  policy: SharedPolicy,
  table: TraceTable,
): { readonly check: string; readonly events: number; readonly decisions: number } {
  const type = benchType(16, 64);
  const template = benchTemplate(0, 0);
  const trace = {
    name: 'shared',
    format: 'csv',
    file: '',
    sha256: '',
    window: null,
    sample: 1,
    timeScale: 1,
    runtimeScale: 1,
    departures: 'trace',
    columns: new Map(),
    template,
  } as const;
  const run = new ClusterRun({
    plan: benchPlan(type, workload.hosts, { traces: [trace] }, 30 * DAY),
    platform: benchPlatform('bare', policy, {}, 'strict'),
    tables: new Map([['shared', table]]),
    scheduler: findScheduler(policy)!,
    // The rule of these workloads: heads are started after every single end.
    passes: 'after-each-release',
  });
  run.run();
  const { rows } = run.tasks.attempts;
  let starts = 0;
  let last = 0;
  let hash = 0;
  for (const all = rows.inOrder(); all.next(); ) {
    const { columns, row } = all;
    starts += columns.placedMs[row]!;
    last = Math.max(last, columns.endMs[row]!);
    hash = (31 * hash + columns.instanceId[row]!) % MODULUS;
  }
  const check = `${rows.length}/${starts}/${last}/${hash}`;
  return { check, events: run.kernel.eventsProcessed, decisions: run.placement.attempts };
}
