import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cannotWrite } from '../io/atomic-files.ts';
import { BinaryLog } from '../telemetry/binary-log.ts';
import { lineSink } from '../telemetry/log-format.ts';
import type { LogSink } from '../telemetry/log-sink.ts';
import { makeFolder } from './outputs.ts';

/** How an event log is written down: one JSON object a line, or docs/event-log.md's bytes. */
export type LogFormat = 'ndjson' | 'binary';

/** An event log that is being written: its file appears when it is finished. */
export interface EventLogFile {
  readonly sink: LogSink;
  /** Gives the file its name. */
  finish(): void;
  /** Leaves nothing behind; does nothing after `finish`. */
  discard(): void;
}

/** One system call per event would take most of the run. */
const CHARACTERS_PER_WRITE = 2 ** 17;

/** Opens `file` for an event log. Errors: E4002. */
export function openEventLog(
  file: string,
  workingDirectory: string,
  format: LogFormat = 'ndjson',
): EventLogFile {
  const path = resolve(workingDirectory, file);
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  const attempt = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw cannotWrite(file, error);
    }
  };
  makeFolder(dirname(path), file);
  const handle = attempt(() => {
    rmSync(temporary, { force: true });
    return openSync(temporary, 'wx');
  });
  let isOpen = true;
  // Unlike one call of the system, it goes on until everything is written, or fails.
  const write = (part: string | Uint8Array) => attempt(() => writeFileSync(handle, part));
  const { sink, flush } = format === 'binary' ? binaryTo(write) : linesTo(write);
  return {
    sink,
    finish: () => {
      flush();
      attempt(() => {
        fsyncSync(handle);
        closeSync(handle);
        isOpen = false;
        renameSync(temporary, path);
      });
    },
    discard: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(handle);
      rmSync(temporary, { force: true });
    },
  };
}

interface FlushedSink {
  readonly sink: LogSink;
  flush(): void;
}

function binaryTo(write: (bytes: Uint8Array) => void): FlushedSink {
  const sink = new BinaryLog(write);
  return { sink, flush: () => sink.flush() };
}

function linesTo(write: (lines: string) => void): FlushedSink {
  let lines = '';
  const flush = () => {
    write(lines);
    lines = '';
  };
  const sink = lineSink((line) => {
    lines += line;
    if (lines.length >= CHARACTERS_PER_WRITE) flush();
  });
  return { sink, flush };
}
