import type { EventSource, Kernel } from '../kernel/kernel.ts';
import { PHASE } from '../model/phases.ts';
import type { TraceTable } from '../model/trace-table.ts';

export interface TraceReplayOptions {
  readonly kernel: Kernel;
  readonly name: string;
  readonly table: TraceTable;
  /** Rows from here on stay out. */
  readonly horizonMs: number;
  /** Class id of each shape of the table. */
  readonly classIds: readonly number[];
  /** Start-up of the row's task. */
  readonly startupMs: () => number;
  readonly submit: (classId: number, runtimeMs: number, startupMs: number) => void;
}

/** Feeds the rows of a trace into the run, one ahead of the clock: of the others only a block has to be in memory. */
export function replayTrace(options: TraceReplayOptions): void {
  const { kernel, table, horizonMs, classIds, startupMs, submit } = options;
  const rows = table.rows();
  let classId = 0;
  let runtimeMs = 0;
  const kind = kernel.defineKind(`trace-arrival:${options.name}`, PHASE.arrival, () => {
    submit(classId, runtimeMs, startupMs());
  });
  const nextAtMs = (): number => {
    const atMs = rows.next() ? rows.columns.submitMs[rows.row]! : Number.POSITIVE_INFINITY;
    return atMs < horizonMs ? atMs : Number.POSITIVE_INFINITY;
  };
  let atMs = nextAtMs();
  let number = 0;
  const source: EventSource = {
    kind,
    peekMs: () => atMs,
    // The event of the row is handled before the next one is asked for.
    next() {
      const { columns, row } = rows;
      classId = classIds[columns.shape[row]!]!;
      runtimeMs = columns.runtimeMs[row]!;
      atMs = nextAtMs();
      return number++;
    },
  };
  kernel.addSource(source);
}
