import type { SweepAnswer } from '../experiment/sweep/answer.ts';
import { fenced, inline, markdownTable } from './markdown.ts';
import { importanceLines, sizeSentence, sweepLegend, sweepView } from './sweep-text.ts';

export interface SweepMarkdownOptions {
  /** The command that makes it again. */
  readonly reproduce: string;
  /** Of stowage. */
  readonly version: string;
}

/** The answer of a sweep as Markdown: the same table as for a terminal. Ends with a newline. */
export function renderSweepMarkdown(
  answer: SweepAnswer,
  { reproduce, version }: SweepMarkdownOptions,
): string {
  const view = sweepView(answer);
  const rows = view.cells.map((cell) => view.columns.map((column) => inline(column.cell(cell))));
  const align = view.columns.map((column) => (column.align === 'right' ? 'r' : 'l')).join('');
  const variance = importanceLines(answer);
  const blocks = [
    `# ${inline(answer.scenario)}: sweep`,
    inline(`${sizeSentence(answer)}; ${answer.design}`),
    markdownTable(
      align,
      view.columns.map(({ title }) => inline(title)),
      rows,
    ),
    sweepLegend(answer, view).map(inline).join(' '),
    ...(variance.length === 0
      ? []
      : ['## What makes the variance', variance.map((line) => `- ${inline(line)}`).join('\n')]),
    '## Made with',
    markdownTable(
      'll',
      ['', ''],
      [
        ['stowage', inline(version)],
        ['seeds', inline(answer.seeds)],
        ['plan', answer.hash],
        ['results', answer.resultHash],
      ],
    ),
    fenced(reproduce, 'sh'),
  ];
  return `${blocks.join('\n\n')}\n`;
}
