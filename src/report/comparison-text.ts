import type { Comparison } from '../experiment/result.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatDurationMs } from '../units.ts';
import { checkRows } from './check-table.ts';
import {
  type ComparisonCell,
  type ComparisonRow,
  type ComparisonTable,
  comparisonTable,
  MARK_SIGNS,
  type Mark,
  type TableOptions,
} from './comparison-table.ts';
import { costBars } from './cost-parts.ts';
import {
  formatDifference,
  formatHalfWidth,
  formatInterval,
  formatUsd,
  metricFormat,
  NO_NUMBER,
} from './number-format.ts';
import {
  distinctNotes,
  OTHER_PRICES,
  pricesPhrase,
  seedsSentence,
  sentence,
  uncertaintySentence,
} from './provenance.ts';
import {
  bulletText,
  finishText,
  type Paint,
  type TextColumn,
  type TextOptions,
  type TextRole,
  type TextStyle,
  textStyle,
  textTable,
  wrapText,
} from './text-layout.ts';
import { splitTable, whySentences } from './why.ts';

export interface ComparisonTextOptions extends TextOptions {
  /** The command that makes this comparison again; the last line. */
  readonly reproduce: string;
  /** What the main table shows. */
  readonly table?: TableOptions;
}

/** Columns of the longest bar. */
const BAR_WIDTH = 44;

/**
 * Platforms side by side for a terminal: verdict, checks, the main table with differences to the baseline, where the
 * money goes, warnings, notes, and the command that reproduces it. More platforms than fit one below the other, each
 * block with the baseline. Ends with a newline.
 */
export function renderComparisonText(comparison: Comparison, options: ComparisonTextOptions): string {
  const style = textStyle(options);
  const { paint } = style;
  const table = comparisonTable(comparison, options.table);
  const compared = table.platforms.map((_, index) => index).slice(1);
  const lines = [
    ...titleLines(comparison, table, style),
    ...checkLines(table, style),
    ...inBlocks(compared, style.width, (block, ink) => mainTable(table, block, ink), paint),
    ...moneyLines(table, paint),
    ...whyLines(table, style),
    '',
    ...table.warnings
      .flatMap((warning) => wrapText(`! ${warning}`, style.width))
      .map((line) => paint('warning', line)),
    ...wrapText(uncertaintySentence(comparison.seeds, table), style.width).map((line) => paint('dim', line)),
    ...wrapText(OTHER_PRICES, style.width).map((line) => paint('dim', line)),
    ...noteLines(table, style),
    `reproduce: ${stripControl(options.reproduce)}`,
  ];
  return finishText(lines, style);
}

function titleLines(comparison: Comparison, table: ComparisonTable, style: TextStyle): string[] {
  const { paint, width } = style;
  const summary = table.platforms[0]?.runs[0]?.summary;
  const scenario = stripControl(comparison.scenario);
  const description = comparison.description === '' ? [] : wrapText(comparison.description, width);
  const setting = summary
    ? `${formatDurationMs(summary.horizonMs)} in ${summary.region}, ${pricesPhrase(summary.catalogue)}, ${seedsSentence(comparison.seeds)}`
    : seedsSentence(comparison.seeds);
  return [
    paint('heading', scenario),
    ...description,
    ...wrapText(setting, width).map((line) => paint('dim', line)),
    '',
    ...wrapText(sentence(comparison.verdict), width).map((line) => paint('heading', line)),
  ];
}

function checkLines(table: ComparisonTable, style: TextStyle): string[] {
  const checks = checkRows(table.platforms);
  if (checks.length === 0) return [];
  const all = table.platforms.map((_, index) => index);
  const render = (positions: readonly number[], paint: Paint) => {
    const rows = checks.map(({ text, cells }) => [
      stripControl(text),
      ...positions.flatMap((position) => {
        const cell = cells[position];
        if (!cell) return [NO_NUMBER, ''];
        return [cell.value, cell.passed ? paint('good', '✓ pass') : paint('bad', '✗ FAIL')];
      }),
    ]);
    const columns = positions.flatMap((position): TextColumn[] => [
      { title: stripControl(table.platforms[position]!.name), align: 'right', gap: 3 },
      { title: '', align: 'left', gap: 1 },
    ]);
    return textTable([{ title: 'check', align: 'left' }, ...columns], rows, paint);
  };
  return inBlocks(all, style.width, render, style.paint);
}

/**
 * The lines of `render` for as many positions at once as fit the width, the rest below, one blank line between. One
 * position is printed even where it is too wide.
 */
function inBlocks(
  positions: readonly number[],
  width: number,
  render: (positions: readonly number[], paint: Paint) => string[],
  paint: Paint,
): string[] {
  for (let size = positions.length; size > 0; size--) {
    const blocks = chunks(positions, size);
    const plain = blocks.flatMap((block) => render(block, (_role, text) => text));
    if (size > 1 && plain.some((line) => [...line].length > width)) continue;
    return blocks.flatMap((block) => ['', ...render(block, paint)]);
  }
  return ['', ...render([], paint)];
}

function chunks(positions: readonly number[], size: number): number[][] {
  const blocks: number[][] = [];
  for (let from = 0; from < positions.length; from += size) blocks.push(positions.slice(from, from + size));
  return blocks;
}

