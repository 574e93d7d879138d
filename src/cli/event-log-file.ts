import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { cannotWrite } from '../io/atomic-files.ts';
import { lineSink, type LogSink } from '../telemetry/event-log.ts';
import { makeFolder } from './outputs.ts';

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

/** Opens `file` for one JSON object a line. Errors: E4002. */
export function openEventLog(file: string, workingDirectory: string): EventLogFile {
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
  let lines = '';
  const flush = () => {
    // Unlike one call of the system, it goes on until everything is written, or fails.
    writeFileSync(handle, lines);
    lines = '';
  };
  return {
    sink: lineSink((line) => {
      lines += line;
      if (lines.length >= CHARACTERS_PER_WRITE) attempt(flush);
    }),
    finish: () =>
      attempt(() => {
        flush();
        fsyncSync(handle);
        closeSync(handle);
        isOpen = false;
        renameSync(temporary, path);
      }),
    discard: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(handle);
      rmSync(temporary, { force: true });
    },
  };
}
