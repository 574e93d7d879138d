import type { RunResult } from '../experiment/result.ts';
import { usdFormat } from '../units.ts';
import type { ComparisonTable } from './comparison-table.ts';
import {
  BESIDE_INSTANCES,
  type DifferencePart,
  type Split,
  splitDifference,
  SPLITS,
} from './difference-parts.ts';
import { decimal } from './number-format.ts';

/** Parts named in a sentence, and the share of the whole difference below which none is. */
const NAMED = 3;
const WORTH_NAMING = 0.05;
/** Waits that differ by less are not worth a word. */
const WAIT_WORTH_NAMING_S = 0.5;

const WORDS: Readonly<Record<Split, string>> = {
  service: 'by service',
  type: 'by type',
  hour: 'above all',
  cause: 'by cause',
};

/**
 * Where each platform's difference to the baseline comes from, one sentence each: the parts of the bill that make most of it,
 * and the services whose tasks wait longer or shorter. Of the first seed. Bills that differ by less
 * than the minimum effect of the table are not explained.
 */
export function whySentences({ platforms, minEffect }: ComparisonTable): string[] {
  const [baseline, ...others] = platforms;
  if (baseline === undefined) return [];
  return others.flatMap(({ name, first }) => {
    const sentence = whySentence(baseline.first, first, minEffect);
    return sentence === '' ? [] : [`${name} against ${baseline.name}: ${sentence}.`];
  });
}

function whySentence(baseline: RunResult, other: RunResult, minEffect: number): string {
  const splits = SPLITS.map((by) => splitDifference(baseline, other, by));
  const whole = splits[0]!.parts.reduce((sum, { differenceUsd }) => sum + differenceUsd, 0);
  const bill = splits[0]!.parts.reduce((sum, { baselineUsd }) => sum + baselineUsd, 0);
  const isWorthIt = Math.abs(whole) >= minEffect * Math.abs(bill);
  const texts = splits.flatMap(({ by, parts }) => {
    // What no type and no hour explains has been named by service.
    const own = by === 'service' ? parts : parts.filter(({ name }) => !BESIDE_INSTANCES.includes(name));
    const named = isWorthIt ? largest(own, whole) : [];
    const usd = usdFormat(named.map(({ differenceUsd }) => differenceUsd));
    const list = named.map(({ name, differenceUsd }) => `${name} ${signed(differenceUsd, usd)}`);
    return list.length === 0 ? [] : [`${WORDS[by]} ${list.join(', ')}`];
  });
  const waits = largestWaits(splits[0]!.parts).map(
    ({ name, difference }) => `${name} ${signed(difference, (value) => `${decimal(value, 1)} s`)}`,
  );
  return [...texts, ...(waits.length === 0 ? [] : [`mean wait ${waits.join(', ')}`])].join('; ');
}

/** In order of size; hours too. */
function largest(parts: readonly DifferencePart[], whole: number): DifferencePart[] {
  const least = WORTH_NAMING * Math.abs(whole);
  return parts
    .filter(({ differenceUsd }) => differenceUsd !== 0 && Math.abs(differenceUsd) >= least && least > 0)
    .sort((a, b) => Math.abs(b.differenceUsd) - Math.abs(a.differenceUsd))
    .slice(0, NAMED);
}

function largestWaits(
  parts: readonly DifferencePart[],
): { readonly name: string; readonly difference: number }[] {
  return parts
    .flatMap(({ name, wait, baselineWait }) =>
      wait === null || baselineWait === null ? [] : [{ name, difference: wait - baselineWait }],
    )
    .filter(({ difference }) => Math.abs(difference) >= WAIT_WORTH_NAMING_S)
    .sort((a, b) => Math.abs(b.difference) - Math.abs(a.difference))
    .slice(0, NAMED);
}

function signed(value: number, format: (value: number) => string): string {
  return `${value < 0 ? '−' : '+'}${format(Math.abs(value))}`;
}

/** A table of a split: a row per part, columns of the baseline and of each other platform with its difference. */
export interface SplitTable {
  readonly by: Split;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Cells of `compare --by`: dollars of every platform, differences to the baseline, largest first (hours in order). */
export function splitTable({ platforms }: ComparisonTable, by: Split): SplitTable {
  const [baseline, ...others] = platforms;
  const splits = others.map(({ first }) => splitDifference(baseline!.first, first, by).parts);
  const own = splitDifference(baseline!.first, baseline!.first, by).parts;
  const names = [...new Set([...splits.flat(), ...own].map(({ name }) => name))];
  const ordered = by === 'hour' ? names.sort() : names;
  const usd = usdFormat([...splits.flat(), ...own].map((part) => Math.max(part.usd, part.baselineUsd)));
  const rows = ordered.map((name) => {
    const base = [...splits.flat(), ...own].find((part) => part.name === name)!;
    return [
      name,
      usd(base.baselineUsd),
      ...splits.flatMap((parts) => {
        const part = parts.find((candidate) => candidate.name === name);
        if (part === undefined) return [usd(0), ''];
        return [usd(part.usd), part.differenceUsd === 0 ? '' : signed(part.differenceUsd, usd)];
      }),
    ];
  });
  return { by, head: ['', baseline!.name, ...others.flatMap(({ name }) => [name, 'Δ'])], rows };
}
