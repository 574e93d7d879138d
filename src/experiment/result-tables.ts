import { type CsvColumn, unescapeFormula } from '../io/csv-write.ts';
import type { CostNode, CostSummary, InstanceRow, TaskRow, TimeBucket } from './result.ts';

/** How one table of a result directory is written and read back. */
export interface ResultTable<Row> {
  readonly columns: readonly CsvColumn<Row>[];
  /** Undoes `columns`. Throws `BadCell` on a cell that `columns` cannot have written. */
  read(cells: RowReader): Row;
}

/** Cells of one row by column name. Internal to reading: the directory turns it into E4004. */
export interface RowReader {
  text(column: string): string;
  number(column: string): number;
  numberOrNull(column: string): number | null;
}

/** A cell that its column cannot hold. */
export class BadCell extends Error {}

/** The reader of one table, for rows in the order of `columns`. */
export function rowReader(columns: readonly CsvColumn<never>[]): (row: readonly string[]) => RowReader {
  const positions = new Map(columns.map((column, position) => [column.name, position]));
  let current: readonly string[] = [];
  const cell = (column: string): string => {
    const value = current[positions.get(column) ?? -1];
    if (value === undefined) throw new BadCell(`no column "${column}"`);
    return value;
  };
  const number = (column: string): number => {
    const value = cell(column);
    const parsed = Number(value);
    if (value.trim() === '' || !Number.isFinite(parsed)) throw new BadCell(`${column} is "${value}"`);
    return parsed;
  };
  const reader: RowReader = {
    text: (column) => unescapeFormula(cell(column)),
    number,
    numberOrNull: (column) => (cell(column) === '' ? null : number(column)),
  };
  return (row) => {
    current = row;
    return reader;
  };
}

/** `timeseries.csv`: one row per bucket. */
export function seriesTable(startEpochMs: number): ResultTable<TimeBucket> {
  return {
    columns: [
      ...time<TimeBucket>('start', startEpochMs, (row) => row.startMs),
      number('instances_mean', (row) => row.instances.mean),
      number('instances_min', (row) => row.instances.min),
      number('instances_max', (row) => row.instances.max),
      number('pending_mean', (row) => row.pending.mean),
      number('pending_max', (row) => row.pending.max),
      number('running', (row) => row.running),
      number('cpu_requested_vcpu', (row) => row.cpuRequested),
      number('cpu_allocatable_vcpu', (row) => row.cpuAllocatable),
      number('memory_requested_gib', (row) => row.memoryRequestedGiB),
      number('memory_allocatable_gib', (row) => row.memoryAllocatableGiB),
      number('gpu_requested', (row) => row.gpuRequested),
      number('gpu_allocatable', (row) => row.gpuAllocatable),
      number('cost_usd_per_hour', (row) => row.usdPerHour),
    ],
    read: (cells) => ({
      startMs: milliseconds(cells.number('start_s')),
      instances: {
        mean: cells.number('instances_mean'),
        min: cells.number('instances_min'),
        max: cells.number('instances_max'),
      },
      pending: { mean: cells.number('pending_mean'), max: cells.number('pending_max') },
      running: cells.number('running'),
      cpuRequested: cells.number('cpu_requested_vcpu'),
      cpuAllocatable: cells.number('cpu_allocatable_vcpu'),
      memoryRequestedGiB: cells.number('memory_requested_gib'),
      memoryAllocatableGiB: cells.number('memory_allocatable_gib'),
      gpuRequested: cells.number('gpu_requested'),
      gpuAllocatable: cells.number('gpu_allocatable'),
      usdPerHour: cells.number('cost_usd_per_hour'),
    }),
  };
}

