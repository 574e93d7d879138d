import { InputError } from '../errors.ts';
import { codecOf } from './log-codec.ts';
import type { LogSink } from './log-sink.ts';
import { LOG_FORMAT, type LogRecord } from './log-record.ts';
import { RECORD, RECORD_KINDS } from './log-schema.ts';

const TEXT_OF = new Map(RECORD_KINDS.map(({ kind, schema }) => [kind, codecOf(schema).text]));

/**
 * The event log as text: NDJSON, one record per line, UTF-8, `\n` line ends, fields in the order of log-schema.ts.
 * `parseRecord(formatRecord(record))` equals `record`.
 */
export function formatRecord(record: LogRecord): string {
  return TEXT_OF.get(record.kind)!(record);
}

/**
 * Hands each record on as one line of NDJSON, line end included. What every task has is put together by hand, into the
 * text that `formatRecord` gives: that takes several times as long, and most of what a log costs a run.
 */
export function lineSink(write: (line: string) => void): LogSink {
  const head = (kind: string, seq: number, timeMs: number) =>
    `{"kind":"${kind}","seq":${seq},"timeMs":${timeMs}`;
  return {
    write: (record) => write(`${formatRecord(record)}\n`),
    frequent: {
      submitted: (seq, timeMs, task, taskClass, startupMs, runtimeMs, memoryBytes) => {
        const memory = memoryBytes === null ? '' : `,"memoryBytes":${memoryBytes}`;
        write(
          `${head('submitted', seq, timeMs)},"task":${task},"class":${taskClass},"startupMs":${startupMs},"runtimeMs":${runtimeMs}${memory}}\n`,
        );
      },
      placed: (seq, timeMs, task, attempt, instance, devices) =>
        write(
          `${head('placed', seq, timeMs)},"task":${task},"attempt":${attempt},"instance":${instance},"devices":[${devices.join()}]}\n`,
        ),
      running: (seq, timeMs, task, attempt, instance) =>
        write(
          `${head('running', seq, timeMs)},"task":${task},"attempt":${attempt},"instance":${instance}}\n`,
        ),
      ended: (seq, timeMs, task, attempt, instance, outcome) =>
        write(
          `${head('ended', seq, timeMs)},"task":${task},"attempt":${attempt},"instance":${instance},"outcome":"${outcome}"}\n`,
        ),
      pass: (seq, timeMs) => write(`${head('pass', seq, timeMs)}}\n`),
    },
  };
}

/**
 * Reads records back, line by line, so that a log of any length can be checked in flat memory. Throws `InputError`
 * E4004 with file and line at the first line that is no record: torn, foreign, or of another version.
 */
export function* parseLog(lines: Iterable<string>, file: string): Generator<LogRecord> {
  let line = 0;
  for (const text of lines) {
    line += 1;
    yield parseRecord(text, { file, line });
  }
}

/** One line, without its line end. Throws `InputError` E4004 as `parseLog`. */
export function parseRecord(
  text: string,
  where: { readonly file: string; readonly line: number },
): LogRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(text, where, 'Cannot read the event log: the line is not JSON');
  }
  const result = RECORD.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue === undefined || issue.path.length === 0 ? 'the record' : `'${issue.path.join('.')}'`;
  throw damaged(text, where, `Cannot read the event log: ${path} is not as ${LOG_FORMAT} has it`);
}

function damaged(text: string, where: { file: string; line: number }, message: string): InputError {
  const position = { ...where, column: 1, length: Math.max(1, text.length) };
  return new InputError([
    { severity: 'error', code: 'E4004', message, position, excerpt: text.slice(0, 200) },
  ]);
}
