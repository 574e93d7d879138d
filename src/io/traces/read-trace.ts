import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { TraceFormat } from '../../model/plan.ts';
import type { TraceTable } from '../../model/trace-table.ts';
import { fileError } from '../gzip.ts';
import { readAzure2017 } from './azure-2017.ts';
import { findAzureFiles } from './azure-2017-files.ts';
import { readCsvTrace } from './csv.ts';
import { readOpenbPods } from './openb.ts';
import { readSwf } from './swf.ts';
import type { TraceChoice } from './trace-sink.ts';

type TraceReader = (file: string, choice: TraceChoice, draw: () => number) => Promise<TraceTable>;

const READERS: Readonly<Record<TraceFormat, TraceReader>> = {
  openb: readOpenbPods,
  'azure-2017': readAzure2017,
  swf: readSwf,
  csv: readCsvTrace,
};

/**
 * Reads a trace into a table: window, sample, scales and departures of the plan applied, every row that is lost or
 * altered counted. Streams files of any size; packed ones are recognised by their first bytes.
 *
 * `file`: the path, resolved; for azure-2017 the folder or one of its flavour files. `sampleDraw`: uniform in [0, 1),
 * from a stream of its own; asked once per row of the trace in file order (azure-2017: three times), whatever the
 * window. Times of the table count from the window's start; without a window from the trace's own zero. Of rows
 * outside the window or the sample only the submit time is read: a broken field in them goes unnoticed.
 *
 * Errors: E4001 unreadable, E1001 empty, E1003 not text, E3001 broken rows (the first 50, then their number), E3002
 * missing column, E3003 nothing left, E3004 files that do not belong together, E3005 line too long, E3006 damaged
 * package, E1102 column map.
 */
export function readTrace(
  plan: TraceChoice,
  { file, sampleDraw }: { readonly file: string; readonly sampleDraw: () => number },
): Promise<TraceTable> {
  return READERS[plan.format](file, plan, sampleDraw);
}

/** Every file that reading the trace at `path` opens, in a fixed order. Errors: those of `findAzureFiles`. */
export async function traceFiles(path: string, format: TraceFormat): Promise<readonly string[]> {
  if (format !== 'azure-2017') return [path];
  const { flavourMap, intervalMap, periods } = await findAzureFiles(path);
  const files = [
    flavourMap,
    intervalMap,
    ...periods.flatMap(({ flavours, durations }) => [flavours, durations]),
  ];
  return files.filter((file) => file !== null);
}

/** SHA-256 in hexadecimal over the bytes, as stored, of all `traceFiles`. Errors: E4001, those of `traceFiles`. */
export async function hashTrace(path: string, format: TraceFormat): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await traceFiles(path, format)) {
    try {
      for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw fileError('E4001', file, `Cannot read the file: ${reason}`);
    }
  }
  return hash.digest('hex');
}