/** `tasks.csv`: one row per attempt. */
export function tasksTable(startEpochMs: number): ResultTable<TaskRow> {
  return {
    columns: [
      text('task', (row) => row.task),
      text('task_group', (row) => row.group),
      number('attempt', (row) => row.attempt),
      number('cpu_millicores', (row) => row.cpuMilli),
      number('memory_mib', (row) => row.memoryMiB),
      number('gpus', (row) => row.gpus),
      text('gpu_devices', (row) => devicesText(row.gpuMask)),
      ...time<TaskRow>('submitted', startEpochMs, (row) => row.submitMs),
      ...time<TaskRow>('placed', startEpochMs, (row) => row.placedMs),
      ...time<TaskRow>('running', startEpochMs, (row) => row.runningMs),
      ...time<TaskRow>('ended', startEpochMs, (row) => row.endMs),
      text('instance', (row) => row.instance),
      text('outcome', (row) => row.outcome),
    ],
    read: (cells) => ({
      task: cells.text('task'),
      group: cells.text('task_group'),
      attempt: cells.number('attempt'),
      cpuMilli: cells.number('cpu_millicores'),
      memoryMiB: cells.number('memory_mib'),
      gpus: cells.number('gpus'),
      gpuMask: devicesMask(cells.text('gpu_devices')),
      submitMs: milliseconds(cells.number('submitted_s')),
      placedMs: millisecondsOrNull(cells.numberOrNull('placed_s')),
      runningMs: millisecondsOrNull(cells.numberOrNull('running_s')),
      endMs: millisecondsOrNull(cells.numberOrNull('ended_s')),
      instance: cells.text('instance'),
      outcome: cells.text('outcome'),
    }),
  };
}

/** `nodes.csv`: one row per instance ever requested. */
export function instancesTable(startEpochMs: number): ResultTable<InstanceRow> {
  return {
    columns: [
      text('instance', (row) => row.instance),
      text('instance_group', (row) => row.group),
      text('instance_type', (row) => row.type),
      text('zone', (row) => row.zone),
      number('cpu_millicores', (row) => row.cpuMilli),
      number('memory_mib', (row) => row.memoryMiB),
      number('cpu_allocatable_millicores', (row) => row.allocatableCpuMilli),
      number('memory_allocatable_mib', (row) => row.allocatableMemoryMiB),
      number('gpus', (row) => row.gpus),
      ...time<InstanceRow>('requested', startEpochMs, (row) => row.requestedMs),
      ...time<InstanceRow>('running', startEpochMs, (row) => row.runningMs),
      ...time<InstanceRow>('ready', startEpochMs, (row) => row.readyMs),
      ...time<InstanceRow>('draining', startEpochMs, (row) => row.drainingMs),
      ...time<InstanceRow>('ended', startEpochMs, (row) => row.endMs),
      number('billed_s', (row) => row.billedSeconds),
      number('cost_usd', (row) => row.usd),
      number('cpu_utilisation_ratio', (row) => row.cpuUtilisation),
    ],
    read: (cells) => ({
      instance: cells.text('instance'),
      group: cells.text('instance_group'),
      type: cells.text('instance_type'),
      zone: cells.text('zone'),
      cpuMilli: cells.number('cpu_millicores'),
      memoryMiB: cells.number('memory_mib'),
      allocatableCpuMilli: cells.number('cpu_allocatable_millicores'),
      allocatableMemoryMiB: cells.number('memory_allocatable_mib'),
      gpus: cells.number('gpus'),
      requestedMs: milliseconds(cells.number('requested_s')),
      runningMs: millisecondsOrNull(cells.numberOrNull('running_s')),
      readyMs: millisecondsOrNull(cells.numberOrNull('ready_s')),
      drainingMs: millisecondsOrNull(cells.numberOrNull('draining_s')),
      endMs: millisecondsOrNull(cells.numberOrNull('ended_s')),
      billedSeconds: cells.number('billed_s'),
      usd: cells.number('cost_usd'),
      cpuUtilisation: cells.numberOrNull('cpu_utilisation_ratio'),
    }),
  };
}

