import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { frequentOf, type LogSink } from '../../src/telemetry/log-sink.ts';

/** Writes records as a run does: those of which there are many field by field, the others as objects. */
export function writeFrequent(sink: LogSink, records: Iterable<LogRecord>): void {
  const frequent = frequentOf(sink);
  for (const record of records) {
    const { seq, timeMs } = record;
    switch (record.kind) {
      case 'submitted': {
        const { task, startupMs, runtimeMs, memoryBytes = null } = record;
        frequent.submitted(seq, timeMs, task, record.class, startupMs, runtimeMs, memoryBytes);
        break;
      }
      case 'placed': {
        const { task, attempt, instance, devices } = record;
        frequent.placed(seq, timeMs, task, attempt, instance, devices);
        break;
      }
      case 'running':
        frequent.running(seq, timeMs, record.task, record.attempt, record.instance);
        break;
      case 'ended': {
        const { task, attempt, instance, outcome } = record;
        frequent.ended(seq, timeMs, task, attempt, instance, outcome);
        break;
      }
      case 'pass':
        frequent.pass(seq, timeMs);
        break;
      default:
        sink.write(record);
    }
  }
}
