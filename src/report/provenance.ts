import type { RunSummary } from '../experiment/result.ts';
import { decimal, formatDurationMs } from '../units.ts';
import type { ComparisonTable, PlatformColumn } from './comparison-table.ts';

/** `seed 42`, `10 seeds (1 to 10)`, `seeds 3, 7, 9`. */
export function seedsSentence(seeds: readonly number[]): string {
  if (seeds.length === 1) return `seed ${seeds[0]}`;
  const consecutive = seeds.every((seed, index) => index === 0 || seed === (seeds[index - 1] ?? 0) + 1);
  if (consecutive && seeds.length > 2) return `${seeds.length} seeds (${seeds[0]} to ${seeds.at(-1)})`;
  return `seeds ${seeds.join(', ')}`;
}

/** `on-demand prices of 2024-04 (catalogue aws-2026-08)`. */
export function pricesPhrase({ id, pricesAsOf }: RunSummary['catalogue']): string {
  return `on-demand prices of ${pricesAsOf} (catalogue ${id})`;
}

/** Age of the prices that are not of instances; the files' sources are in data/README.md. */
export const OTHER_PRICES = 'volumes, control planes and load balancers at list prices of 2022-09';

/** What the differences of a comparison are worth. */
export function uncertaintySentence(
  seeds: readonly number[],
  { platforms, sections, level, minEffect }: ComparisonTable,
): string {
  if (seeds.length < 2) {
    return `Single run (seed ${seeds[0] ?? 'unknown'}), no interval: the differences are of this one seed`;
  }
  const few = seeds.length < 10 ? '; fewer than ten seeds, so read the intervals with care' : '';
  const effect = `${decimal(minEffect * 100, 2).replace(/\.?0+$/, '')} %`;
  const sure = `${decimal(level * 100, 2).replace(/\.?0+$/, '')} %`;
  const cells = sections.flatMap(({ rows }) => rows.flatMap((row) => row.cells));
  const used = (method: string) => cells.some(({ difference }) => difference?.interval?.method === method);
  const skewed = used('bootstrap')
    ? '; [a, b] is resampled (bootstrap BCa), where differences are skewed'
    : '';
  const pairing = used('welch')
    ? 'seeds differ, so differences are of means (± Welch, p of Mann-Whitney)'
    : `differences are paired by seed${commonSeeds(platforms)}, ± is the half-width of a ${sure} t-interval`;
  const tests =
    platforms.length < 2
      ? 0
      : sections.reduce((sum, { rows }) => sum + rows.length, 0) * (platforms.length - 1);
  const alpha = decimal(1 - level, 4).replace(/0+$/, '');
  return `Means over ${seeds.length} seeds; ${pairing}, shared among the platforms compared (Bonferroni), not among the rows${skewed}; better and worse need p ≤ ${alpha} (adjusted by Holm for all ${tests} differences of the table) and ${effect} of the baseline${few}`;
}

/** How many of its seeds each column shares with the baseline, where that is not all. */
function commonSeeds(platforms: readonly PlatformColumn[]): string {
  const seedsOf = ({ runs }: PlatformColumn) => runs.map(({ summary }) => summary.seed);
  const [baseline, ...others] = platforms;
  const base = new Set(baseline === undefined ? [] : seedsOf(baseline));
  const counts = others.map((platform) => seedsOf(platform).filter((seed) => base.has(seed)).length);
  if (others.every((platform, index) => counts[index] === base.size && platform.runs.length === base.size))
    return '';
  return `, by those that both sides have (${[...new Set(counts)].join(', ')})`;
}

/** Which seed stands for all where means make no sense; null with one seed. */
export function detailSentence(seeds: readonly number[]): string | null {
  return seeds.length < 2 ? null : `Bills, groups and charts over time are those of seed ${seeds[0]}.`;
}

/** Ends with exactly one mark. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A note with the platforms it is about; null when it is about all. */
export interface DistinctNote {
  readonly note: string;
  readonly platforms: readonly string[] | null;
}

/** What the waits of a column leave out at the start, and whether that is known; null: nothing. */
function warmUpNote({ runs }: Pick<PlatformColumn, 'runs'>): string | null {
  const cuts = runs.flatMap(({ summary }) => (summary.warmUp === undefined ? [] : [summary.warmUp]));
  if (cuts.length === 0) return null;
  const times = cuts.map(({ fromMs }) => fromMs).sort((a, b) => a - b);
  const [least, most] = [formatDurationMs(times[0]!), formatDurationMs(times.at(-1)!)];
  const found = cuts[0]!.method === 'mser-5' ? ', as MSER-5 finds it in each run' : '';
  const short = cuts.filter(({ isTooShort }) => isTooShort).length;
  const unsure = short === 0 ? '' : `; ${short} of ${cuts.length} runs are too short to see where it ends`;
  const start = least === most ? least : `${least} to ${most}`;
  return `Waits, responses and slowdowns leave out the first ${start}${found}${unsure}. Costs and capacity are of the whole run.`;
}

/** Every note once, in order of appearance. */
export function distinctNotes(platforms: readonly PlatformColumn[]): DistinctNote[] {
  const byNote = new Map<string, Set<string>>();
  for (const { name, runs } of platforms) {
    const warmUp = warmUpNote({ runs });
    const own = runs.flatMap(({ summary }) => summary.notes);
    for (const note of warmUp === null ? own : [warmUp, ...own]) {
      byNote.set(note, (byNote.get(note) ?? new Set()).add(name));
    }
  }
  return [...byNote].map(([note, names]) => ({
    note,
    platforms: names.size === platforms.length ? null : [...names],
  }));
}
