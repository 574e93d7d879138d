import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { InputError } from '../../errors.ts';
import { cannotWrite, exists, NODE_FILES, writeFileAtomic } from '../../io/atomic-files.ts';
import type { IndexRange } from './index-ranges.ts';
import { type RecordLine, wholeRecords } from './record.ts';

/** Where the results of a sweep stand: `plan.json`, and below `parts` one file per finished chunk. */
export const PLAN_FILE = 'plan.json';
const PARTS_FOLDER = 'parts';

const PART = /^part-(\d{9})-(\d{9})\.ndjson\.gz$/;
const padded = (index: number) => String(index).padStart(9, '0');
const span = ({ first, last }: IndexRange) => `${padded(first)}-${padded(last)}`;

/** A finished chunk in a folder of results. */
export interface PartFile extends IndexRange {
  readonly path: string;
}

/** The file that a chunk is kept in. */
export function partPath(folder: string, range: IndexRange): string {
  return join(folder, PARTS_FOLDER, `part-${span(range)}.ndjson.gz`);
}

/** Makes the folder of the parts. Errors: E4002. */
export function makePartsFolder(folder: string): void {
  try {
    mkdirSync(join(folder, PARTS_FOLDER), { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

/** The parts in a folder of results, by their first run. None when there is no such folder. */
export function listParts(folder: string): PartFile[] {
  return namesIn(join(folder, PARTS_FOLDER))
    .flatMap((name) => {
      const match = PART.exec(name);
      if (match === null) return [];
      return [{ path: join(folder, PARTS_FOLDER, name), first: Number(match[1]), last: Number(match[2]) }];
    })
    .sort((a, b) => a.first - b.first || a.last - b.last);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    const message = `Cannot read ${folder}: ${(error as Error).message}`;
    throw new InputError([{ severity: 'error', code: 'E4001', message }]);
  }
}

/** What can be read of a part: its runs in order up to the first that is torn, damaged or of another index. */
export function readPart({ path, first, last }: PartFile): {
  readonly lines: readonly RecordLine[];
  readonly isWhole: boolean;
} {
  const { lines, end, size } = unpackedRecords(path);
  const wrong = lines.findIndex(({ index }, at) => index !== first + at || index > last);
  const kept = wrong < 0 ? lines : lines.slice(0, wrong);
  return { lines: kept, isWhole: kept.length === last - first + 1 && end === size && wrong < 0 };
}

function unpackedRecords(path: string): {
  readonly lines: readonly RecordLine[];
  readonly end: number;
  readonly size: number;
} {
  try {
    // Of a file that was cut short, what was there is unpacked; the checksums of the records tell where it ends.
    const bytes = gunzipSync(readFileSync(path), { finishFlush: constants.Z_SYNC_FLUSH });
    return { ...wholeRecords(bytes), size: bytes.length };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code.startsWith('Z_') || code === 'ERR_BUFFER_TOO_LARGE') return { lines: [], end: 0, size: 1 };
    throw new InputError([{ severity: 'error', code: 'E4001', message: `Cannot read ${path}: ${message}` }]);
  }
}

/** Is the part there, and all of it? */
export function isFinished(folder: string, range: IndexRange): boolean {
  const path = partPath(folder, range);
  return exists(path) && readPart({ path, ...range }).isWhole;
}

/**
 * Keeps the lines of a chunk: whole or not at all. A whole part that is there already must hold the same bytes. Errors:
 * E4007 if it does not, and the new one is kept beside it; E4002.
 */
export function writePart(folder: string, range: IndexRange, lines: readonly Uint8Array[]): void {
  const path = partPath(folder, range);
  const bytes = Buffer.concat(lines);
  const old = exists(path) ? readPart({ path, ...range }) : null;
  if (old?.isWhole === true) {
    if (Buffer.concat(old.lines.map((line) => line.bytes)).equals(bytes)) return;
    writeFileAtomic(`${path}.differs`, gzipSync(bytes), { force: true });
    const message = `Runs ${range.first} to ${range.last} come to something else than before`;
    const hint = `compare ${path} with ${path}.differs`;
    throw new InputError([{ severity: 'error', code: 'E4007', message, hint }]);
  }
  writeFileAtomic(path, gzipSync(bytes), { force: true });
}

/** Keeps a chunk that another place has packed, and still has: that nothing is lost need not be waited for. Errors: E4002. */
export function keepPacked(folder: string, range: IndexRange, packed: Uint8Array): void {
  writeFileAtomic(partPath(folder, range), packed, { force: true }, { ...NODE_FILES, sync: () => {} });
}

/**
 * Runs of a chunk that is not finished, as they end, so that a killed process loses only the run that it was in. Each
 * writer has a journal of its own; whatever any of them has left behind is used.
 */
export class Journal {
  readonly #path: string;
  readonly #paths: readonly string[];
  /** Whole records that were found, by index. */
  readonly found: ReadonlyMap<number, RecordLine>;

  /** `owner`: a name that no other process of this moment has. A torn tail of the own journal is cut off. */
  constructor(folder: string, range: IndexRange, owner: string) {
    const parts = join(folder, PARTS_FOLDER);
    const prefix = `journal-${span(range)}.`;
    this.#path = join(parts, `${prefix}${owner}.ndjson`);
    const paths = namesIn(parts)
      .filter((name) => name.startsWith(prefix))
      .map((name) => join(parts, name));
    const found = new Map<number, RecordLine>();
    for (const path of paths) {
      const { lines, end, size } = journalRecords(path);
      for (const line of lines) {
        if (line.index >= range.first && line.index <= range.last) found.set(line.index, line);
      }
      if (path === this.#path && end < size) truncate(path, end);
    }
    this.found = found;
    this.#paths = [...new Set([...paths, this.#path])];
  }

  /** Errors: E4002. */
  append(line: Uint8Array): void {
    try {
      appendFileSync(this.#path, line);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** The chunk is kept: nobody needs the journals any more. */
  remove(): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }
}

function journalRecords(path: string): {
  readonly lines: readonly RecordLine[];
  readonly end: number;
  readonly size: number;
} {
  try {
    const bytes = readFileSync(path);
    return { ...wholeRecords(bytes), size: bytes.length };
  } catch {
    // Its owner has just finished the chunk and removed it.
    return { lines: [], end: 0, size: 0 };
  }
}

function truncate(path: string, size: number): void {
  const descriptor = openSync(path, 'r+');
  try {
    ftruncateSync(descriptor, size);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes `plan.json` of a folder, whole or not at all. Errors: E4002. */
export function writePlanFile(folder: string, text: string): void {
  makePartsFolder(folder);
  writeFileAtomic(join(folder, PLAN_FILE), text, { force: true });
}