/** A line of `costs.csv`: a node of the bill with the names above it, or a share of the allocation. */
export interface CostRow {
  /** `bill`, `allocation`, `line`, or `by PROPERTY`. */
  readonly view: string;
  readonly depth: number;
  /** Names from the top, joined by ` / `. */
  readonly path: string;
  /** Leaves alone sum to the bill. */
  readonly leaf: boolean;
  readonly usd: number;
  readonly detail: string;
}

/** `costs.csv`. Written only: `summary.json` holds the same tree. */
export const COST_COLUMNS: readonly CsvColumn<CostRow>[] = [
  text('view', (row) => row.view),
  number('depth', (row) => row.depth),
  text('path', (row) => row.path),
  { name: 'leaf', kind: 'boolean', value: (row) => row.leaf },
  number('cost_usd', (row) => row.usd),
  text('detail', (row) => row.detail),
];

/** The bill from the top down, who caused the instance cost, every line, and the total by each property. */
export function* costRows(cost: CostSummary): Generator<CostRow> {
  yield* billRows(cost.tree, [], 0);
  for (const { name, usd } of cost.allocation) {
    yield { view: 'allocation', depth: 0, path: name, leaf: true, usd, detail: '' };
  }
  for (const {
    service,
    dimension,
    region,
    az,
    type,
    option,
    unit,
    quantity,
    price,
    usd,
    stated,
  } of cost.lines) {
    const path = [service, dimension, region, az, type, option].join(' / ');
    const detail = `${quantity} ${unit} at ${price}${stated ? ', stated' : ''}`;
    yield { view: 'line', depth: 0, path, leaf: true, usd, detail };
  }
  for (const { by, parts } of cost.cuts) {
    for (const { name, usd } of parts) {
      yield { view: `by ${by}`, depth: 0, path: name, leaf: true, usd, detail: '' };
    }
  }
}

function* billRows(node: CostNode, above: readonly string[], depth: number): Generator<CostRow> {
  const names = [...above, node.name];
  const leaf = node.children.length === 0;
  yield { view: 'bill', depth, path: names.join(' / '), leaf, usd: node.usd, detail: node.detail };
  for (const child of node.children) yield* billRows(child, names, depth + 1);
}

function text<Row>(name: string, value: (row: Row) => string | null): CsvColumn<Row> {
  return { name, kind: 'text', value };
}

function number<Row>(name: string, value: (row: Row) => number | null): CsvColumn<Row> {
  return { name, kind: 'number', value };
}

/** Most devices of an instance: one bit of a mask each. */
const MOST_DEVICES = 16;

/** `0 3` for the devices 0 and 3. */
function devicesText(mask: number): string {
  if (mask === 0) return '';
  return Array.from({ length: MOST_DEVICES }, (_, device) => device)
    .filter((device) => (mask & (1 << device)) !== 0)
    .join(' ');
}

function devicesMask(devices: string): number {
  if (devices === '') return 0;
  return devices.split(' ').reduce((mask, word) => {
    const device = Number(word);
    if (!/^\d+$/.test(word) || device >= MOST_DEVICES) throw new BadCell(`gpu_devices is "${devices}"`);
    return mask | (1 << device);
  }, 0);
}

/** Two columns: seconds since the start of the run, and the instant in ISO 8601. */
function time<Row>(name: string, startEpochMs: number, value: (row: Row) => number | null): CsvColumn<Row>[] {
  return [
    number(`${name}_s`, (row) => {
      const timeMs = value(row);
      return timeMs === null ? null : timeMs / 1000;
    }),
    text(`${name}_at`, (row) => {
      const timeMs = value(row);
      return timeMs === null ? null : new Date(startEpochMs + timeMs).toISOString();
    }),
  ];
}

/** Times are whole milliseconds: the nearest one undoes the division by 1000. */
function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000);
}

function millisecondsOrNull(seconds: number | null): number | null {
  return seconds === null ? null : milliseconds(seconds);
}
