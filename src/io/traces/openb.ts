import { MIB } from '../../units.ts';
import type { GpuRequest } from '../../model/task-class.ts';
import type { TraceShape, TraceTable } from '../../model/trace-table.ts';
import { findColumns, readCsv } from '../csv-columns.ts';
import type { FieldRow } from '../field-row.ts';
import { fileError } from '../gzip.ts';
import { RowProblems } from './row-problems.ts';
import { hasFields, readCpuMilli, readMemoryBytes, readTimeMs, readWhole } from './row-values.ts';
import { type TraceChoice, TraceSink } from './trace-sink.ts';

/** Devices of the largest machines (16), and thousandths of one. */
const MAX_GPUS = 16;
const WHOLE_GPU = 1000;

const CPU = { name: 'cpu_milli', unit: 'millicores', multiply: 1, divide: 1 };
const MEMORY = { name: 'memory_mib', unit: 'MiB', multiply: MIB, divide: 1 };
const CREATED = { name: 'creation_time', unit: 'seconds', multiply: 1000, divide: 1 };
const SCHEDULED = { ...CREATED, name: 'scheduled_time' };
const DELETED = { ...CREATED, name: 'deletion_time' };

const POD_COLUMNS = ['cpu_milli', 'memory_mib', 'num_gpu', 'gpu_milli'] as const;
const TIME_COLUMNS = ['creation_time', 'deletion_time', 'scheduled_time'] as const;

/**
 * A pod list of the Alibaba GPU cluster trace v2023 (`openb_pod_list_*.csv`, alibaba/clusterdata
 * cluster-trace-gpu-v2023). Submitted at `creation_time`; runs for `deletion_time` − `scheduled_time`, or
 * − `creation_time` when it never was scheduled. `gpu_spec`, if there, lists the models allowed, separated by `|`.
 * The lists `multigpu20` and `multigpu50` have no times: they can be read with departures `none`, all at time 0.
 * One draw per row. Errors: those of `readCsv`, `findColumns` and the sink; E3001 for every broken row.
 */
export async function readOpenbPods(
  file: string,
  choice: TraceChoice,
  draw: () => number,
): Promise<TraceTable> {
  const sink = new TraceSink(choice, draw);
  const problems = new RowProblems(file);
  const requests = new GpuRequests();
  let columnCount = 0;
  let at: ReturnType<typeof podColumns>;
  await readCsv(file, {
    header(names) {
      columnCount = names.length;
      at = podColumns(file, names, choice.departures === 'none');
    },
    row(row) {
      sink.begin();
      if (!hasFields(row, columnCount, problems)) return;
      let submitMs: number | undefined = 0;
      let runtimeMs: number | undefined = Number.POSITIVE_INFINITY;
      if (at.creation_time < 0) {
        sink.note('no times in the list: submitted at 0');
      } else {
        submitMs = readTimeMs(row, at.creation_time, CREATED, problems);
        if (submitMs === undefined) return;
      }
      if (!sink.isWanted(submitMs)) return;
      if (choice.departures === 'trace') runtimeMs = readRuntimeMs(row, at, submitMs, problems, sink);
      const cpuMilli = readCpuMilli(row, at.cpu_milli, CPU, problems);
      const memoryBytes = readMemoryBytes(row, at.memory_mib, MEMORY, problems);
      const gpu = readGpu(row, at, requests, problems);
      if (runtimeMs === undefined || cpuMilli === undefined || memoryBytes === undefined || gpu === undefined)
        return;
      sink.keep(submitMs, runtimeMs, sink.shapeOf(cpuMilli, memoryBytes, gpu));
    },
  });
  problems.throwAny();
  return sink.finish(file);
}

/**
 * What each pod of such a list asks for, times aside; lists without times will do. In the order of `creation_time`.
 * Errors: those of `readOpenbPods`.
 */
export async function readOpenbRequests(file: string): Promise<readonly TraceShape[]> {
  const everything: TraceChoice = {
    format: 'openb',
    window: null,
    sample: 1,
    timeScale: 1,
    runtimeScale: 1,
    departures: 'none',
    columns: new Map(),
  };
  const table = await readOpenbPods(file, everything, () => 0);
  const requests: TraceShape[] = [];
  for (const rows = table.rows(); rows.next(); ) requests.push(table.shapes[rows.columns.shape[rows.row]!]!);
  return requests;
}

type PodColumns = Record<(typeof POD_COLUMNS)[number] | (typeof TIME_COLUMNS)[number] | 'gpu_spec', number>;

