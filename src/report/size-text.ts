import type { SizeAnswer } from '../experiment/size/size-answer.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatMetric, formatPercent } from './number-format.ts';
import { usdFormat } from '../units.ts';
import { fenced, inline, markdownTable } from './markdown.ts';
import { seedsSentence } from './provenance.ts';
import { finishText, type TextOptions, textStyle, textTable, wrapText } from './text-layout.ts';

type Search = SizeAnswer['searches'][number];
type Trial = Search['trials'][number];

export interface SizeTextOptions extends TextOptions {
  /** The command that makes it again. */
  readonly reproduce: string;
}

/** The smallest size of a fleet for a terminal: verdicts, then the evidence. Ends with a newline. */
export function renderSizeText(answer: SizeAnswer, options: SizeTextOptions): string {
  const style = textStyle(options);
  const { paint, width } = style;
  const lines = [
    paint('heading', `${stripControl(answer.scenario)}: size of ${stripControl(answer.group)}`),
    ...wrapText(goalSentence(answer), width).map((line) => paint('dim', line)),
    '',
    ...verdicts(answer).flatMap((verdict) => wrapText(verdict, width)),
    ...answer.searches.flatMap((search) => [
      '',
      paint('heading', stripControl(nameOf(search, answer))),
      ...textTable(
        EVIDENCE.map((title, at) => ({ title, align: at === EVIDENCE.length - 1 ? 'left' : 'right' })),
        evidenceRows(search),
        paint,
      ),
    ]),
    '',
    `reproduce: ${stripControl(options.reproduce)}`,
  ];
  return finishText(lines, style);
}

/** The same as Markdown. */
export function renderSizeMarkdown(
  answer: SizeAnswer,
  { reproduce, version }: { readonly reproduce: string; readonly version: string },
): string {
  const blocks = [
    `# ${inline(answer.scenario)}: size of ${inline(answer.group)}`,
    inline(goalSentence(answer)),
    verdicts(answer)
      .map((verdict) => `- ${inline(verdict)}`)
      .join('\n'),
    ...answer.searches.flatMap((search) => [
      `## ${inline(nameOf(search, answer))}`,
      markdownTable(
        'rrrrrl',
        EVIDENCE,
        evidenceRows(search).map((row) => row.map(inline)),
      ),
    ]),
    '## Made with',
    inline(`stowage ${version}, ${seedsSentence(answer.seeds)}`),
    fenced(reproduce, 'sh'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What was looked for, and what "meets" means. */
function goalSentence({ vary, min, max, checks, seeds, share, confidence }: SizeAnswer): string {
  const what = vary === 'size' ? 'always running' : 'at most';
  return (
    `The smallest number of instances, ${what}, from ${min} to ${max}, that meets ${checks.join(' and ')}. ` +
    `It does when ${formatPercent(share, 'down')} of all workloads like these may be claimed to meet every check, ` +
    `with a confidence of ${formatPercent(confidence, 'down')} (exact binomial interval over ${seedsSentence(seeds)}).`
  );
}

/** One sentence per candidate, and which of them is cheapest. */
function verdicts(answer: SizeAnswer): string[] {
  const usd = usdFormat(answer.searches.map(({ smallest }) => smallest?.costMean ?? null));
  const sentences = answer.searches.map((search) => {
    const { smallest, surelyFrom, exceptions } = search;
    const name = nameOf(search, answer);
    if (smallest === null) return `${name}: no size up to ${answer.max} meets the checks.`;
    const below = search.trials.filter(({ size }) => size < smallest.size).length;
    const found = `${name}: ${instances(smallest.size)}, ${costText(smallest, usd)}`;
    if (exceptions.length > 0) {
      return `${found}. But size is not monotone here: ${exceptions.join(', ')} fail. From ${surelyFrom} on every size tried meets the checks.`;
    }
    return `${found}; ${below === 0 ? 'it is the smallest allowed' : below === 1 ? 'the one smaller size that was tried fails' : `the ${below} smaller sizes that were tried fail`}.`;
  });
  const found = answer.searches.filter(({ smallest }) => smallest !== null);
  if (found.length > 1) {
    const cheapest = found.reduce((best, one) =>
      one.smallest!.costMean < best.smallest!.costMean ? one : best,
    );
    sentences.push(
      `Cheapest on average: ${nameOf(cheapest, answer)} with ${instances(cheapest.smallest!.size)}.`,
    );
  }
  return sentences;
}

function nameOf({ platform, types }: Search, { searches }: SizeAnswer): string {
  const typesDiffer = searches.some((other) => other.types.join() !== types.join());
  return typesDiffer ? `${platform}, ${types.join(' or ')}` : platform;
}

const EVIDENCE = ['size', 'meets', 'seeds passed', 'share at least', 'cost', 'what fails'];

function evidenceRows({ trials, smallest }: Search): string[][] {
  const usd = usdFormat(trials.map(({ costMean }) => costMean));
  return trials.map((trial) => [
    `${trial === smallest ? '* ' : ''}${trial.size}`,
    trial.meets ? 'yes' : 'no',
    `${trial.passed}/${trial.seeds}`,
    formatPercent(trial.shareAtLeast, 'down'),
    costText(trial, usd),
    trial.failures
      .map(({ check, metric, seeds, worst }) => `${check} in ${seeds} (worst ${formatMetric(metric, worst)})`)
      .map(stripControl)
      .join('; '),
  ]);
}

function costText({ costMean, costHalfWidth }: Trial, usd: (value: number) => string): string {
  const width = costHalfWidth === null || usd(costHalfWidth) === usd(0) ? '' : ` ±${usd(costHalfWidth)}`;
  return usd(costMean) + width;
}

function instances(count: number): string {
  return `${count} instance${count === 1 ? '' : 's'}`;
}
