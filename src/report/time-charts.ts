import type { RunResult, TimeBucket } from '../experiment/result.ts';
import type { PlatformColumn } from './comparison-table.ts';
import type { StepSeries } from './charts/paths.ts';
import { decimal, formatUsd } from './number-format.ts';

/** One line of a chart over time. `low` and `high` are the extremes inside each stretch. */
export interface TimeLine {
  /** Position of the platform: its colour. */
  readonly position: number;
  readonly label: string;
  /** `limit` is drawn thin above a filled `amount`; `line` stands alone. */
  readonly role: 'line' | 'amount' | 'limit';
  readonly mean: StepSeries;
  readonly low: StepSeries | null;
  readonly high: StepSeries | null;
}

export interface TimeChart {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** How to read it, in a sentence. */
  readonly reading: string;
  readonly lines: readonly TimeLine[];
  /** Charts of a row share this top of the axis, so that they can be compared. */
  readonly largest: number;
  readonly format: (value: number) => string;
}

/** Charts that all share the time axis from 0 to `endMs`. A row with several charts is one quantity by platform. */
export interface TimeCharts {
  readonly endMs: number;
  readonly rows: ReadonlyArray<{ readonly title: string; readonly charts: readonly TimeChart[] }>;
}

const count = (value: number) => decimal(value, 1);
const whole = (value: number) => decimal(value, value < 100 ? 1 : 0);

/** The first seed of every platform over time. Quantities that are zero throughout are left out. */
export function timeCharts(platforms: readonly PlatformColumn[]): TimeCharts {
  const runs = platforms.flatMap((platform, position) => {
    const run = platform.first;
    return run.series.rows.length > 0 ? [{ run, position }] : [];
  });
  const endMs = Math.max(1, ...runs.map(({ run }) => run.summary.endedMs));
  const rows = [
    shared(runs, 'instances', 'Instances', 'running', count, (row) => row.instances.mean, {
      reading: 'Instances running. The band spans the fewest and the most inside each stretch of time.',
      low: (row) => row.instances.min,
      high: (row) => row.instances.max,
    }),
    shared(runs, 'pending', 'Tasks waiting for room', 'tasks', count, (row) => row.pending.mean, {
      reading: 'Tasks submitted and not placed. The band reaches up to the most at any moment.',
      low: (row) => row.pending.mean,
      high: (row) => row.pending.max,
    }),
    shared(runs, 'rate', 'Cost of running instances', 'USD/h', formatUsd, (row) => row.usdPerHour, {
      reading: 'What the instances running at each moment cost per hour at list price.',
    }),
    perPlatform(
      runs,
      'cpu',
      'CPU',
      'vCPU',
      (row) => row.cpuRequested,
      (row) => row.cpuAllocatable,
    ),
    perPlatform(
      runs,
      'memory',
      'Memory',
      'GiB',
      (row) => row.memoryRequestedGiB,
      (row) => row.memoryAllocatableGiB,
    ),
    perPlatform(
      runs,
      'gpu',
      'GPUs',
      'GPUs',
      (row) => row.gpuRequested,
      (row) => row.gpuAllocatable,
    ),
  ];
  return { endMs, rows: rows.filter((row) => row.charts.some((chart) => chart.largest > 0)) };
}

type Pick = (row: TimeBucket) => number;
type Runs = ReadonlyArray<{ readonly run: RunResult; readonly position: number }>;

/** All platforms in one chart. */
function shared(
  runs: Runs,
  id: string,
  title: string,
  unit: string,
  format: (value: number) => string,
  mean: Pick,
  more: { readonly reading: string; readonly low?: Pick; readonly high?: Pick },
): TimeCharts['rows'][number] {
  const lines = runs.map(({ run, position }): TimeLine => {
    return {
      position,
      label: run.summary.platform.name,
      role: 'line',
      mean: steps(run, mean),
      low: more.low ? steps(run, more.low) : null,
      high: more.high ? steps(run, more.high) : null,
    };
  });
  const largest = largestOf(lines);
  return { title, charts: [{ id, title, unit, reading: more.reading, lines, largest, format }] };
}

/** One chart per platform: what tasks asked for, under what the instances could give. */
function perPlatform(
  runs: Runs,
  id: string,
  title: string,
  unit: string,
  requested: Pick,
  allocatable: Pick,
): TimeCharts['rows'][number] {
  const pairs = runs.map(({ run, position }): TimeLine[] => {
    const part = (label: string, role: TimeLine['role'], pick: Pick): TimeLine => {
      return { position, label, role, mean: steps(run, pick), low: null, high: null };
    };
    return [part('requested', 'amount', requested), part('allocatable', 'limit', allocatable)];
  });
  const largest = largestOf(pairs.flat());
  return {
    title,
    charts: pairs.map((lines, index) => ({
      id: `${id}-${index}`,
      title: runs[index]!.run.summary.platform.name,
      unit,
      reading: 'The filled area is what tasks asked for; the line above is what ready instances could give.',
      lines,
      largest,
      format: whole,
    })),
  };
}

function steps(run: RunResult, pick: Pick): StepSeries {
  return { bucketMs: run.series.bucketMs, values: run.series.rows.map(pick) };
}

function largestOf(lines: readonly TimeLine[]): number {
  let largest = 0;
  for (const line of lines) {
    for (const value of (line.high ?? line.mean).values) if (value > largest) largest = value;
  }
  return largest;
}

/** Mean of a line over its whole length. */
export function meanOfSteps(series: StepSeries): number {
  return series.values.reduce((sum, value) => sum + value, 0) / series.values.length;
}

/** A tick of the vertical axis: ticks are round, so decimals that are zero go. */
export function axisLabel(chart: TimeChart, tick: number): string {
  return chart.format(tick).replace(/\.0+$/, '');
}