function mainTable(table: ComparisonTable, compared: readonly number[], paint: Paint): string[] {
  const titles = table.platforms.map((platform) => stripControl(platform.name));
  const columns: TextColumn[] = [
    { title: '', align: 'left' },
    { title: titles[0] ?? '', align: 'right' },
    ...compared.flatMap((index): TextColumn[] => [
      { title: titles[index] ?? '', align: 'right', gap: 3 },
      { title: 'Δ', align: 'right' },
      { title: '', align: 'left', gap: 1 },
    ]),
  ];
  const rows = table.sections.flatMap((section) => [
    [paint('heading', section.title), ...columns.slice(1).map(() => '')],
    ...section.rows.map((row) => tableRow(row, compared, paint)),
  ]);
  return textTable(columns, rows, paint);
}

function tableRow(row: ComparisonRow, compared: readonly number[], paint: Paint): string[] {
  const baseline = row.cells[0];
  const format = metricFormat(
    row.definition,
    row.cells.map((cell) => cell.value),
  );
  const write = (cell: ComparisonCell | undefined) =>
    cell === undefined || cell.value === null ? NO_NUMBER : format(cell.value);
  return [
    `  ${row.label}`,
    write(baseline),
    ...compared.flatMap((index) => {
      const cell = row.cells[index];
      const mark = cell?.mark ?? 'same';
      return [
        write(cell),
        paint(MARK_ROLES[mark], differenceText(row, cell)),
        paint(MARK_ROLES[mark], mark === 'same' ? '' : `${MARK_SIGNS[mark]} ${mark}`),
      ];
    }),
  ];
}

const MARK_ROLES: Readonly<Record<Mark, TextRole>> = {
  same: 'dim',
  better: 'good',
  worse: 'bad',
  unclear: 'dim',
  unplaced: 'bad',
  placed: 'good',
  incomparable: 'warning',
};

/** `−4.7%`, with several seeds `−4.7% ±1.2%`. */
export function differenceText(row: ComparisonRow, cell: ComparisonCell | undefined): string {
  const base = row.cells[0]?.value;
  const difference = cell?.difference;
  if (!difference || base === null || base === undefined) return '';
  const text = formatDifference(row.definition, difference.absolute, base);
  const { interval } = difference;
  if (difference.halfWidth === null || interval === null || difference.absolute === 0) return text;
  if (interval.method === 'bootstrap') {
    return `${text} ${formatInterval(row.definition, interval, difference.absolute, base)}`;
  }
  return `${text} ${formatHalfWidth(row.definition, difference.halfWidth, difference.absolute, base)}`;
}

/** One bar per platform, all on one scale; idle is a part of what instances and volumes cost. */
function moneyLines(table: ComparisonTable, paint: Paint): string[] {
  const bars = costBars(table.platforms);
  const largest = Math.max(0, ...bars.map((bar) => bar.totalUsd));
  if (largest === 0) return [];
  const rows = bars.map(({ platform, totalUsd, roomUsd, idleUsd }) => {
    const cells = (usd: number) => Math.round((usd / largest) * BAR_WIDTH);
    // Ends are rounded, not lengths, so that parts of equal bars end at the same column.
    const ends = [cells(roomUsd - idleUsd), cells(roomUsd), cells(totalUsd)] as const;
    const bar = `${'█'.repeat(ends[0])}${'░'.repeat(ends[1] - ends[0])}${'▒'.repeat(ends[2] - ends[1])}`;
    return [`  ${stripControl(platform)}`, bar, formatUsd(totalUsd)];
  });
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'left' },
    { title: '', align: 'right' },
  ] as const;
  return [
    '',
    `${paint('heading', 'Where the money goes')}  ${paint('dim', '█ room that tasks asked for  ░ idle room  ▒ control plane and the rest')}`,
    ...textTable(columns, rows, paint),
  ];
}

/** Why the bills differ: a sentence for each platform, and the table that was asked for. */
function whyLines(table: ComparisonTable, { paint, width }: TextStyle): string[] {
  const sentences = whySentences(table);
  const { by } = table;
  const split = by === undefined || table.platforms.length < 2 ? null : splitTable(table, by);
  const columns = (split?.head ?? []).map((title, index) => ({
    title: stripControl(title),
    align: index === 0 ? ('left' as const) : ('right' as const),
  }));
  return [
    ...(sentences.length === 0 ? [] : ['', paint('heading', 'Why')]),
    ...sentences.flatMap((text) => bulletText(text, width)),
    ...(split === null ? [] : ['', paint('heading', `Cost by ${split.by}`)]),
    ...(split === null
      ? []
      : textTable(
          columns,
          split.rows.map((row) => row.map(stripControl)),
          paint,
        )),
  ];
}

function noteLines(table: ComparisonTable, style: TextStyle): string[] {
  const notes = distinctNotes(table.platforms);
  if (notes.length === 0) return [''];
  const lines = notes.flatMap(({ note, platforms }) =>
    bulletText(platforms === null ? note : `${platforms.join(', ')}: ${note}`, style.width),
  );
  return ['', style.paint('heading', 'Notes'), ...lines, ''];
}
