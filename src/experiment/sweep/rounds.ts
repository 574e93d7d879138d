import { createHash } from 'node:crypto';
import { assert } from '../../errors.ts';
import { compensatedSum } from '../../statistics/descriptive.ts';
import { CellStatistics } from './cell-statistics.ts';
import type { IndexRange } from './index-ranges.ts';
import { mergeParts } from './merge.ts';
import { decodeRecord } from './record.ts';
import type { SeedRanges } from './seed-ranges.ts';
import { makeSweepPlan, openSweep, type Sweep, type SweepPlan } from './sweep-plan.ts';
import { sweepMetric } from './sweep-metric.ts';
import type { SweepValues } from './sweep-values.ts';

/**
 * A sweep in rounds: each is a sweep of its own, over the platforms that are left and the next seeds, and what comes
 * after it is decided when all of it is done. Who was fast makes no difference.
 */
export interface RoundGoal {
  /** Ends when the mean of this metric is known so well, as a share of itself, in every cell that is left. */
  readonly target: { readonly metric: string; readonly share: number } | null;
  /** After each round the better half of the platforms by this metric goes on (successive halving). */
  readonly halve: string | null;
  /** Seeds of the first round; every other round has twice as many as the one before. */
  readonly firstSeeds: number;
}

/** One round. */
export interface Round {
  /** From 1. */
  readonly number: number;
  /** Positions in the seeds of the sweep, both included. */
  readonly seeds: IndexRange;
  /** In the order of the sweep. */
  readonly platforms: readonly string[];
}

/** What a round has shown of one platform, with all rounds before it. */
export interface RoundVerdict {
  readonly platform: string;
  /** Of the metric of the halving, else of the target, over all points and seeds; null where a run has no number. */
  readonly mean: number | null;
  /** Half-width of the target's interval as a share of its mean, in the widest cell; null: not known. */
  readonly precision: number | null;
  readonly isKept: boolean;
}

/** Why there is no further round. */
export type RoundsEnd = 'precise' | 'one platform' | 'no seeds left';

export interface RoundDecision {
  readonly verdicts: readonly RoundVerdict[];
  readonly next: Round | RoundsEnd;
}

/** The first round of a sweep. */
export function firstRound({ plan, seeds }: Sweep, { firstSeeds }: RoundGoal): Round {
  return {
    number: 1,
    seeds: { first: 0, last: Math.min(firstSeeds, seeds.count) - 1 },
    platforms: plan.platforms,
  };
}

/** The plan of a round: points, files and chunks as in the sweep. */
export function roundPlan({ plan, seeds }: Sweep, round: Pick<Round, 'seeds' | 'platforms'>): SweepPlan {
  const { kind: _k, schemaVersion: _v, points: _p, runs: _r, chunkRuns, hash: _h, ...input } = plan;
  return makeSweepPlan(
    { ...input, platforms: [...round.platforms], seeds: seedsText(seeds, round.seeds) },
    chunkRuns,
  );
}

/** Seeds at these positions, as `--seeds` writes them. */
function seedsText(seeds: SeedRanges, { first, last }: IndexRange): string {
  const parts: { from: number; to: number }[] = [];
  for (let position = first; position <= last; position++) {
    const seed = seeds.at(position);
    const tail = parts.at(-1);
    if (tail !== undefined && tail.to === seed - 1) tail.to = seed;
    else parts.push({ from: seed, to: seed });
  }
  return parts.map(({ from, to }) => (from === to ? String(from) : `${from}..${to}`)).join(',');
}

/**
 * Reads the results of a round, which are all in `folder`, into the values of a sweep with at least its platforms and
 * seeds. Returns the hash of the results. Errors: those of `mergeParts`.
 */
export function readRound(sweep: Sweep, round: Round, folder: string, values: SweepValues): string {
  const own = openSweep(roundPlan(sweep, round));
  const platformOf = round.platforms.map((name) => values.sweep.plan.platforms.indexOf(name));
  const outcome = mergeParts(own.plan, [folder], (line) => {
    const world = Math.floor(line.index / round.platforms.length);
    const seed = round.seeds.first + (world % own.seeds.count);
    const platform = platformOf[line.index % round.platforms.length]!;
    const index = values.sweep.indexOf(Math.floor(world / own.seeds.count), seed, platform);
    values.addRecord({ ...decodeRecord(line), index });
  });
  assert(outcome.missingCount === 0, 'a round is read when it is done');
  return outcome.hash;
}

