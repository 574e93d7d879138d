import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type DiagnosticCode, InputError } from '../errors.ts';

/** Unpacked bytes allowed per packed byte (chosen); deflate itself reaches 1,032. */
export const MAX_GZIP_RATIO = 200;
/** Not judged below this size: a small file of equal rows compresses better than any trace. */
const RATIO_FREE_BYTES = 2 ** 20;
const CHUNK_BYTES = 2 ** 20;
/** Unpacking takes longer than whoever reads the chunks: it should not have to wait for them. */
const UNPACKED_AHEAD_BYTES = 2 ** 21;
/** Longest of the signatures below. */
const SIGNATURE_BYTES = 6;

/** First bytes of packed files that are not unpacked here. */
const OTHER_PACKERS: readonly { readonly name: string; readonly bytes: readonly number[] }[] = [
  { name: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { name: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { name: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { name: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
];

/** An error about a file as a whole. */
export function fileError(code: DiagnosticCode, file: string, message: string, hint?: string): InputError {
  return new InputError([
    { severity: 'error', code, message, position: { file, line: 1, column: 1, length: 1 }, hint },
  ]);
}

/**
 * The bytes of a file in chunks, unpacked when its first two bytes say gzip, whatever its name. A chunk is valid until
 * the next is asked for: the buffers are used again, and memory stays flat. Reading and unpacking go on in threads of
 * Node's pool while the caller is busy with the chunk before.
 * Errors: E4001 (cannot be read), E3006 (damaged, truncated, packed by another program, more than
 * `MAX_GZIP_RATIO` times its packed size).
 */
export async function* fileBytes(file: string): AsyncGenerator<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file);
    const start = (await handle.read(Buffer.alloc(SIGNATURE_BYTES), 0, SIGNATURE_BYTES, 0)).buffer;
    const packer = OTHER_PACKERS.find(({ bytes }) => bytes.every((byte, index) => start[index] === byte));
    if (packer !== undefined) {
      throw fileError('E3006', file, `Cannot unpack ${packer.name}`, 'unpack it, or pack it with gzip');
    }
    const isGzip = start[0] === 0x1f && start[1] === 0x8b;
    yield* isGzip ? unpacked(file, handle) : plainBytes(handle);
  } catch (error) {
    throw error instanceof InputError
      ? error
      : fileError('E4001', file, `Cannot read the file: ${reason(error)}`);
  } finally {
    await handle?.close();
  }
}

/** Two buffers in turn: one is with the caller, the other is being filled. */
async function* plainBytes(handle: FileHandle): AsyncGenerator<Buffer> {
  // What is no regular file says that it has no size.
  const length = Math.min(CHUNK_BYTES, (await handle.stat()).size || CHUNK_BYTES);
  let given = Buffer.allocUnsafeSlow(length);
  let filling = Buffer.allocUnsafeSlow(length);
  let position = 0;
  let reading = handle.read(filling, 0, length, position);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      [given, filling] = [filling, given];
      position += bytesRead;
      reading = handle.read(filling, 0, length, position);
      yield given.subarray(0, bytesRead);
    }
  } finally {
    // Nobody waits any more for what is still being read; whether it fails is no longer of interest.
    await reading.catch(() => {});
  }
}

async function* unpacked(file: string, handle: FileHandle): AsyncGenerator<Buffer> {
  const source = createReadStream(file, {
    fd: handle,
    start: 0,
    autoClose: false,
    highWaterMark: CHUNK_BYTES,
  });
  // The stream takes the options of every stream; their types leave this one out.
  const options = { chunkSize: CHUNK_BYTES, readableHighWaterMark: UNPACKED_AHEAD_BYTES };
  const gunzip = createGunzip(options);
  let unpackedBytes = 0;
  // The callback may stay empty: an error of either stream ends the loop below with that error.
  const chunks = pipeline(source, gunzip, () => {});
  try {
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      unpackedBytes += chunk.length;
      if (unpackedBytes > RATIO_FREE_BYTES + MAX_GZIP_RATIO * gunzip.bytesWritten) {
        throw fileError('E3006', file, `The file expands beyond ${MAX_GZIP_RATIO} times its packed size`);
      }
      yield chunk;
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw code.startsWith('Z_')
      ? fileError('E3006', file, `The packed file is damaged: ${reason(error)}`)
      : error;
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
