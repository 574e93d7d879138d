import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../errors.ts';
import { GIB } from '../../units.ts';
import { lines } from '../byte-lines.ts';
import { fileError } from '../gzip.ts';

/** Files of the trace that belong together. */
export interface AzureFiles {
  /** `flav_map.txt`: `cores,GB letter`. */
  readonly flavourMap: string;
  /** `v1.interval_map.txt`: `seconds bin`; null when no period has durations. */
  readonly intervalMap: string | null;
  /** In order of time. */
  readonly periods: readonly AzurePeriod[];
}

export interface AzurePeriod {
  readonly flavours: string;
  readonly durations: string | null;
}

/** Periods of the publication, in order of time. */
const PERIODS = ['v1.train', 'v1.dev', 'v1.test'];

/**
 * The files that a path means: the folder (all periods in it), or the flavour file of one period, with its durations
 * and the maps beside it. Errors: E4001 (cannot be read), E3004 (no period, no map).
 */
export async function findAzureFiles(path: string): Promise<AzureFiles> {
  const [folder, names] = await listFolder(path);
  const stems = folder === path ? PERIODS : [basename(path).replace(/\.txt(\.gz)?$/, '')];
  const file = (pattern: RegExp): string | null => {
    const name = names.find((one) => pattern.test(one));
    return name === undefined ? null : join(folder, name);
  };
  const periods = stems.flatMap((stem): AzurePeriod[] => {
    const escaped = stem.replace(/[^\w-]/g, '\\$&');
    const flavours = file(new RegExp(`^${escaped}\\.txt(\\.gz)?$`));
    return flavours ? [{ flavours, durations: file(new RegExp(`^${escaped}\\.c\\d+\\.txt(\\.gz)?$`)) }] : [];
  });
  if (periods.length === 0) {
    throw fileError(
      'E3004',
      path,
      'There is no flavour file: v1.train.txt, v1.dev.txt or v1.test.txt, plain or .gz',
    );
  }
  const flavourMap = file(/^flav_map\.txt(\.gz)?$/);
  if (flavourMap === null) throw fileError('E3004', path, 'flav_map.txt is missing beside the flavour files');
  const needsIntervals = periods.some(({ durations }) => durations !== null);
  const intervalMap = needsIntervals ? file(/^v1\.interval_map\.txt(\.gz)?$/) : null;
  if (needsIntervals && intervalMap === null) {
    throw fileError('E3004', path, 'v1.interval_map.txt is missing beside the duration files');
  }
  return { flavourMap, intervalMap, periods };
}

async function listFolder(path: string): Promise<[folder: string, names: readonly string[]]> {
  try {
    const folder = (await stat(path)).isDirectory() ? path : dirname(path);
    return [folder, (await readdir(folder)).sort()];
  } catch (error) {
    throw fileError(
      'E4001',
      path,
      `Cannot read the trace: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

export interface AzureFlavour {
  /** The letter of its tokens. */
  readonly letter: string;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** The sizes of the machines, in file order; GB are GiB (1.75 is 1792 MiB). Errors: E3001, those of `lines`. */
export async function readFlavourMap(file: string): Promise<readonly AzureFlavour[]> {
  const flavours: AzureFlavour[] = [];
  for await (const { bytes, line } of lines(file)) {
    const match = /^(\d{1,4}),(\d{1,4}(?:\.\d{1,3})?) ([a-z])$/.exec(bytes.toString());
    const [, cores, gigabytes, letter] = match ?? [];
    if (letter === undefined || flavours.some((flavour) => flavour.letter === letter)) {
      throw mapError(file, line, bytes, "'cores,GB letter', each letter once: 2,3.5 g");
    }
    flavours.push({
      letter,
      cpuMilli: Number(cores) * 1000,
      memoryBytes: Math.ceil(Number(gigabytes) * GIB),
    });
  }
  return flavours;
}

/** A lifetime of bin b is from fromMs up to, not including, toMs. */
export interface AzureLifetimeBin {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * The bins of lifetimes. The map lists the recorded lifetimes, multiples of 300 s, with their bins; a bin reaches
 * from the last value of the bin before it to its own last value. The first bin holds those recorded as 0 s: shorter
 * than one sample of 300 s, taken as 0 to 300 s (chosen). Errors: E3001, those of `lines`.
 */
export async function readIntervalMap(file: string): Promise<readonly AzureLifetimeBin[]> {
  const lastSeconds: number[] = [];
  let previousSeconds = -1;
  for await (const { bytes, line } of lines(file)) {
    const match = /^(\d{1,9}) (\d{1,4})$/.exec(bytes.toString());
    const [seconds, bin] = [Number(match?.[1]), Number(match?.[2])];
    const isNext = bin === lastSeconds.length || bin === lastSeconds.length - 1;
    if (!(seconds > previousSeconds) || !isNext) {
      throw mapError(file, line, bytes, "'seconds bin', both ascending, bins without gaps: 300 1");
    }
    lastSeconds[bin] = seconds;
    previousSeconds = seconds;
  }
  return lastSeconds.map((seconds, bin) => ({
    fromMs: bin === 0 ? 0 : lastSeconds[bin - 1]! * 1000,
    toMs: bin === 0 ? SAMPLE_MS : seconds * 1000,
  }));
}

/** Times of the trace are multiples of this. */
export const SAMPLE_MS = 300_000;

function mapError(file: string, line: number, bytes: Buffer, expected: string) {
  const error = fileError(
    'E3001',
    file,
    `Cannot read '${bytes.toString('utf8', 0, 80)}': expected ${expected}`,
  );
  return new InputError(
    error.diagnostics.map((found) => ({ ...found, position: { file, line, column: 1, length: 1 } })),
  );
}
