import {
  closeSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type WriteFileOptions,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../errors.ts';

/** The calls that writing needs; a test replaces one of them by a disk that is full. */
export interface FileCalls {
  open(path: string, flags: string): number;
  write(descriptor: number, bytes: Uint8Array): void;
  sync(descriptor: number): void;
  close(descriptor: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

/** node:fs. */
export const NODE_FILES: FileCalls = {
  open: (path, flags) => openSync(path, flags, 0o666),
  write: (descriptor, bytes) => writeFileSync(descriptor, bytes, {} satisfies WriteFileOptions),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
};

export interface WriteOptions {
  /** Replace what is there. Default: refuse with E4003. */
  readonly force?: boolean;
}

/**
 * Writes a file so that a reader sees the old bytes, all new bytes, or nothing: a temporary file in the same directory,
 * flushed to the disk, then renamed. Text is written as UTF-8. A failure leaves no temporary file behind.
 *
 * Throws `InputError` with E4003 when something is at `path` and `force` is not set, E4002 when the system refuses.
 */
export function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: WriteOptions = {},
  files: FileCalls = NODE_FILES,
): void {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    if (!options.force && exists(path)) throw existsAlready(path);
    // A killed process with the same id may have left one; opening it as it is could follow a link out of here.
    files.remove(temporary);
    writeDurable(temporary, bytes, files);
    files.rename(temporary, path);
  } catch (error) {
    removeQuietly(temporary, files);
    throw cannotWrite(path, error);
  }
}

/** Writes and flushes one new file; for places that nobody looks at yet. Throws what node:fs throws. */
export function writeDurable(path: string, bytes: Uint8Array, files: FileCalls = NODE_FILES): void {
  const descriptor = files.open(path, 'wx');
  try {
    files.write(descriptor, bytes);
    files.sync(descriptor);
  } finally {
    files.close(descriptor);
  }
}

/** Is anything at `path`, a dangling link included? */
export function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** E4003 for `path`. */
export function existsAlready(
  path: string,
  hint = 'name another output, or allow it with --force',
): InputError {
  return new InputError([{ severity: 'error', code: 'E4003', message: `${path} exists already`, hint }]);
}

/**
 * What to throw when writing `path` failed with `error`: E4002 with the system's own words for a failed system call;
 * anything else (input errors, bugs of the one who made the content) unchanged.
 */
export function cannotWrite(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new InputError([
    { severity: 'error', code: 'E4002', message: `Cannot write ${path}: ${error.message}` },
  ]);
}

/** The first error is the one to tell; a second one while tidying up would hide it. */
function removeQuietly(path: string, files: FileCalls): void {
  try {
    files.remove(path);
  } catch {
    // The temporary file stays: its name says what it is.
  }
}
