import type { TraceTable } from '../../model/trace-table.ts';
import { lines } from '../byte-lines.ts';
import {
  type AzureFlavour,
  type AzureLifetimeBin,
  type AzurePeriod,
  findAzureFiles,
  readFlavourMap,
  readIntervalMap,
  SAMPLE_MS,
} from './azure-2017-files.ts';
import { ParallelDurations, TokenLine } from './azure-2017-tokens.ts';
import { RowProblems } from './row-problems.ts';
import { type TraceChoice, TraceSink } from './trace-sink.ts';

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
  const flavour = new TokenLine();
  const parallel = durations === null ? null : new ParallelDurations(durations, lifetimeBins);
  try {
    for await (const line of lines(flavours)) {
      const binEndMs = flavour.begin(line, problems);
      await parallel?.begin(line.line, binEndMs);
      while (flavour.next()) {
        const isBatchEnd = flavour.isBatchEnd();
        parallel?.next(isBatchEnd);
        if (isBatchEnd) continue;
        const index = flavour.length() === 1 ? flavourOfByte[flavour.first()]! : -1;
        if (index < 0)
          problems.token(flavour, flavour.from, flavour.to, 'the flavour', 'a letter of flav_map.txt');
        const bin = parallel === null ? -1 : parallel.bin();
        if (index >= 0 && (bin >= 0 || parallel === null)) {
          visitor(binEndMs, index, bin, parallel?.isCensored() ?? false);
        }
      }
      parallel?.end();
    }
    await parallel?.finish();
  } catch (error) {
    // A broken token may be why the files seem to part: it is the better finding.
    problems.throwAny();
    parallel?.problems.throwAny();
    throw error;
  } finally {
    await parallel?.close();
  }
  problems.throwAny();
  parallel?.problems.throwAny();
}
