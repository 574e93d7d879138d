import { InputError } from '../../errors.ts';
import type { TraceTable } from '../../model/trace-table.ts';
import { type Line, lines } from '../byte-lines.ts';
import {
  type AzureFlavour,
  type AzureLifetimeBin,
  type AzurePeriod,
  findAzureFiles,
  readFlavourMap,
  readIntervalMap,
  SAMPLE_MS,
} from './azure-2017-files.ts';
import { type LineSpan, RowProblems } from './row-problems.ts';
import { MAX_TIME_MS } from './row-values.ts';
import { type TraceChoice, TraceSink } from './trace-sink.ts';

const COMMA = 0x2c;
const SPACE = 0x20;
const BATCH_END = 0x7c;
const UNCENSORED = 0x55;
const CENSORED = 0x43;
const ZERO = 0x30;

/**
 * The arrivals of the Azure VM trace V1 of 2017 (E. Cortez et al., SOSP 2017) in the form of
 * huaweicloud/trace_generation_rnn: flavours and lifetimes in bins, two parallel files per period. `path`: the folder,
 * or the flavour file of one period. A VM is a task of its flavour's cores and memory.
 *
 * The arrivals of a bin are spread uniformly over the 300 s before its timestamp; a lifetime is uniform in its bin;
 * VMs that were still running when the record ends, and those of the period without durations, have no known end.
 * Three draws per VM, in file order: for the sample, the arrival, the lifetime.
 * Errors: those of `findAzureFiles`, `lines` and the sink; E3001 for every broken token; E3004 when the two files of
 * a period do not run parallel, token by token.
 */
export async function readAzure2017(
  path: string,
  choice: TraceChoice,
  draw: () => number,
): Promise<TraceTable> {
  const trace = await openAzure2017(path);
  const sink = new TraceSink(choice, draw);
  const shapes = trace.flavours.map(({ cpuMilli, memoryBytes }) => sink.shapeOf(cpuMilli, memoryBytes, null));
  await trace.visit((binEndMs, flavour, lifetimeBin, isCensored) => {
    sink.begin();
    const submitMs = binEndMs - SAMPLE_MS + Math.floor(draw() * SAMPLE_MS);
    const position = draw();
    if (!sink.isWanted(submitMs)) return;
    let runtimeMs = Number.POSITIVE_INFINITY;
    if (lifetimeBin >= 0 && !isCensored) {
      const { fromMs, toMs } = trace.lifetimes[lifetimeBin]!;
      runtimeMs = fromMs + Math.floor(position * (toMs - fromMs));
    }
    sink.keep(submitMs, runtimeMs, shapes[flavour]!);
  });
  return sink.finish(path);
}

/**
 * One VM: the end of its 300 s bin of arrival, index of its flavour, index of its lifetime bin (−1: the period has no
 * durations), and whether it was still running when the record ended (its lifetime is at least that of the bin).
 */
export type AzureVisitor = (
  binEndMs: number,
  flavour: number,
  lifetimeBin: number,
  isCensored: boolean,
) => void;

export interface AzureTrace {
  readonly flavours: readonly AzureFlavour[];
  readonly lifetimes: readonly AzureLifetimeBin[];
  /** Every VM in file order. */
  visit(visitor: AzureVisitor): Promise<void>;
}

/** The trace with its maps read; see `readAzure2017` for path and errors. */
export async function openAzure2017(path: string): Promise<AzureTrace> {
  const files = await findAzureFiles(path);
  const flavours = await readFlavourMap(files.flavourMap);
  const lifetimes = files.intervalMap === null ? [] : await readIntervalMap(files.intervalMap);
  const flavourOfByte = new Int8Array(256).fill(-1);
  flavours.forEach(({ letter }, index) => {
    flavourOfByte[letter.charCodeAt(0)] = index;
  });
  return {
    flavours,
    lifetimes,
    async visit(visitor) {
      for (const period of files.periods) await visitPeriod(period, flavourOfByte, lifetimes.length, visitor);
    },
  };
}

