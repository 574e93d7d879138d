import { assert } from '../errors.ts';
import { compensatedSum, squared } from '../statistics/descriptive.ts';
import { standardDeviation } from '../statistics/intervals.ts';
import { ocbaShares, rinottReplications } from '../statistics/ranking-selection.ts';
import { normalCdf } from '../statistics/special-functions.ts';

/** Values of the next `count` replications of an alternative, independent of all others. */
export type Replicate = (alternative: number, count: number) => Promise<readonly number[]>;

export interface SelectionOptions {
  readonly alternatives: number;
  /** Is a smaller value better? */
  readonly lessIsBetter: boolean;
  readonly replicate: Replicate;
}

export interface Alternative {
  readonly replications: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface Selection {
  readonly selected: number;
  readonly alternatives: readonly Alternative[];
  /** That the selected one is the best: guaranteed (Rinott), or estimated from what was seen (OCBA). */
  readonly probability: number;
  /** False when more replications were needed than are allowed: then nothing is promised. */
  readonly isMet: boolean;
}

/** Replications of each alternative before anything is decided. */
export const FIRST_STAGE = 20;

export interface RinottWish {
  readonly probability: number;
  /** `rinottConstant(alternatives, FIRST_STAGE, probability)`: takes a second to find, so that many selections share it. */
  readonly constant: number;
  /** The difference that matters, from the first-stage mean of the first alternative. */
  readonly indifference: (first: number) => number;
  /** Replications of one alternative at the most. */
  readonly most: number;
}

/**
 * Rinott's two stages: enough replications of each alternative for the best sample mean to be the best alternative with the
 * given probability, whenever it is better than every other by at least `indifference`. Source: Y. Rinott, 1978; see `rinottConstant`
 */
export async function selectByRinott(
  { alternatives, lessIsBetter, replicate }: SelectionOptions,
  { probability, constant, indifference, most }: RinottWish,
): Promise<Selection> {
  const values = await firstStage(alternatives, FIRST_STAGE, replicate);
  const delta = indifference(mean(values[0]!));
  assert(delta > 0, 'what is indifferent has a size');
  let isMet = true;
  for (const [alternative, own] of values.entries()) {
    const wanted = rinottReplications(constant, standardDeviation(own), delta, FIRST_STAGE);
    if (wanted > most) isMet = false;
    own.push(...(await replicate(alternative, Math.min(wanted, most) - own.length)));
  }
  return { ...chosen(values, lessIsBetter), probability, isMet };
}

/** Replications of each alternative before a budget is shared out, and those given in one step for each alternative. */
const OCBA_FIRST = 10;
const OCBA_STEP = 2;

/**
 * Optimal computing budget allocation: after ten replications of each alternative the rest of the budget goes, step by step,
 * where it helps most to tell the best from its rivals. The probability is an estimate: one less the sum, over the others, of
 * the normal probability that their true mean is better (Bonferroni). Source: C.-H. Chen et al., 2000; see `ocbaShares`
 */
export async function selectByOcba(
  { alternatives, lessIsBetter, replicate }: SelectionOptions,
  budget: number,
): Promise<Selection> {
  const values = await firstStage(alternatives, OCBA_FIRST, replicate);
  const sign = lessIsBetter ? 1 : -1;
  const used = () => values.reduce((sum, own) => sum + own.length, 0);
  while (used() < budget) {
    const step = Math.min(OCBA_STEP * alternatives, budget - used());
    const means = values.map((own) => sign * mean(own));
    const shares = ocbaShares(means, values.map(standardDeviation));
    const goal = shares.map((share) => share * (used() + step));
    for (let given = 0; given < step; given++) {
      // Whoever is furthest behind its share; the first of equals.
      const behind = goal.map((wanted, alternative) => wanted - values[alternative]!.length);
      const next = behind.indexOf(Math.max(...behind));
      values[next]!.push(...(await replicate(next, 1)));
    }
  }
  const choice = chosen(values, lessIsBetter);
  const best = choice.alternatives[choice.selected]!;
  const errors = choice.alternatives.map((other, alternative) => {
    if (alternative === choice.selected) return 0;
    const variance =
      squared(best.deviation) / best.replications + squared(other.deviation) / other.replications;
    const distance = Math.abs(other.mean - best.mean);
    if (variance === 0) return distance > 0 ? 0 : 0.5;
    return normalCdf(-distance / Math.sqrt(variance));
  });
  return { ...choice, probability: Math.max(0, 1 - compensatedSum(errors)), isMet: true };
}

async function firstStage(alternatives: number, count: number, replicate: Replicate): Promise<number[][]> {
  assert(alternatives >= 2, 'there is nothing to choose from');
  const values: number[][] = [];
  for (let alternative = 0; alternative < alternatives; alternative++) {
    values.push([...(await replicate(alternative, count))]);
  }
  return values;
}

function chosen(values: readonly (readonly number[])[], lessIsBetter: boolean) {
  const alternatives = values.map((own): Alternative => {
    return { replications: own.length, mean: mean(own), deviation: standardDeviation(own) };
  });
  const means = alternatives.map((one) => one.mean);
  const selected = means.indexOf(lessIsBetter ? Math.min(...means) : Math.max(...means));
  return { selected, alternatives };
}

function mean(values: readonly number[]): number {
  return compensatedSum(values) / values.length;
}
