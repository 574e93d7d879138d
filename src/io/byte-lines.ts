import { isUtf8 } from 'node:buffer';
import { InputError } from '../errors.ts';
import { fileBytes, fileError } from './gzip.ts';

/** Longest line, in bytes (chosen). */
export const MAX_LINE_BYTES = 2 ** 20;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NUL = 0;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Whole lines of a file: `bytes` ends with a line feed or with the file. */
export interface LineBlock {
  readonly bytes: Buffer;
  /** Number of the first line in it, from 1. */
  readonly firstLine: number;
  /** How many lines it has, once somebody who went through all of them has said so. */
  lineCount?: number;
}

/**
 * The lines of a (packed or plain) text file in blocks, without byte order mark. Blocks are valid until the next is
 * asked for. Errors: those of `fileBytes`, E1001 (no bytes), E1003 (not UTF-8, NUL), E3005 (a line of more than
 * `MAX_LINE_BYTES` bytes; checked here for lines that outgrow a block, by `forEachLine` for the rest).
 */
export function lineBlocks(file: string): AsyncGenerator<LineBlock> {
  return blocksOf(file, fileBytes(file));
}

/** The same for bytes in chunks, each of them valid until the next is asked for. `file` is for messages. */
export async function* blocksOf(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBlock> {
  let rest: Buffer = Buffer.alloc(0);
  let firstLine = 1;
  let isStart = true;
  const blockOf = (given: Buffer): LineBlock => {
    const bytes = given.subarray(isStart ? markLength(given) : 0);
    isStart = false;
    checkText(file, bytes, firstLine);
    return { bytes, firstLine };
  };
  for await (const chunk of chunks) {
    // The line that began in the chunk before is a block of its own: the chunk need not be copied.
    const head = rest.length === 0 ? 0 : chunk.indexOf(LINE_FEED) + 1;
    const end = chunk.lastIndexOf(LINE_FEED) + 1;
    if (head > 0) {
      const block = blockOf(Buffer.concat([rest, chunk.subarray(0, head)]));
      yield block;
      firstLine += 1;
    }
    if (end > head) {
      const block = blockOf(chunk.subarray(head, end));
      yield block;
      firstLine += block.lineCount ?? countLines(block.bytes, block.bytes.length);
    }
    // A copy, for the bytes of the chunk are valid no longer than this.
    rest = Buffer.concat(end > 0 ? [chunk.subarray(end)] : [rest, chunk]);
    if (rest.length > MAX_LINE_BYTES) throw lineTooLong(file, firstLine);
  }
  if (rest.length > (isStart ? markLength(rest) : 0)) yield blockOf(rest);
  else if (isStart) throw fileError('E1001', file, 'The file is empty');
}

/**
 * Calls `visit` with every line of a block, its end without the line break. Stops before the line that contains
 * byte `limit`. Returns the start of the first line not visited.
 */
export function forEachLine(
  file: string,
  block: LineBlock,
  limit: number,
  visit: (bytes: Buffer, start: number, end: number, line: number) => void,
): number {
  const { bytes, firstLine } = block;
  const { length } = bytes;
  let line = firstLine;
  let start = 0;
  while (start < length) {
    let next = bytes.indexOf(LINE_FEED, start);
    if (next < 0) next = length;
    if (next >= limit) return start;
    if (next - start > MAX_LINE_BYTES) throw lineTooLong(file, line);
    const end = next > start && bytes[next - 1] === CARRIAGE_RETURN ? next - 1 : next;
    visit(bytes, start, end, line);
    start = next + 1;
    line += 1;
  }
  block.lineCount = line - firstLine;
  return length;
}

/** A line by itself, for files with few and long lines. */
export interface Line {
  readonly bytes: Buffer;
  readonly line: number;
}

/** The lines of a file one by one; the errors of `lineBlocks`. */
export async function* lines(file: string): AsyncGenerator<Line> {
  for await (const block of lineBlocks(file)) {
    const found: Line[] = [];
    forEachLine(file, block, Number.POSITIVE_INFINITY, (bytes, start, end, line) => {
      found.push({ bytes: bytes.subarray(start, end), line });
    });
    yield* found;
  }
}

/** Number of line feeds before `end`. */
export function countLines(bytes: Buffer, end: number): number {
  let count = 0;
  // Faster than a call for each line where lines are short.
  for (let at = 0; at < end; at++) if (bytes[at] === LINE_FEED) count += 1;
  return count;
}

function markLength(bytes: Buffer): number {
  return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
}

function checkText(file: string, block: Buffer, firstLine: number): void {
  if (!block.includes(NUL) && isUtf8(block)) return;
  forEachLine(file, { bytes: block, firstLine }, Number.POSITIVE_INFINITY, (bytes, start, end, line) => {
    const text = bytes.subarray(start, end);
    if (isUtf8(text) && !text.includes(NUL)) return;
    throw new InputError([
      {
        severity: 'error',
        code: 'E1003',
        message: 'The line is not valid UTF-8, or contains a NUL character',
        position: { file, line, column: 1, length: 1 },
      },
    ]);
  });
}

/** The error of a line of more than `MAX_LINE_BYTES` bytes. */
export function lineTooLong(file: string, line: number): InputError {
  return new InputError([
    {
      severity: 'error',
      code: 'E3005',
      message: `The line is longer than ${MAX_LINE_BYTES} bytes`,
      position: { file, line, column: 1, length: 1 },
    },
  ]);
}