async function visitPeriod(
  { flavours, durations }: AzurePeriod,
  flavourOfByte: Int8Array,
  lifetimeBins: number,
  visitor: AzureVisitor,
): Promise<void> {
  const problems = new RowProblems(flavours);
  const durationProblems = new RowProblems(durations ?? flavours);
  const flavour = new TokenLine();
  const duration = new TokenLine();
  const durationLines = durations === null ? null : lines(durations);
  for await (const line of lines(flavours)) {
    const binEndMs = flavour.begin(line, problems);
    if (durationLines !== null) {
      const next = await durationLines.next();
      if (next.done) throw apart(durations!, line.line, 1, `the flavours go on after line ${line.line - 1}`);
      const otherMs = duration.begin(next.value, durationProblems);
      if (otherMs !== binEndMs) throw apart(durations!, line.line, 1, 'the timestamps differ');
    }
    while (flavour.next()) {
      let bin = -1;
      if (durations !== null) {
        const isParallel = duration.next() && duration.isBatchEnd() === flavour.isBatchEnd();
        if (!isParallel) throw apart(durations, line.line, duration.column(), 'the batches differ');
      }
      if (flavour.isBatchEnd()) continue;
      const index = flavour.length() === 1 ? flavourOfByte[flavour.first()]! : -1;
      if (index < 0)
        problems.token(flavour, flavour.from, flavour.to, 'the flavour', 'a letter of flav_map.txt');
      if (durations !== null) bin = readLifetimeBin(duration, lifetimeBins, durationProblems);
      if (index >= 0 && (bin >= 0 || durations === null)) {
        visitor(binEndMs, index, bin, duration.first() === CENSORED);
      }
    }
    if (durations !== null && duration.next()) {
      throw apart(durations, line.line, duration.column(), 'there are more durations than flavours');
    }
  }
  if (durationLines !== null) {
    const next = await durationLines.next();
    if (!next.done)
      throw apart(durations!, next.value.line, 1, 'the durations go on after the last flavours');
  }
  problems.throwAny();
  durationProblems.throwAny();
}

/** −1, with the problem noted: no token of the form U12 or C12. */
function readLifetimeBin(token: TokenLine, lifetimeBins: number, problems: RowProblems): number {
  const { bytes, from, to } = token;
  const kind = bytes[from]!;
  let bin = to - from < 2 || to - from > 4 || (kind !== UNCENSORED && kind !== CENSORED) ? -1 : 0;
  for (let at = from + 1; at < to && bin >= 0; at++) {
    const digit = bytes[at]! - ZERO;
    bin = digit >= 0 && digit <= 9 ? bin * 10 + digit : -1;
  }
  if (bin >= 0 && bin < lifetimeBins) return bin;
  problems.token(token, from, to, 'the duration', 'U or C and a bin of v1.interval_map.txt');
  return -1;
}

/** A line of tokens: `<seconds> <token>,<token>,...`. Empty tokens, which occur in the trace, are passed over. */
class TokenLine implements LineSpan {
  bytes: Buffer = Buffer.alloc(0);
  line = 0;
  readonly start = 0;
  end = 0;
  /** The current token. */
  from = 0;
  to = 0;

  /** Returns the timestamp in milliseconds; NaN, with the problem noted, and no tokens when there is none. */
  begin({ bytes, line }: Line, problems: RowProblems): number {
    this.bytes = bytes;
    this.line = line;
    this.end = bytes.length;
    let at = 0;
    let seconds = 0;
    for (; at < this.end && bytes[at] !== SPACE; at++) {
      const digit = bytes[at]! - ZERO;
      seconds = digit >= 0 && digit <= 9 ? seconds * 10 + digit : Number.NaN;
    }
    this.from = at;
    this.to = at;
    if (at > 0 && seconds * 1000 <= MAX_TIME_MS) return seconds * 1000;
    problems.token(this, 0, Math.min(at, 80), 'the timestamp', 'whole seconds, then one space');
    this.to = this.end;
    return -1;
  }

  /** Moves to the next token that is not empty. */
  next(): boolean {
    const { bytes, end } = this;
    do {
      if (this.to >= end) {
        this.from = end;
        return false;
      }
      this.from = this.to + 1;
      let at = this.from;
      while (at < end && bytes[at] !== COMMA) at += 1;
      this.to = at;
    } while (this.to === this.from);
    return true;
  }

  first(): number {
    return this.bytes[this.from] ?? 0;
  }

  length(): number {
    return this.to - this.from;
  }

  isBatchEnd(): boolean {
    return this.first() === BATCH_END && this.length() === 1;
  }

  /** Tokens are ASCII unless they are broken, so bytes count as code points. */
  column(): number {
    return this.from + 1;
  }
}

function apart(file: string, line: number, column: number, why: string): InputError {
  const message = `The duration file does not run parallel to the flavour file: ${why}`;
  return new InputError([
    { severity: 'error', code: 'E3004', message, position: { file, line, column, length: 1 } },
  ]);
}