/** One hash of the results of all rounds. */
export function hashOfRounds(hashes: readonly string[]): string {
  return createHash('sha256').update(hashes.join('\n')).digest('hex');
}

/**
 * What comes after a round whose results are all in `values`. The 5 % that intervals may be wrong are shared out among
 * all rounds that there may be (Bonferroni): a sweep that looks ten times before it stops must not find by luck what it
 * would not have found at once. Halving keeps the larger half; equal means stay in the order of the platforms.
 */
export function decideRound(sweep: Sweep, round: Round, values: SweepValues, goal: RoundGoal): RoundDecision {
  const { target, halve } = goal;
  const ranked = halve ?? target?.metric;
  assert(ranked !== undefined, 'rounds have a target, or halve');
  const statistics = new CellStatistics();
  const looks = roundsUntil(sweep.seeds.count, goal.firstSeeds);
  const measured = round.platforms.map((platform) => ({
    platform,
    mean: meanOf(values, ranked, platform, round),
    precision:
      target === null ? null : precisionOf(values, target.metric, platform, round, statistics, looks),
  }));
  const sign = sweepMetric(ranked, values.sweep.plan).better === 'more' ? -1 : 1;
  const rank = ({ mean }: (typeof measured)[number]) =>
    mean === null ? Number.POSITIVE_INFINITY : mean * sign;
  const room = halve === null ? measured.length : Math.ceil(measured.length / 2);
  const kept = new Set(
    measured
      .map((verdict, order) => ({ verdict, order }))
      .sort((a, b) => compareRanks(rank(a.verdict), rank(b.verdict)) || a.order - b.order)
      .slice(0, room)
      .map(({ verdict }) => verdict.platform),
  );
  const verdicts = measured.map((verdict) => ({ ...verdict, isKept: kept.has(verdict.platform) }));
  const left = verdicts.filter(({ isKept }) => isKept);
  const isPrecise =
    target !== null && left.every(({ precision }) => precision !== null && precision <= target.share);
  if (isPrecise) return { verdicts, next: 'precise' };
  if (target === null && left.length === 1) return { verdicts, next: 'one platform' };
  const first = round.seeds.last + 1;
  if (first >= sweep.seeds.count) return { verdicts, next: 'no seeds left' };
  const size = 2 * (round.seeds.last - round.seeds.first + 1);
  const seeds = { first, last: Math.min(first + size, sweep.seeds.count) - 1 };
  return {
    verdicts,
    next: { number: round.number + 1, seeds, platforms: left.map(({ platform }) => platform) },
  };
}

/** Two infinities have no difference. */
function compareRanks(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Rounds of 1, 2, 4, … times the first until `seeds` are used up. */
function roundsUntil(seeds: number, firstSeeds: number): number {
  let rounds = 1;
  for (let size = firstSeeds, used = firstSeeds; used < seeds; used += size) {
    size *= 2;
    rounds += 1;
  }
  return rounds;
}

function cellsOf(values: SweepValues, metric: string, platform: string, { seeds }: Round): number[][] {
  const { plan } = values.sweep;
  const column = plan.platforms.indexOf(platform);
  return Array.from({ length: plan.points }, (_, point) =>
    values.seedValues(metric, point, column).slice(0, seeds.last + 1),
  );
}

function meanOf(values: SweepValues, metric: string, platform: string, round: Round): number | null {
  const all = cellsOf(values, metric, platform, round).flat();
  return all.some(Number.isNaN) ? null : compensatedSum(all) / all.length;
}

function precisionOf(
  values: SweepValues,
  metric: string,
  platform: string,
  round: Round,
  statistics: CellStatistics,
  looks: number,
): number | null {
  let widest = 0;
  for (const cell of cellsOf(values, metric, platform, round)) {
    const found = cell.some(Number.isNaN) ? null : statistics.mean(cell, looks);
    if (found === null || found.halfWidth === null) return null;
    // Zero all the time is as precise as can be; zero on average has no share.
    if (found.halfWidth === 0) continue;
    if (found.mean === 0) return null;
    widest = Math.max(widest, found.halfWidth / Math.abs(found.mean));
  }
  return widest;
}
