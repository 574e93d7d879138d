import type { PreparedScenario } from '../prepare-scenario.ts';
import { LANE } from '../../model/resources.ts';
import { TASK_END } from '../../model/cluster-view.ts';
import { SECOND } from '../../units.ts';
import { ClusterRun } from '../run/cluster-run.ts';
import { fleetOf } from '../run/plan-parts.ts';
import type { RunMetrics } from '../run-metrics.ts';
import { runInput } from '../run-platform.ts';
import { endedRun } from '../simulate.ts';
import { type BoundedTask, lowerBound1, lowerBound2, makespanBoundMs } from './bounds.ts';
import { type Cell, sparedOf } from './cell.ts';
import { cellAt, peakDemandMs } from './cell-of-run.ts';
import { compact, type Compaction, inflate, type PackingSearch, type Spread } from './cell-search.ts';

export interface PackingOptions extends Omit<PackingSearch, 'seed'> {
  /** Names of platforms in this order. */
  readonly platforms: readonly string[];
  /** The moment whose machines and tasks are packed; null: the peak of demand on the first platform. */
  readonly atMs: number | null;
  /** Told before each step, for people who wait. */
  readonly onStep?: (platform: string, step: 'run' | 'compaction' | 'inflation') => void;
}

/** How well a platform packs: the four metrics of Verma et al., and how near to the best possible. */
export interface PackingReport {
  readonly platform: string;
  readonly scheduler: string;
  readonly atSeconds: number;
  /** Ready, and in the system, at that moment. */
  readonly machines: number;
  readonly tasks: number;
  /** Means over the run; null where it does not support the number. */
  readonly utilisationCpu: number | null;
  readonly utilisationMemory: number | null;
  readonly density: number | null;
  readonly holes: number | null;
  /** Machines that hold the tasks; null when no number of them does. */
  readonly compaction: Compaction | null;
  /** No packing does with fewer machines. */
  readonly lowerBound1: number | null;
  readonly lowerBound2: number | null;
  /** Typical compaction over the larger bound, less one. */
  readonly compactionGap: number | null;
  /** Copies of the tasks that the machines hold. */
  readonly inflation: Spread | null;
  /** From the first submission to the last success, and what no schedule on the largest fleet beats. */
  readonly makespanSeconds: number | null;
  readonly makespanBoundSeconds: number | null;
  readonly makespanGap: number | null;
}

/**
 * Packs the workload of a scenario on each platform. Runs every platform once, takes its machines and tasks of one
 * moment, and searches. Equal input gives equal reports. Errors: those of runs.
 */
export async function packingReports(
  prepared: PreparedScenario,
  options: PackingOptions,
): Promise<PackingReport[]> {
  const tables = await prepared.drawTables(0);
  const reports: PackingReport[] = [];
  let atMs = options.atMs;
  for (const platform of options.platforms) {
    options.onStep?.(platform, 'run');
    const input = await runInput(prepared, { platform, tables });
    const run = new ClusterRun(input);
    run.run();
    const { summary } = endedRun(run, input, false);
    atMs ??= peakDemandMs(run);
    const { cell, ready } = cellAt(run, atMs);
    const search = { ...options, seed: prepared.plan.seed };
    options.onStep?.(platform, 'compaction');
    const compaction = compact(cell, search);
    options.onStep?.(platform, 'inflation');
    // Copies fit onto machines that were there.
    const inflation = ready === 0 ? null : inflate(cell, search);
    reports.push({
      platform,
      scheduler: summary.platform.scheduler,
      atSeconds: atMs / SECOND,
      machines: ready,
      tasks: cell.tasks.length,
      ...measured(summary.metrics),
      ...compacted(cell, compaction, options.pendingShare),
      inflation,
      ...makespan(run, summary.metrics),
    });
  }
  return reports;
}

function measured(metrics: RunMetrics) {
  return {
    utilisationCpu: metrics['utilisation.cpu'],
    utilisationMemory: metrics['utilisation.memory'],
    density: metrics['packing.density'],
    holes: metrics['packing.holes'],
  };
}

/** Lanes that someone asks for and machines have limits of. */
function scarceLanes({ platform, kinds }: Cell): number[] {
  const { limited } = platform.resources;
  return [...limited.keys()].filter(
    (lane) => limited[lane] === 1 && kinds.some(({ requests }) => requests[lane]! > 0),
  );
}

function compacted(cell: Cell, compaction: Compaction | null, pendingShare: number) {
  const lanes = scarceLanes(cell);
  const spared = sparedOf(cell.tasks.length, pendingShare);
  const asked = cell.tasks.map((kind) => lanes.map((lane) => cell.kinds[kind]!.requests[lane]!));
  const offered = cell.machines.map(({ shape }) => lanes.map((lane) => shape.allocatable[lane]!));
  // Searches may take machines twice, so bounds may too.
  const enough = Array.from({
    length: compaction === null ? 1 : Math.ceil(compaction.max / offered.length) + 1,
  });
  const machines = enough.flatMap(() => offered);
  const bounds =
    lanes.length === 0 || compaction === null
      ? { lowerBound1: null, lowerBound2: null }
      : {
          lowerBound1: lowerBound1(asked, machines, spared),
          lowerBound2: lowerBound2(asked, offered, spared),
        };
  const best = Math.max(bounds.lowerBound1 ?? 0, bounds.lowerBound2 ?? 0);
  return {
    compaction,
    ...bounds,
    compactionGap: compaction === null || best === 0 ? null : compaction.typical / best - 1,
  };
}

/** Of the tasks that succeeded, on all instances that the fleet may ever have, of the largest type of each group. */
function makespan(run: ClusterRun, metrics: RunMetrics) {
  const lanes = [LANE.cpu, LANE.memory];
  const tasks: BoundedTask[] = [];
  for (const rows = run.tasks.attempts.rows.inOrder(); rows.next(); ) {
    const { columns, row } = rows;
    if (columns.outcome[row] !== TASK_END.succeeded) continue;
    const { requests } = run.store.classes[columns.classId[row]!]!;
    tasks.push({
      amounts: lanes.map((lane) => requests[lane]!),
      submitMs: columns.submitMs[row]!,
      durationMs: columns.endMs[row]! - columns.placedMs[row]!,
    });
  }
  const boundMs = makespanBoundMs(tasks, largestFleet(run, lanes));
  const makespanSeconds = tasks.length === 0 ? null : metrics['makespan'];
  const makespanBoundSeconds = boundMs === null ? null : boundMs / SECOND;
  const hasGap = makespanSeconds !== null && makespanBoundSeconds !== null && makespanBoundSeconds > 0;
  return {
    makespanSeconds,
    makespanBoundSeconds,
    makespanGap: hasGap ? makespanSeconds / makespanBoundSeconds - 1 : null,
  };
}

function largestFleet(run: ClusterRun, lanes: readonly number[]): number[] {
  const { plan, platform } = run.input;
  return lanes.map((lane) =>
    fleetOf(plan, platform).reduce((sum, group) => {
      if (group.instances.length > 0) {
        const listed = group.instances.map((_, index) => run.platform.listed(group, index).instance);
        return sum + listed.reduce((own, { shape }) => own + shape.allocatable[lane]!, 0);
      }
      const largest = Math.max(
        ...group.types.map((type) => run.platform.shape(group, type).allocatable[lane]!),
      );
      return sum + group.size.max * largest;
    }, 0),
  );
}
