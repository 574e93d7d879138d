import { availableParallelism } from 'node:os';
import type { Arguments } from './commands.ts';
import { usage } from './usage.ts';

/** What `--seeds` asks for. */
export type SeedsWish =
  | { readonly kind: 'list'; readonly seeds: readonly number[] }
  /** As many as it takes: for the cost differences to be this share of the baseline's cost; null: as `--precision` says. */
  | { readonly kind: 'auto'; readonly precision: number | null };

const HOW = 'write 1..30, or 3,7,9, or auto:1%';
/** More replications than this are a sweep. */
const MOST_SEEDS = 10_000;

/** The replications that a comparison is asked for; null: one run. Errors: E5001. */
export function seedsOf(args: Arguments): SeedsWish | null {
  const text = args['seeds'] as string | undefined;
  if (text === undefined) return null;
  if (args['seed'] !== undefined) throw usage('cannot use --seed and --seeds together');
  const auto = /^auto(?::(\d+(?:\.\d+)?)%)?$/.exec(text);
  if (auto !== null) {
    const precision = auto[1] === undefined ? null : Number(auto[1]) / 100;
    if (precision !== null && precision <= 0)
      throw usage(`cannot use --seeds '${text}': nothing is that precise`, HOW);
    return { kind: 'auto', precision };
  }
  const seeds: number[] = [];
  for (const part of text.split(',')) {
    const range = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(part.trim());
    if (range === null) throw usage(`cannot use --seeds '${text}'`, HOW);
    const first = Number(range[1]);
    const last = range[2] === undefined ? first : Number(range[2]);
    if (last < first) throw usage(`cannot use --seeds '${text}': ${part} goes backwards`, HOW);
    if (last - first >= MOST_SEEDS || seeds.length >= MOST_SEEDS) {
      throw usage(`cannot use --seeds '${text}': more than ${MOST_SEEDS} seeds`, HOW);
    }
    for (let seed = first; seed <= last; seed++) seeds.push(seed);
  }
  const twice = seeds.find((seed, index) => seeds.indexOf(seed) !== index);
  if (twice !== undefined) throw usage(`--seeds names ${twice} more than once`);
  return { kind: 'list', seeds };
}

/** Worker threads: `--jobs`, or as many as there are cores. Errors: E5001. */
export function jobsOf(args: Arguments): number {
  const jobs = args['jobs'] as number | undefined;
  if (jobs === undefined) return availableParallelism();
  if (!Number.isInteger(jobs) || jobs < 1) throw usage(`cannot use --jobs ${jobs}`, 'a whole number from 1');
  return jobs;
}
