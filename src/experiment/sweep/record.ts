import { crc32 } from 'node:zlib';
import type { MetricName } from '../../model/metrics.ts';

/** What is kept of one run. Depends on the plan and the index alone: whoever runs it again gets the same bytes. */
export type RunRecord = RunPlaced & (RunDone | RunFailed);

interface RunPlaced {
  readonly index: number;
  readonly point: number;
  /** Path and value of every parameter. */
  readonly values: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly seed: number;
}

export interface RunDone {
  readonly planHash: string;
  /** Of the behaviour. */
  readonly fingerprint: string;
  /** Did all checks hold? */
  readonly passed: boolean;
  readonly metrics: Readonly<Record<MetricName, number | null>>;
  /** Those of plug-ins, by name; absent without any. */
  readonly userMetrics?: Readonly<Record<string, number | null>>;
}

/** The run has no result, and never will: its input cannot be used, or it meets a bug. */
export interface RunFailed {
  readonly error: { readonly code: string; readonly message: string };
  /** Words of the command that shows the failure, from the folder of the plan. */
  readonly reproduce: readonly string[];
}

/**
 * One line of a part file: a JSON object that any NDJSON reader takes, whose first keys tell the length and the CRC-32
 * of the UTF-8 bytes behind `"run":`, so that a torn or changed line is seen before it is read.
 */
export function encodeRecord(record: RunRecord): Uint8Array {
  const body = Buffer.from(JSON.stringify(record));
  const head = `{"bytes":${body.length},"crc32":"${crc32(body).toString(16).padStart(8, '0')}","run":`;
  return Buffer.concat([Buffer.from(head), body, Buffer.from('}\n')]);
}

/** A line of a part file that is whole: its bytes with the line break, and the run that it says it is of. */
export interface RecordLine {
  readonly index: number;
  readonly bytes: Uint8Array;
  /** The record as JSON text, within `bytes`. */
  readonly body: Uint8Array;
}

const HEAD = /^\{"bytes":(\d{1,9}),"crc32":"([0-9a-f]{8})","run":/;
const LONGEST_HEAD = 64;
const INDEX = /^\{"index":(\d{1,15}),/;

/** The whole lines at the start of `bytes`, and where they end: what follows is torn or damaged. */
export function wholeRecords(bytes: Uint8Array): {
  readonly lines: readonly RecordLine[];
  readonly end: number;
} {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lines: RecordLine[] = [];
  let at = 0;
  for (;;) {
    const head = HEAD.exec(buffer.toString('latin1', at, at + LONGEST_HEAD));
    if (head === null) break;
    const from = at + head[0].length;
    const to = from + Number(head[1]);
    if (buffer[to] !== 0x7d || buffer[to + 1] !== 0x0a) break;
    const body = buffer.subarray(from, to);
    const index = INDEX.exec(body.toString('latin1', 0, 32));
    if (index === null || crc32(body) !== Number.parseInt(head[2]!, 16)) break;
    lines.push({ index: Number(index[1]), bytes: buffer.subarray(at, to + 2), body });
    at = to + 2;
  }
  return { lines, end: at };
}

/** The record of a line. */
export function decodeRecord(line: RecordLine): RunRecord {
  return JSON.parse(Buffer.from(line.body).toString('utf8')) as RunRecord;
}
