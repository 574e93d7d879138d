import type { SweepAnswer, SweepCell } from '../experiment/sweep/answer.ts';
import { stripControl } from '../io/terminal-text.ts';
import { type ShownMetric, shownMetric } from './metric-lookup.ts';
import { decimal, formatPercent, type Format, metricFormat, NO_NUMBER } from './number-format.ts';
import {
  finishText,
  type TextColumn,
  type TextOptions,
  textStyle,
  textTable,
  wrapText,
} from './text-layout.ts';

/** More cells than this are not listed one by one for people: the front is. */
export const CELLS_SHOWN = 40;
/** Factors with less of the variance than this are noise of the estimate. */
const LEAST_SHARE = 0.005;

/** Which cells are shown, and how its numbers are written: the same for text and Markdown. */
export interface SweepView {
  readonly cells: readonly SweepCell[];
  /** All, or the front alone. */
  readonly isWhole: boolean;
  readonly columns: readonly (TextColumn & { readonly cell: (cell: SweepCell) => string })[];
}

/** Every cell if they are few, else the front. */
export function sweepView(answer: SweepAnswer): SweepView {
  const isWhole = answer.cellCount <= CELLS_SHOWN;
  const cells = isWhole ? [...answer.cells()] : answer.front.slice(0, CELLS_SHOWN);
  const numbers = answer.metrics.map((metric, at) => ({
    metric,
    at,
    format: metricFormat(
      definitionOf(answer, metric),
      cells.map((cell) => cell.metrics[at]!.mean),
    ),
  }));
  const first = numbers[answer.metrics.indexOf(answer.objectives[0]!)]!;
  const columns: SweepView['columns'] = [
    { title: '', align: 'left', cell: ({ isOnFront }) => (isOnFront ? '*' : '') },
    ...answer.parameters.map((path, at) => ({
      title: shortPath(path, answer.parameters),
      align: 'right' as const,
      cell: (cell: SweepCell) => stripControl(cell.values[at]!),
    })),
    ...(answer.platforms.length > 1 || answer.parameters.length === 0
      ? [
          {
            title: 'platform',
            align: 'left' as const,
            cell: ({ platform }: SweepCell) => stripControl(platform),
          },
        ]
      : []),
    ...numbers.map(({ metric, at, format }) => ({
      title: metric,
      align: 'right' as const,
      cell: (cell: SweepCell) => meanText(cell, at, format),
    })),
    ...(answer.cellCount > 1
      ? [
          {
            title: `Δ ${first.metric}`,
            align: 'right' as const,
            cell: (cell: SweepCell) => differenceText(cell, first.at, first.format),
          },
        ]
      : []),
    { title: 'checks', align: 'right', cell: ({ passed }) => `${passed}/${answer.seedCount}` },
  ];
  return { cells, isWhole, columns };
}

/** `fleet[0].size.max` → `size.max`, as short as it stays one of a kind. */
function shortPath(path: string, all: readonly string[]): string {
  const parts = path.split('.');
  for (let length = Math.min(2, parts.length); length < parts.length; length++) {
    const tail = parts.slice(-length).join('.');
    if (all.every((other) => other === path || !other.endsWith(`.${tail}`))) return stripControl(tail);
  }
  return stripControl(path);
}

/** `±$0.12`, or nothing where it would be written as zero: equal runs differ in the last bit of a mean at most. */
function widthText(halfWidth: number | null, format: Format): string {
  return halfWidth === null || format(halfWidth) === format(0) ? '' : ` ±${format(halfWidth)}`;
}

function meanText(cell: SweepCell, at: number, format: Format): string {
  const { mean, halfWidth } = cell.metrics[at]!;
  return mean === null ? NO_NUMBER : format(mean) + widthText(halfWidth, format);
}

function differenceText(cell: SweepCell, at: number, format: Format): string {
  const { difference, mean } = cell.metrics[at]!;
  if (mean === null) return NO_NUMBER;
  if (difference === null) return '';
  const width = widthText(difference.halfWidth, format);
  if (format(Math.abs(difference.mean)) === format(0)) return `0${width}`;
  return `${difference.mean < 0 ? '−' : '+'}${format(Math.abs(difference.mean))}${width}`;
}

function definitionOf({ userMetrics }: SweepAnswer, name: string): ShownMetric {
  return userMetrics.find((metric) => metric.name === name) ?? shownMetric(name, []);
}

