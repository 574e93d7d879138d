import type { Comparison } from '../../experiment/result.ts';
import { formatDurationMs } from '../../units.ts';
import type { ComparisonTable } from '../comparison-table.ts';
import { html, type Markup } from '../markup.ts';
import { formatUsd } from '../number-format.ts';
import { distinctNotes, OTHER_PRICES, pricesPhrase, seedsSentence } from '../provenance.ts';

/** Assumptions in force, where every input came from, and the command that makes it all again. */
export function provenanceSection(
  comparison: Comparison,
  table: ComparisonTable,
  options: { readonly reproduce: string; readonly version: string },
): Markup {
  const summaries = table.platforms.flatMap(({ runs }) => runs.map((run) => run.summary));
  const distinct = (values: readonly string[]) => [...new Set(values)].join(', ');
  const facts: ReadonlyArray<readonly [string, string | Markup]> = [
    ['prices', `${distinct(summaries.map(({ catalogue }) => pricesPhrase(catalogue)))}; ${OTHER_PRICES}`],
    ['region', distinct(summaries.map((summary) => summary.region))],
    ['horizon', distinct(summaries.map((summary) => formatDurationMs(summary.horizonMs)))],
    ['seeds', seedsSentence(comparison.seeds)],
    [
      'rounding',
      `${table.platforms.map(({ name, runs }) => `${name} ${formatUsd(runs[0]!.summary.cost.roundingUsd)}`).join(', ')} added by whole seconds and the 60 s minimum`,
    ],
    ['plan', html`<code>${distinct(table.platforms.map(({ first }) => first.summary.planHash))}</code>`],
    ...table.platforms.map(({ name, first }): readonly [string, Markup] => [
      `fingerprint ${name}`,
      html`<code>${`${first.summary.fingerprint.behaviour} ${first.summary.fingerprint.events}`}</code>`,
    ]),
    ['stowage', options.version],
  ];
  const notes = distinctNotes(table.platforms).map(
    ({ note, platforms }) =>
      html`<li>${platforms === null ? null : html`<span class="muted">${platforms.join(', ')}:</span> `}${note}</li>`,
  );
  return html`<section id="assumptions"><h2>Assumptions and inputs</h2><p class="lead">What the reader must know to trust or repeat these numbers.</p>
<div class="panel">${notes.length === 0 ? null : html`<ul class="notes">${notes}</ul>`}<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></div>
<div class="panel"><h3>Reproduce</h3><pre>${options.reproduce}</pre></div></section>`;
}
