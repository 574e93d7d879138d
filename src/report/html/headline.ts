import type { Comparison } from '../../experiment/result.ts';
import type { MetricName } from '../../model/metrics.ts';
import { formatDurationMs } from '../../units.ts';
import { seriesClass } from '../charts/palette.ts';
import { checkRows } from '../check-table.ts';
import { differenceText } from '../comparison-text.ts';
import {
  type ComparisonCell,
  type ComparisonRow,
  type ComparisonTable,
  comparisonRow,
  MARK_SIGNS,
} from '../comparison-table.ts';
import { html, type Markup } from '../markup.ts';
import { metricFormat, NO_NUMBER } from '../number-format.ts';
import { detailSentence, pricesPhrase, seedsSentence, sentence, uncertaintySentence } from '../provenance.ts';
import { platformName, scrolling } from './parts.ts';

/** Title, verdict in a sentence, and what it holds for. */
export function verdictBlock(comparison: Comparison, table: ComparisonTable): Markup {
  const summary = table.platforms[0]?.runs[0]?.summary;
  const detail = detailSentence(comparison.seeds);
  const setting = summary
    ? [
        formatDurationMs(summary.horizonMs),
        summary.region,
        pricesPhrase(summary.catalogue),
        seedsSentence(comparison.seeds),
      ]
    : [seedsSentence(comparison.seeds)];
  return html`<h1>${comparison.scenario}</h1>
${comparison.description === '' ? null : html`<p class="about">${comparison.description}</p>`}
<p class="verdict">${sentence(comparison.verdict)}</p>
<p class="setting">${setting.map((item) => html`<span>${item}</span>`)}${detail === null ? null : html`<span>${detail}</span>`}</p>
<p class="setting">${uncertaintySentence(comparison.seeds, table)}.</p>
${table.warnings.map((warning) => html`<p class="alert"><b>Caution:</b> ${warning}.</p>`)}`;
}

const CARD_ROWS: ReadonlyArray<readonly [MetricName, string]> = [
  ['cost.idleShare', 'paid and idle'],
  ['instances.peak', 'peak instances'],
  ['wait.p95', 'wait p95'],
  ['unplaced', 'unplaced tasks'],
];

/** One card per platform: the bill, how far from the baseline, and the four numbers asked next. */
export function platformCards(table: ComparisonTable): Markup {
  const total = comparisonRow(table.platforms, 'cost.total', 'total');
  const rows = CARD_ROWS.map(([metric, label]) => comparisonRow(table.platforms, metric, label));
  const cards = table.platforms.map((platform, index) => {
    const { kind, scheduler } = platform.runs[0]!.summary.platform;
    const numbers = rows.map(
      (row) =>
        html`<dt>${row.label}</dt><dd class="${row.metric === 'unplaced' && row.cells[index]!.value !== 0 ? 'bad' : ''}">${cellValue(row, row.cells[index]!)}</dd>`,
    );
    return html`<article class="card ${seriesClass(index)}"><h3>${platform.name}</h3><p class="kind">${kind === scheduler ? kind : `${kind}, ${scheduler}`}</p>
<p class="total">${cellValue(total, total.cells[index]!)}</p>
<p class="delta">${index === 0 ? html`<span class="muted">${table.platforms.length > 1 ? 'baseline' : 'total cost'}</span>` : differenceMarkup(total, total.cells[index]!)}</p>
<dl>${numbers}</dl></article>`;
  });
  return html`<div class="cards">${cards}</div>`;
}

/** `−4.7% - better`, coloured and in words. */
function differenceMarkup(row: ComparisonRow, cell: ComparisonCell): Markup {
  const text = differenceText(row, cell);
  if (cell.mark === 'same')
    return html`<span class="mark muted">${text === '' || text === '0' ? 'same' : text}</span>`;
  const tone = {
    better: 'good',
    placed: 'good',
    worse: 'bad',
    unplaced: 'bad',
    unclear: 'muted',
    incomparable: 'muted',
  };
  return html`<span class="mark ${tone[cell.mark]}">${text} <span>${MARK_SIGNS[cell.mark] === '!' ? '! ' : ''}${cell.mark}</span></span>`;
}

function cellValue(row: ComparisonRow, cell: ComparisonCell): string {
  if (cell.value === null) return NO_NUMBER;
  return metricFormat(
    row.definition,
    row.cells.map((other) => other.value),
  )(cell.value);
}

/** The main table: every row of the comparison, differences below the numbers. */
export function comparisonSection(comparison: Comparison, table: ComparisonTable): Markup {
  const head = table.platforms.map(
    (platform, index) =>
      html`<th scope="col">${platformName(platform.name, index)}</th>${index === 0 ? null : html`<th></th>`}`,
  );
  const width = 2 * table.platforms.length;
  const bodies = table.sections.map(
    (section) =>
      html`<tbody><tr><th scope="rowgroup" colspan="${width}">${section.title}</th></tr>${section.rows.map(
        (row) =>
          html`<tr><th scope="row">${row.label}</th>${row.cells.map(
            (cell, index) =>
              html`<td>${cellValue(row, cell)}</td>${index === 0 ? null : html`<td class="delta">${differenceMarkup(row, cell)}</td>`}`,
          )}</tr>`,
      )}</tbody>`,
  );
  return html`<section id="numbers"><h2>Numbers</h2><p class="lead">${uncertaintySentence(comparison.seeds, table)}.</p>
<div class="panel">${scrolling('Numbers by platform', html`<table><thead><tr><th scope="col"></th>${head}</tr></thead>${bodies}</table>`)}</div></section>`;
}

/** Every check with the value observed on every platform; empty without checks. */
export function checksSection(table: ComparisonTable): Markup {
  const checks = checkRows(table.platforms);
  if (checks.length === 0) return html``;
  const rows = checks.map(({ text, cells }) => {
    const outcomes = cells.map((cell) => {
      if (cell === null) return html`<td>${NO_NUMBER}</td>`;
      const word = cell.passed
        ? html`<span class="good">✓ pass</span>`
        : html`<span class="bad">✗ fail</span>`;
      return html`<td>${cell.value} ${word}</td>`;
    });
    return html`<tr><th scope="row"><code>${text}</code></th>${outcomes}</tr>`;
  });
  const head = table.platforms.map(
    (platform, index) => html`<th scope="col">${platformName(platform.name, index)}</th>`,
  );
  return html`<section id="checks"><h2>Checks</h2><p class="lead">Conditions the scenario sets, with the value observed.</p>
<div class="panel">${scrolling('Checks', html`<table><thead><tr><th scope="col">check</th>${head}</tr></thead><tbody>${rows}</tbody></table>`)}</div></section>`;
}
