import { blocksOf, forEachLine, type LineBlock } from '../io/byte-lines.ts';
import { fileBytes, fileError } from '../io/gzip.ts';
import { BinaryLogReader, isBinaryLog } from '../telemetry/binary-log-reader.ts';
import { BINARY_LOG_MAGIC } from '../telemetry/binary-log.ts';
import { parseRecord } from '../telemetry/log-format.ts';
import type { LogRecord } from '../telemetry/log-record.ts';

/**
 * The records of an event log in a file, binary or text as its first bytes say, packed with gzip or not; memory stays
 * flat. Records before a damaged place are yielded. Errors: E4001 (cannot be read), E3006 (damaged gzip), E4004 (no event
 * log, damaged, cut off, of another version), E1001, E1003 and E3005 (not such text).
 */
export async function* readEventLog(file: string): AsyncGenerator<LogRecord> {
  let last: LogRecord | undefined;
  for await (const part of partsOf(file)) {
    for (const record of part) {
      yield record;
      last = record;
    }
  }
  if (last?.kind !== 'end') {
    const after = last === undefined ? '' : ` after record ${last.seq}`;
    throw fileError('E4004', file, `The event log has no end: it was cut off${after}`);
  }
}

async function* partsOf(file: string): AsyncGenerator<Iterable<LogRecord>> {
  const chunks = fileBytes(file);
  try {
    const start = await startOf(chunks);
    const whole = joined(start, chunks);
    if (!isBinaryLog(start)) {
      for await (const block of blocksOf(file, whole)) yield recordsIn(file, block);
      return;
    }
    const reader = new BinaryLogReader(file);
    for await (const chunk of whole) yield reader.read(chunk);
    reader.finish();
  } finally {
    // Closes the file where whoever reads, or what was read, ends this before its end.
    await chunks.return(undefined);
  }
}

function* recordsIn(file: string, block: LineBlock): Generator<LogRecord> {
  const lines: { readonly text: string; readonly line: number }[] = [];
  forEachLine(file, block, Number.POSITIVE_INFINITY, (bytes, from, to, line) => {
    lines.push({ text: bytes.toString('utf8', from, to), line });
  });
  for (const { text, line } of lines) yield parseRecord(text, { file, line });
}

/** The first bytes, as many as tell the format, or all there are. */
async function startOf(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  let start: Buffer = Buffer.alloc(0);
  while (start.length < BINARY_LOG_MAGIC.length) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    // A copy: the chunk is valid until the next is asked for.
    start = Buffer.concat([start, value]);
  }
  return start;
}

async function* joined(start: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  if (start.length > 0) yield start;
  yield* rest;
}
