import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cannotWrite } from '../../io/atomic-files.ts';

/** Bytes of lines that are packed together; fixed, so that the file does not depend on how the runs were shared out. */
const BLOCK_BYTES = 2 ** 22;

/**
 * All runs in one NDJSON file, packed with gzip if the name ends so. It appears when it is finished; memory stays flat.
 * Errors: E4002.
 */
export class MergedFile {
  readonly #path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  readonly #isPacked: boolean;
  #lines: Uint8Array[] = [];
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
    this.#isPacked = path.endsWith('.gz');
    this.#temporary = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
    try {
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }

  add(line: Uint8Array): void {
    this.#lines.push(line);
    this.#bytes += line.length;
    if (this.#bytes >= BLOCK_BYTES) this.#flush();
  }

  /** The file is there, whole. */
  finish(): void {
    this.#flush();
    try {
      fsyncSync(this.#descriptor);
      closeSync(this.#descriptor);
      renameSync(this.#temporary, this.#path);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }

  /** Leaves nothing behind. */
  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const block = Buffer.concat(this.#lines);
    this.#lines = [];
    this.#bytes = 0;
    // Packed files may follow one another in one file: gunzip reads them as one.
    const bytes = this.#isPacked ? gzipSync(block, { level: 4 }) : block;
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      throw cannotWrite(this.#path, error);
    }
  }
}
