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

/** Feeds the rows of a trace into the run: a cursor over sorted columns, so that only live tasks are in memory's way. */
export function replayTrace(options: TraceReplayOptions): void {
  const { kernel, table, horizonMs, classIds, startupMs, submit } = options;
  const kind = kernel.defineKind(`trace-arrival:${options.name}`, PHASE.arrival, (row) => {
    submit(classIds[table.shape[row]!]!, table.runtimeMs[row]!, startupMs());
  });
  let cursor = 0;
  const source: EventSource = {
    kind,
    peekMs() {
      const atMs = cursor < table.length ? table.submitMs[cursor]! : Number.POSITIVE_INFINITY;
      return atMs < horizonMs ? atMs : Number.POSITIVE_INFINITY;
    },
    next: () => cursor++,
  };
  kernel.addSource(source);
}
