import type { EndedRecord, LogRecord } from './log-record.ts';

/** Where the records of the event log go. Called once per record, in order. */
export interface LogSink {
  write(record: LogRecord): void;
  /** Takes the records of which a run has many, field by field. Absent: `write` gets them too. */
  readonly frequent?: FrequentRecords;
}

/**
 * The records of which a run has many: millions, so that none should need an object. Numbers stand in the order of the
 * fields in the record of that kind; `memoryBytes` null: not stated.
 */
export interface FrequentRecords {
  submitted(
    seq: number,
    timeMs: number,
    task: number,
    taskClass: number,
    startupMs: number | null,
    runtimeMs: number | null,
    memoryBytes: number | null,
  ): void;
  placed(
    seq: number,
    timeMs: number,
    task: number,
    attempt: number,
    instance: number,
    devices: readonly number[],
  ): void;
  running(seq: number, timeMs: number, task: number, attempt: number, instance: number): void;
  ended(
    seq: number,
    timeMs: number,
    task: number,
    attempt: number,
    instance: number | null,
    outcome: EndedRecord['outcome'],
  ): void;
  pass(seq: number, timeMs: number): void;
}

/** Keeps the records. */
export class MemoryLog implements LogSink {
  readonly records: LogRecord[] = [];
  write(record: LogRecord): void {
    this.records.push(record);
  }
}

/** The frequent records of a sink, as objects where it knows nothing else. */
export function frequentOf(sink: LogSink): FrequentRecords {
  if (sink.frequent !== undefined) return sink.frequent;
  return {
    submitted: (seq, timeMs, task, taskClass, startupMs, runtimeMs, memoryBytes) => {
      const record = {
        kind: 'submitted',
        seq,
        timeMs,
        task,
        class: taskClass,
        startupMs,
        runtimeMs,
      } as const;
      sink.write(memoryBytes === null ? record : { ...record, memoryBytes });
    },
    placed: (seq, timeMs, task, attempt, instance, devices) =>
      sink.write({ kind: 'placed', seq, timeMs, task, attempt, instance, devices }),
    running: (seq, timeMs, task, attempt, instance) =>
      sink.write({ kind: 'running', seq, timeMs, task, attempt, instance }),
    ended: (seq, timeMs, task, attempt, instance, outcome) =>
      sink.write({ kind: 'ended', seq, timeMs, task, attempt, instance, outcome }),
    pass: (seq, timeMs) => sink.write({ kind: 'pass', seq, timeMs }),
  };
}

/** Several sinks get each record; one alone needs nobody between. */
export function sinkOf(sinks: readonly LogSink[]): LogSink {
  if (sinks.length === 1) return sinks[0]!;
  const inner = sinks.map(frequentOf);
  return {
    write: (record) => sinks.forEach((sink) => void sink.write(record)),
    frequent: {
      submitted: (...fields) => inner.forEach((sink) => void sink.submitted(...fields)),
      placed: (...fields) => inner.forEach((sink) => void sink.placed(...fields)),
      running: (...fields) => inner.forEach((sink) => void sink.running(...fields)),
      ended: (...fields) => inner.forEach((sink) => void sink.ended(...fields)),
      pass: (...fields) => inner.forEach((sink) => void sink.pass(...fields)),
    },
  };
}