function podColumns(file: string, names: readonly string[], canLackTimes: boolean): PodColumns {
  const hasNoTimes = TIME_COLUMNS.every((name) => !names.includes(name));
  if (!hasNoTimes) return findColumns(file, names, [...POD_COLUMNS, ...TIME_COLUMNS], ['gpu_spec']);
  const columns = findColumns(file, names, POD_COLUMNS, [...TIME_COLUMNS, 'gpu_spec']);
  if (!canLackTimes) {
    throw fileError(
      'E3002',
      file,
      `The list has no times: ${TIME_COLUMNS.join(', ')}`,
      'set departures: none',
    );
  }
  return columns;
}

function readRuntimeMs(
  row: FieldRow,
  at: PodColumns,
  submitMs: number,
  problems: RowProblems,
  sink: TraceSink,
): number | undefined {
  const endMs = readTimeMs(row, at.deletion_time, DELETED, problems);
  if (endMs === undefined) return undefined;
  let startMs: number | undefined = submitMs;
  if (row.isEmpty(at.scheduled_time)) {
    sink.note('never scheduled: runs from creation to deletion');
  } else {
    startMs = readTimeMs(row, at.scheduled_time, SCHEDULED, problems);
    if (startMs === undefined) return undefined;
  }
  if (endMs >= startMs) return endMs - startMs;
  sink.note('ends before it starts: run time 0');
  return 0;
}

function readGpu(
  row: FieldRow,
  at: PodColumns,
  requests: GpuRequests,
  problems: RowProblems,
): GpuRequest | null | undefined {
  const count = readWhole(row, at.num_gpu, 'num_gpu', problems, MAX_GPUS);
  const milli = readWhole(row, at.gpu_milli, 'gpu_milli', problems, WHOLE_GPU);
  if (count === undefined || milli === undefined) return undefined;
  if (count === 0) return null;
  if (milli === 0) {
    problems.field(row, at.gpu_milli, 'gpu_milli', 'a share of 1 to 1000 with GPUs asked for');
    return undefined;
  }
  const spec = at.gpu_spec < 0 || row.isEmpty(at.gpu_spec) ? '' : row.text(at.gpu_spec);
  return requests.request(count, count > 1 ? WHOLE_GPU : milli, spec);
}

/** Equal requests are one object, made on first sight; `V100M16|V100M32` lists the models allowed, empty is any. */
class GpuRequests {
  readonly #ofSpec = new Map<string, (GpuRequest | undefined)[]>();

  request(count: number, milli: number, spec: string): GpuRequest {
    let requests = this.#ofSpec.get(spec);
    if (requests === undefined) {
      requests = [];
      this.#ofSpec.set(spec, requests);
    }
    const index = count * (WHOLE_GPU + 1) + milli;
    requests[index] ??= { count, milli, models: spec.split('|').filter((model) => model !== '') };
    return requests[index];
  }
}

/** One machine of the trace. */
export interface OpenbNode {
  readonly name: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly gpuCount: number;
  /** Empty without GPUs. */
  readonly gpuModel: string;
}

/**
 * A node list of the same trace (`openb_node_list_*.csv`), in file order. Errors: those of `readCsv` and
 * `findColumns`; E3001 for every broken row; E3003 when there are no nodes.
 */
export async function readOpenbNodes(file: string): Promise<readonly OpenbNode[]> {
  const problems = new RowProblems(file);
  const nodes: OpenbNode[] = [];
  const names = new Set<string>();
  let columnCount = 0;
  let at: Record<'sn' | 'cpu_milli' | 'memory_mib' | 'gpu' | 'model', number>;
  await readCsv(file, {
    header(header) {
      columnCount = header.length;
      at = findColumns(file, header, ['sn', 'cpu_milli', 'memory_mib', 'gpu', 'model']);
    },
    row(row) {
      if (!hasFields(row, columnCount, problems)) return;
      const name = row.text(at.sn);
      if (name === '' || names.has(name)) {
        problems.field(row, at.sn, 'sn', 'a name of its own');
        return;
      }
      const cpuMilli = readCpuMilli(row, at.cpu_milli, CPU, problems);
      const memoryBytes = readMemoryBytes(row, at.memory_mib, MEMORY, problems);
      const gpuCount = readWhole(row, at.gpu, 'gpu', problems, MAX_GPUS);
      if (cpuMilli === undefined || memoryBytes === undefined || gpuCount === undefined) return;
      names.add(name);
      nodes.push({ name, cpuMilli, memoryBytes, gpuCount, gpuModel: row.text(at.model) });
    },
  });
  problems.throwAny();
  if (nodes.length === 0) throw fileError('E3003', file, 'There are no nodes in the list');
  return nodes;
}
