import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, InputError } from '../errors.ts';
import type { Overflow, Scratch } from '../model/overflow.ts';

/** Files that nobody can read any more. */
const forgotten = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

/**
 * A file without a name in the folder for temporary files: its name is gone as soon as it is open, so that nothing is
 * left behind however the process ends. It is closed, and its room given back, when nobody holds it any more.
 *
 * Errors: E4002 here and when it is written, where the folder cannot be written or is full. `write`: of node:fs; a test
 * gives one that has no room.
 */
export function openScratchFile(folder: string = tmpdir(), write: typeof writeSync = writeSync): Scratch {
  const path = join(folder, `stowage-${randomUUID()}`);
  const descriptor = orRefused(folder, () => openSync(path, 'wx+', 0o600));
  orRefused(folder, () => unlinkSync(path));
  let length = 0;
  const replace = (bytes: Uint8Array, at: number) =>
    orRefused(folder, () => {
      for (let done = 0; done < bytes.length; ) {
        done += write(descriptor, bytes, done, bytes.length - done, at + done);
      }
    });
  const scratch: Scratch = {
    append(bytes) {
      const at = length;
      replace(bytes, at);
      length += bytes.length;
      return at;
    },
    replace,
    read(into, at) {
      for (let done = 0; done < into.length; ) {
        const bytesRead = readSync(descriptor, into, done, into.length - done, at + done);
        assert(bytesRead > 0, 'a scratch file is read where it was written');
        done += bytesRead;
      }
    },
  };
  forgotten.register(scratch, descriptor);
  return scratch;
}

/** Rows take 20 to 49 bytes: a few megabytes of each kind, which can be sorted without waiting much for memory. */
const MEMORY_ROWS = 2 ** 17;

/** What memory should not hold goes to a file without a name. */
export const TEMPORARY_FILE: Overflow = { memoryRows: MEMORY_ROWS, open: () => openScratchFile() };

function orRefused<T>(folder: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `Cannot keep rows in a temporary file in ${folder}: ${code}`;
    const hint = 'name a folder with room for some 100 bytes per task in TMPDIR (Windows: TEMP)';
    throw new InputError([{ severity: 'error', code: 'E4002', message, hint }]);
  }
}