/** What stands below the table: how to read it. Sentences. */
export function sweepLegend(answer: SweepAnswer, { isWhole, cells }: SweepView): string[] {
  const { objectives, baseline, front, cellCount, seedCount } = answer;
  const { platforms } = answer;
  const goals = objectives.map(
    (metric) => `${definitionOf(answer, metric).better === 'more' ? 'more' : 'less'} ${metric}`,
  );
  const shown = isWhole
    ? `* ${front.length} of ${decimal(cellCount, 0)} are on the Pareto front`
    : `The Pareto front: ${decimal(front.length, 0)} of ${decimal(cellCount, 0)}${front.length > cells.length ? `, the first ${cells.length} of them` : ''}`;
  const sure =
    seedCount < 2
      ? 'one seed, so a difference of any size counts'
      : `what 95 % intervals of paired differences cannot tell apart stays`;
  const against =
    baseline.kind === 'platform'
      ? `Δ is to ${stripControl(baseline.name)} at the same point, seed by seed`
      : 'Δ is to the first point, seed by seed';
  const few =
    seedCount >= 2 && seedCount < 10 ? '; fewer than ten seeds, so read the intervals with care' : '';
  return [
    `${shown} (${goals.join(', ')}; ${sure}).`,
    ...(cellCount > 1 ? [`${against}.`] : []),
    seedCount < 2
      ? 'Single runs, no intervals.'
      : `Means over ${seedCount} seeds; ± is the half-width of a 95 % t-interval${few}.`,
    ...(platforms.length > 1 || seedCount > 1 || answer.parameters.length > 0 ? [] : ['One run.']),
  ];
}

/** `cost.total: size.max 61 %, platform 30 %`: what makes the variance, most first. */
export function importanceLines(answer: SweepAnswer): string[] {
  const keys = [
    ...new Set(answer.importance.map(({ metric, platform }) => `${metric}\u0000${platform ?? ''}`)),
  ];
  return keys.map((key) => {
    const [metric, platform] = key.split('\u0000') as [string, string];
    const own = answer.importance
      .filter((one) => one.metric === metric && (one.platform ?? '') === platform)
      .filter(({ alone, total }) => alone >= LEAST_SHARE || (total ?? 0) >= LEAST_SHARE)
      .sort((a, b) => b.alone - a.alone);
    const shares = own.map(({ factor, alone, total }) => {
      const name = factor === 'platform' || factor === 'seed' ? factor : shortPath(factor, answer.parameters);
      const share = formatPercent(Math.max(0, alone), 'down');
      return total === null
        ? `${name} ${share}`
        : `${name} ${share} (in all ${formatPercent(total, 'down')})`;
    });
    const subject = platform === '' ? metric : `${metric} of ${stripControl(platform)}`;
    return `${subject}: ${shares.length === 0 ? 'none by itself' : shares.join(', ')}`;
  });
}

/** `12 points × 3 platforms × 10 seeds = 360 runs`. */
export function sizeSentence(answer: SweepAnswer): string {
  const { points, platforms, seedCount, runs, done, failed, missing } = answer;
  const some = (count: number, noun: string) => `${decimal(count, 0)} ${noun}${count === 1 ? '' : 's'}`;
  const product = `${some(points, 'point')} × ${some(platforms.length, 'platform')} × ${some(seedCount, 'seed')} = ${some(runs, 'run')}`;
  const rest = [
    ...(missing > 0 ? [`${decimal(missing, 0)} missing`] : []),
    ...(failed > 0 ? [`${decimal(failed, 0)} failed`] : []),
  ];
  return rest.length === 0 ? product : `${product}: ${decimal(done, 0)} done, ${rest.join(', ')}`;
}

export interface SweepTextOptions extends TextOptions {
  /** The command that makes it again; the last line. */
  readonly reproduce: string;
}

/** The answer of a sweep for a terminal: table, front, what makes the variance, hashes. Ends with a newline. */
export function renderSweepText(answer: SweepAnswer, options: SweepTextOptions): string {
  const style = textStyle(options);
  const { paint, width } = style;
  const view = sweepView(answer);
  const dim = (text: string) => wrapText(text, width).map((line) => paint('dim', line));
  const variance = importanceLines(answer);
  const lines = [
    paint('heading', `${stripControl(answer.scenario)}: sweep, ${answer.design}`),
    ...dim(sizeSentence(answer)),
    '',
    ...textTable(
      view.columns,
      view.cells.map((cell) => view.columns.map((column) => column.cell(cell))),
      paint,
    ),
    '',
    ...sweepLegend(answer, view).flatMap(dim),
    ...(view.isWhole ? [] : dim('Every point: -o csv.')),
    ...(variance.length === 0
      ? []
      : ['', 'What makes the variance', ...variance.flatMap((line) => wrapText(line, width, '  '))]),
    '',
    paint('dim', `plan ${answer.hash}`),
    paint('dim', `results ${answer.resultHash}`),
    `reproduce: ${stripControl(options.reproduce)}`,
  ];
  return finishText(lines, style);
}
