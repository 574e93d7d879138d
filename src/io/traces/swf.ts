import type { TraceTable } from '../../model/trace-table.ts';
import { forEachLine, lineBlocks } from '../byte-lines.ts';
import { FieldRow } from '../field-row.ts';
import { RowProblems } from './row-problems.ts';
import { hasFields, readCpuMilli, readMemoryBytes, readTimeMs } from './row-values.ts';
import { type TraceChoice, TraceSink } from './trace-sink.ts';

const SEMICOLON = 0x3b;
const FIELDS = 18;
/** Index of each field used; the standard counts from 1. */
const FIELD = {
  submit: 1,
  runTime: 3,
  allocatedProcessors: 4,
  usedMemory: 6,
  requestedProcessors: 7,
  requestedMemory: 9,
  status: 10,
} as const;
/** Lines that repeat a part of a job whose whole has its own line: "to be continued", "last", "last, failed". */
const FIRST_PARTIAL_STATUS = 2;
const LAST_PARTIAL_STATUS = 4;

const SUBMIT = { name: 'the submit time', unit: 'seconds', multiply: 1000, divide: 1 };
const RUN_TIME = { ...SUBMIT, name: 'the run time' };
const PROCESSORS = { name: 'the number of processors', unit: 'processors', multiply: 1000, divide: 1 };
const MEMORY = { name: 'the memory', unit: 'kilobytes per processor', multiply: 1024, divide: 1 };
const PLAIN = { multiply: 1, divide: 1 };

/**
 * A log in the Standard Workload Format 2.2 (D. Feitelson, Parallel Workloads Archive): header comments after `;`,
 * then 18 fields per job, −1 for unknown. One task per job: a vCPU per processor requested (as CloudSim Plus does;
 * allocated ones where that is unknown), the memory requested (else used) per processor times their number. Header
 * counts are not believed: copies of logs carry wrong ones.
 *
 * Counted as lost: jobs without submit time, run time or processors (cancelled before the start), and the partial
 * lines of checkpointed jobs (status 2 to 4). Failed and cancelled jobs that ran are kept: they took room.
 * One draw per job line. Errors: those of `lineBlocks` and the sink; E3001 for every broken line.
 */
export async function readSwf(file: string, choice: TraceChoice, draw: () => number): Promise<TraceTable> {
  const sink = new TraceSink(choice, draw);
  const problems = new RowProblems(file);
  const row = new FieldRow();
  for await (const block of lineBlocks(file)) {
    forEachLine(file, block, Number.POSITIVE_INFINITY, (bytes, start, end, line) => {
      row.splitAtBlanks(bytes, start, end, line);
      if (row.count === 0 || bytes[row.starts[0]!] === SEMICOLON) return;
      sink.begin();
      readJob(row, sink, problems);
    });
  }
  problems.throwAny();
  return sink.finish(file);
}

function readJob(row: FieldRow, sink: TraceSink, problems: RowProblems): void {
  if (!hasFields(row, FIELDS, problems)) return;
  const status = row.number(FIELD.status, PLAIN);
  if (!Number.isInteger(status)) {
    problems.field(row, FIELD.status, 'the status', 'a whole number');
    return;
  }
  if (status >= FIRST_PARTIAL_STATUS && status <= LAST_PARTIAL_STATUS) {
    sink.drop('a part of a job that has its own line');
    return;
  }
  const submitMs = readTimeMs(row, FIELD.submit, SUBMIT, problems);
  if (submitMs === undefined) return;
  if (submitMs < 0) {
    sink.drop('no submit time');
    return;
  }
  const processors = known(row, FIELD.requestedProcessors, FIELD.allocatedProcessors);
  if (processors < 0) {
    sink.drop('no number of processors');
    return;
  }
  const cpuMilli = readCpuMilli(row, processors, PROCESSORS, problems);
  const runtimeMs = readTimeMs(row, FIELD.runTime, RUN_TIME, problems);
  if (cpuMilli === undefined || runtimeMs === undefined) return;
  if (runtimeMs < 0) {
    sink.drop('no run time');
    return;
  }
  if (!sink.isWanted(submitMs)) return;
  let memoryBytes: number | undefined = 0;
  const memory = known(row, FIELD.requestedMemory, FIELD.usedMemory);
  if (memory < 0) {
    sink.note('no memory given: asks for none');
  } else {
    memoryBytes = readMemoryBytes(row, memory, MEMORY, problems);
    if (memoryBytes === undefined) return;
  }
  const totalBytes = memoryBytes * Math.ceil(cpuMilli / 1000);
  if (totalBytes > Number.MAX_SAFE_INTEGER) {
    problems.field(row, memory, MEMORY.name, 'an amount below 8 PiB');
    return;
  }
  sink.keep(submitMs, runtimeMs, sink.shapeOf(cpuMilli, totalBytes, null));
}

/** The first of two fields that says something: not 0, not negative. −1: neither does. */
function known(row: FieldRow, first: number, second: number): number {
  // A field that is no number at all counts as said, so that its reader complains.
  if (!(row.number(first, PLAIN) <= 0)) return first;
  return row.number(second, PLAIN) <= 0 ? -1 : second;
}
