import type { PairOrder, SensitivityAnswer, TieOutcome } from '../experiment/sensitivity-answer.ts';
import { stripControl } from '../io/terminal-text.ts';
import { type Format, formatPercent, metricFormat } from './number-format.ts';
import { fenced, inline, markdownTable } from './markdown.ts';
import { seedsSentence } from './provenance.ts';
import { finishText, type TextOptions, textStyle, textTable, wrapText } from './text-layout.ts';

export interface SensitivityTextOptions extends TextOptions {
  /** The command that makes it again. */
  readonly reproduce: string;
}

const COLUMNS = ['platform', 'tie rule', 'mean', 'Δ to its own rule'];

/** What a ranking owes to tie rules and seeds, for a terminal. Ends with a newline. */
export function renderSensitivityText(answer: SensitivityAnswer, options: SensitivityTextOptions): string {
  const style = textStyle(options);
  const { paint, width } = style;
  const lines = [
    paint('heading', `${stripControl(answer.scenario)}: ${answer.metric} by tie rule and seed`),
    ...wrapText(aboutSentence(answer), width).map((line) => paint('dim', line)),
    '',
    ...textTable(
      COLUMNS.map((title, at) => ({ title, align: at < 2 ? 'left' : 'right' })),
      rowsOf(answer),
      paint,
    ),
    '',
    ...sentences(answer).flatMap((text) => wrapText(text, width)),
    '',
    `reproduce: ${stripControl(options.reproduce)}`,
  ];
  return finishText(lines, style);
}

/** The same as Markdown. */
export function renderSensitivityMarkdown(
  answer: SensitivityAnswer,
  { reproduce, version }: { readonly reproduce: string; readonly version: string },
): string {
  const blocks = [
    `# ${inline(answer.scenario)}: ${inline(answer.metric)} by tie rule and seed`,
    inline(aboutSentence(answer)),
    markdownTable(
      'llrr',
      COLUMNS,
      rowsOf(answer).map((row) => row.map(inline)),
    ),
    sentences(answer)
      .map((text) => `- ${inline(text)}`)
      .join('\n'),
    inline(`stowage ${version}, ${seedsSentence(answer.seeds)}`),
    fenced(reproduce, 'sh'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function aboutSentence({ seeds }: SensitivityAnswer): string {
  return `Every platform with every rule to choose among equally good instances, over ${seedsSentence(seeds)}; * is the rule of the scenario. ± is the half-width of a 95 % t-interval, of differences seed by seed.`;
}

function rowsOf({ outcomes, metric: name, unit, better }: SensitivityAnswer): string[][] {
  const format = metricFormat(
    { name, unit, better, about: '' },
    outcomes.map(({ mean }) => mean.mean),
  );
  return outcomes.map((outcome) => [
    stripControl(outcome.platform),
    outcome.rule === null ? '(no choice)' : `${outcome.rule}${outcome.isOwn ? ' *' : ''}`,
    withWidth(format(outcome.mean.mean), outcome.mean.halfWidth, format),
    differenceText(outcome, format),
  ]);
}

function differenceText({ difference }: TieOutcome, format: Format): string {
  if (difference === null) return '';
  const size = format(Math.abs(difference.mean));
  const text = size === format(0) ? '0' : `${difference.mean < 0 ? '−' : '+'}${size}`;
  return withWidth(text, difference.halfWidth, format);
}

function withWidth(text: string, halfWidth: number, format: Format): string {
  return format(halfWidth) === format(0) ? text : `${text} ±${format(halfWidth)}`;
}

function sentences({ pairs, variance, ...of }: SensitivityAnswer): string[] {
  const shares =
    variance === null
      ? 'All values are equal: neither rule nor seed matters.'
      : `Of the variance, platforms make ${formatPercent(variance.platform, 'down')}, tie rules ${formatPercent(variance.rule, 'down')}, seeds ${formatPercent(variance.seed, 'down')}; the rest is what seeds do to one and not to the other.`;
  return [...pairs.map((pair) => pairSentence(pair, of)), shares];
}

function pairSentence(
  pair: PairOrder,
  { metric, better }: Pick<SensitivityAnswer, 'metric' | 'better'>,
): string {
  const { rulePairs, kept, sure, worlds } = pair;
  const word = better === 'more' ? 'more' : 'less';
  const order = `${stripControl(pair.better)} has ${word} ${metric} than ${stripControl(pair.worse)}`;
  const runs = `in ${formatPercent(worlds, 'down')} of the single comparisons`;
  if (rulePairs === 1)
    return `${order}${sure === 1 ? ', surely' : ' on average'}, and ${runs}; neither has a choice of tie rules.`;
  if (kept === rulePairs && sure === rulePairs)
    return `${order} whatever the tie rules: surely in all ${rulePairs} pairs of rules, and ${runs}.`;
  if (kept === rulePairs)
    return `${order} on average in all ${rulePairs} pairs of tie rules, surely in ${sure}, and ${runs}.`;
  return `${order} with the rules of the scenario, but the order is the rules' doing: it holds in ${kept} of ${rulePairs} pairs of tie rules, surely in ${sure}, and ${runs}.`;
}
