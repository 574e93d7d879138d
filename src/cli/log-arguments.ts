import { type LogSample, MOST_OF } from '../telemetry/log-sample.ts';
import type { Arguments } from './commands.ts';
import type { LogFormat } from './event-log-file.ts';
import { usage } from './usage.ts';

/** Files of this name are binary where nothing else is said. */
const BINARY_ENDING = '.slog';

/** What is to be written of the event log, and where. */
export interface LogWish {
  readonly file: string;
  readonly format: LogFormat;
  /** Null: of all tasks. */
  readonly sample: LogSample | null;
}

/** `--log`, `--log-format` and `--log-sample`; null when no log is wanted. Errors: E5001. */
export function logWishOf(args: Arguments): LogWish | null {
  const { log: file, 'log-format': format, 'log-sample': share } = args;
  if (file === undefined) {
    for (const flag of ['log-format', 'log-sample']) {
      if (args[flag] !== undefined) throw usage(`--${flag} says how to write the event log: --log FILE`);
    }
    return null;
  }
  return {
    file: String(file),
    format: formatOf(String(file), format),
    sample: share === undefined ? null : sampleOf(String(share)),
  };
}

/** The format that a flag names, else the one that the name of the file says. */
export function formatOf(file: string, named: unknown): LogFormat {
  if (named !== undefined) return named as LogFormat;
  return file.endsWith(BINARY_ENDING) ? 'binary' : 'ndjson';
}

/** `1/100`, `1%`, `0.01`: more than nothing, less than all. Errors: E5001. */
export function sampleOf(text: string): LogSample {
  const [, tasks = '', of = ''] = /^(\d{1,7})\/(\d{1,7})$/.exec(text) ?? [];
  const [, whole = '', decimals = '', percent] = /^(\d{0,2})(?:\.(\d{1,6}))?(%?)$/.exec(text) ?? [];
  const sample =
    of !== ''
      ? { tasks: Number(tasks), of: Number(of) }
      : { tasks: Number(whole + decimals), of: 10 ** decimals.length * (percent === '%' ? 100 : 1) };
  if (sample.tasks > 0 && sample.tasks < sample.of && sample.of <= MOST_OF) return sample;
  throw usage(
    `cannot use --log-sample '${text}'`,
    'a share of the tasks between none and all: 1/100, 1% or 0.01, down to one of a million',
  );
}
