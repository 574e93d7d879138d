/** What one timed run answers. */
export interface Outcome {
  /** Amount of work done, in the row's unit without the `/s`. */
  readonly work: number;
  /** Equal checksums, equal answers. */
  readonly checksum: string;
  /** Where the work is a part of what was run: the time that it took, as it told itself. */
  readonly seconds?: number;
  readonly cpuSeconds?: number;
}

/** One row: something measured several times in a process of its own. */
export interface Bench {
  /** What `--suite` selects; rows of one suite answer the same question in several ways. */
  readonly suite: string;
  readonly workload: string;
  readonly policy: string;
  /** Instances, or whatever the size of the workload is. */
  readonly n: number;
  readonly unit: string;
  /** The checksum that is known to be right; absent: told only. */
  readonly check?: string;
  /** It needs minutes: run only when its suite is named. */
  readonly isLong?: boolean;
  /** Why it cannot run here; undefined when it can. */
  missing?(): string | undefined;
  /** Prepares, untimed, and returns what prepares each run, untimed, and returns the run. */
  prepare(): Promise<Fresh> | Fresh;
}

export type Fresh = () => () => Outcome | Promise<Outcome>;

/** A measured row, as `--json` prints it. */
export interface Row {
  readonly suite: string;
  readonly workload: string;
  readonly policy: string;
  readonly n: number;
  /** Work per second of the median run. */
  readonly rate: number;
  readonly unit: string;
  /** Of one run, and its median absolute deviation. */
  readonly medianSeconds: number;
  readonly madSeconds: number;
  /** Processor time of the median run, all threads: what is left of a measurement on a busy machine. */
  readonly cpuSeconds: number;
  readonly rssMb: number;
  /** Of the first run, the warm-up. */
  readonly checksum: string;
  readonly check: 'right' | 'WRONG' | '';
}

/** A name that no other row has. */
export function nameOf({ suite, policy }: Pick<Bench, 'suite' | 'policy'>): string {
  return `${suite} ${policy}`;
}

/** Warm-ups go on until so much time has passed: the compiler needs more than one short run. */
const WARM_UP_SECONDS = 2;
const MOST_WARM_UPS = 12;

/** Measures a row here and now. */
export async function measure(bench: Bench, runs: number): Promise<Row> {
  const { suite, workload, policy, n, unit, check } = bench;
  const fresh = await bench.prepare();
  const once = async () => {
    const run = fresh();
    // A full collection would also throw away what the compiler has learned, and short runs would measure that.
    (globalThis.gc as ((options: { type: 'minor' }) => void) | undefined)?.({ type: 'minor' });
    const cpuBefore = process.cpuUsage();
    const startedNs = process.hrtime.bigint();
    const outcome = await run();
    const seconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { seconds, cpuSeconds: (user + system) / 1e6, ...outcome };
  };
  const first = await once();
  let warmedSeconds = first.seconds;
  for (let more = 1; runs > 0 && more < MOST_WARM_UPS && warmedSeconds < WARM_UP_SECONDS; more++) {
    warmedSeconds += (await once()).seconds;
  }
  const timed = [];
  for (let run = 0; run < runs; run++) timed.push(await once());
  if (timed.length === 0) timed.push(first);
  const medianSeconds = middle(timed.map(({ seconds }) => seconds));
  return {
    suite,
    workload,
    policy,
    n,
    rate: middle(timed.map(({ work, seconds }) => work / seconds)),
    unit,
    medianSeconds,
    madSeconds: middle(timed.map(({ seconds }) => Math.abs(seconds - medianSeconds))),
    cpuSeconds: middle(timed.map(({ cpuSeconds }) => cpuSeconds)),
    rssMb: process.resourceUsage().maxRSS / 1000,
    checksum: first.checksum,
    check: check === undefined ? '' : first.checksum === check ? 'right' : 'WRONG',
  };
}

export function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
