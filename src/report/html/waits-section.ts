import { type ComparisonTable, meanOf, type PlatformColumn } from '../comparison-table.ts';
import { html, type Markup } from '../markup.ts';
import { waitCurve } from '../wait-curve.ts';
import { countWaits } from '../wait-ranges.ts';
import { type WaitColumn, waitFigures } from './wait-figures.ts';

/** How long tasks waited for room: shares by range, and quantiles on a logarithmic axis. Empty without placements. */
export function waitsSection(table: ComparisonTable): Markup {
  const columns = table.platforms.map(columnOf);
  if (columns.every(({ quantiles }) => quantiles.max === null)) return html``;
  return html`<section id="waits"><h2>Waiting for room</h2>
<p class="lead">Time from a task's submission to its first placement; image pulls and start-up come after.</p>
<div class="panel" data-filtered="waits">${waitFigures(columns)}</div></section>`;
}

/** Counts and the curve are of the first seed; quantiles are means over all. */
function columnOf(platform: PlatformColumn, position: number): WaitColumn {
  const { name, first } = platform;
  return {
    name,
    position,
    counts: countWaits(first.tasks()),
    quantiles: {
      p50: meanOf(platform, 'wait.p50'),
      p95: meanOf(platform, 'wait.p95'),
      p99: meanOf(platform, 'wait.p99'),
      max: meanOf(platform, 'wait.max'),
    },
    curve: waitCurve(name, position, first.tasks()),
  };
}
