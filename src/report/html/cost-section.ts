import { seriesClass } from '../charts/palette.ts';
import type { ComparisonTable } from '../comparison-table.ts';
import { type CostBar, costBars, mergeCostTrees, usedPartNames } from '../cost-parts.ts';
import { SPLITS } from '../difference-parts.ts';
import { html, type Markup } from '../markup.ts';
import { decimal, formatPercent, formatUsd, NO_NUMBER } from '../number-format.ts';
import { idlePattern, partClass } from '../svg.ts';
import { splitTable, whySentences } from '../why.ts';
import { behind, platformName, scrolling } from './parts.ts';

/** Bars of the bills, the bills as one merged tree, and who the instances were for. Empty without a bill. */
export function costSection(table: ComparisonTable): Markup {
  const bars = costBars(table.platforms);
  if (bars.length === 0) return html``;
  return html`<section id="cost"><h2>Where the money goes</h2>
<p class="lead">The same workload, one bill per platform. The hatched stretch was paid for and asked for by no task.</p>
<div class="panel" data-filtered="spending" hidden></div>
<div class="panel">${barsFigure(bars, table)}</div>
${whyPanel(table)}<div class="panel"><h3>Bill</h3>${treeTable(table)}${footnotes(table)}${everyLine(table)}</div>
<div class="panel"><h3>Who the instances and volumes were for</h3>${allocationTable(table)}</div></section>`;
}

/** Which services, types and hours make the differences, in sentences and whole. Empty for one platform. */
function whyPanel(table: ComparisonTable): Markup {
  if (table.platforms.length < 2) return html``;
  const sentences = whySentences(table).map((sentence) => html`<li>${sentence}</li>`);
  const splits = SPLITS.map((by) => {
    const { head, rows } = splitTable(table, by);
    return behind({ label: `Table: cost by ${by}`, textColumns: 1, head, rows });
  });
  return html`<div class="panel"><h3>Why the bills differ</h3>${sentences.length > 0 ? html`<ul class="notes">${sentences}</ul>` : null}${splits}</div>
`;
}

function barsFigure(bars: readonly CostBar[], table: ComparisonTable): Markup {
  const largest = Math.max(1e-9, ...bars.map((bar) => bar.totalUsd));
  const percent = (usd: number) => Number(((usd / largest) * 100).toFixed(3));
  const rows = bars.map((bar) => {
    const position = table.platforms.findIndex((platform) => platform.name === bar.platform);
    let start = 0;
    const parts = bar.parts.map((part) => {
      const x = start;
      start += part.usd;
      return html`<rect class="part ${partClass(part.name)}" x="${percent(x)}%" width="${percent(part.usd)}%" height="28"><title>${part.name} ${formatUsd(part.usd)}</title></rect>`;
    });
    const idle = html`<rect fill="url(#idle)" x="${percent(bar.roomUsd - bar.idleUsd)}%" width="${percent(bar.idleUsd)}%" height="28"><title>idle ${formatUsd(bar.idleUsd)}</title></rect>`;
    return html`<div class="line"><span>${platformName(bar.platform, position)}</span><span class="value narrow">${formatUsd(bar.totalUsd)}</span></div>
<div class="bar"><svg class="${seriesClass(position)}" role="img" aria-label="${barLabel(bar)}">${parts}${idle}</svg></div>
<div class="value wide">${formatUsd(bar.totalUsd)}</div>`;
  });
  const names = usedPartNames(bars);
  const rowsBehind = bars.map((bar) => [
    bar.platform,
    ...names.map((name) => formatUsd(bar.parts.find((part) => part.name === name)?.usd ?? 0)),
    formatUsd(bar.idleUsd),
    formatUsd(bar.totalUsd),
  ]);
  return html`<figure><svg width="0" height="0" aria-hidden="true">${idlePattern()}</svg>
<figcaption><h3>Total cost by platform <span class="unit">USD over the run</span></h3><ul class="legend">${names.map((name) => keyItem(name, false))}${keyItem('idle', true)}</ul></figcaption>
<div class="bars">${rows}</div>
${behind({ label: 'Table: cost by part', textColumns: 1, head: ['platform', ...names, 'of it idle', 'total'], rows: rowsBehind })}</figure>`;
}

function barLabel(bar: CostBar): string {
  const parts = bar.parts.map((part) => `${part.name} ${formatUsd(part.usd)}`).join(', ');
  return `${bar.platform}: ${parts}, of it idle ${formatUsd(bar.idleUsd)}, total ${formatUsd(bar.totalUsd)}`;
}

function keyItem(name: string, hatched: boolean): Markup {
  const stripes = hatched ? html`<rect width="12" height="12" fill="url(#idle)"/>` : null;
  return html`<li><svg class="key neutral" width="12" height="12" aria-hidden="true"><rect class="part ${hatched ? 'p-instances' : partClass(name)}" width="12" height="12" rx="2"/>${stripes}</svg>${name}</li>`;
}

/** The bills of the first seed, lines matched by name. */
function treeTable(table: ComparisonTable): Markup {
  const lines = mergeCostTrees(table.platforms.map(({ runs }) => runs[0]!.summary.cost.tree));
  const rows = lines.map((line) => {
    const cells = line.nodes.map((node) =>
      node
        ? html`<td>${formatUsd(node.usd)}${node.detail === '' ? null : html`<span class="sub">${node.detail}</span>`}</td>`
        : html`<td class="muted">${NO_NUMBER}</td>`,
    );
    return html`<tr class="${line.depth === 0 ? 'total' : 'item'}"><td class="d${Math.min(line.depth, 4)}">${line.name}</td>${cells}</tr>`;
  });
  const head = table.platforms.map(
    (platform, index) => html`<th scope="col">${platformName(platform.name, index)}</th>`,
  );
  return scrolling(
    'Bill by platform',
    html`<table><thead><tr><th scope="col"></th>${head}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}

/** Stated amounts, projections and payments: what the tree does not say of itself. */
function footnotes({ platforms }: ComparisonTable): Markup {
  const costs = platforms.map(({ name, runs }) => ({ name, ...runs[0]!.summary }));
  const isStated = costs.some(({ cost }) => cost.lines.some(({ stated }) => stated));
  const months = costs.flatMap(({ name, cost: { monthUsd }, complete }) =>
    monthUsd === null || !complete ? [] : [`${name} ${formatUsd(monthUsd)}`],
  );
  const payments = costs.flatMap(({ name, cost: { cash } }) =>
    cash === null
      ? []
      : [`${name} ${formatUsd(cash.upfrontUsd)} upfront, ${formatUsd(cash.recurringUsd)} hourly`],
  );
  return html`<ul class="notes">${isStated ? html`<li>* rests on amounts that the billing section states, not on the simulation</li>` : null}
${months.length > 0 ? html`<li>730 h at this rate, a projection: ${months.join(', ')}</li>` : null}
${payments.length > 0 ? html`<li>paid for Reserved Instances in the run: ${payments.join('; ')}</li>` : null}</ul>`;
}

/** The bills as AWS would print them, folded away, and the totals by each property. */
function everyLine({ platforms }: ComparisonTable): Markup {
  const head = [
    'service',
    'dimension',
    'zone',
    'type',
    'option',
    'unit',
    'quantity',
    'price',
    'USD',
    'printed',
  ];
  return html`${platforms.map(({ name, runs }) => {
    const { lines, cuts } = runs[0]!.summary.cost;
    const rows = lines.map((line) => [
      line.service,
      `${line.dimension}${line.stated ? ' *' : ''}`,
      line.az,
      line.type,
      line.option,
      line.unit,
      decimal(line.quantity, 3),
      line.price,
      formatUsd(line.usd),
      (line.cents / 100).toFixed(2),
    ]);
    const cutRows = cuts.flatMap(({ by, parts }) =>
      parts.map((part) => [by, part.name, formatUsd(part.usd)]),
    );
    return html`${behind({ label: `Every line: ${name}`, textColumns: 6, head, rows })}
${behind({ label: `Totals by property: ${name}`, textColumns: 2, head: ['by', 'what', 'USD'], rows: cutRows })}`;
  })}`;
}

function allocationTable(table: ComparisonTable): Markup {
  const shares = table.platforms.map(({ runs }) => runs[0]!.summary.cost.allocation);
  const names = [...new Set(shares.flatMap((entries) => entries.map((entry) => entry.name)))];
  const rows = names.map((name) => {
    const cells = shares.map((entries) => {
      const entry = entries.find((candidate) => candidate.name === name);
      if (!entry) return html`<td class="muted">${NO_NUMBER}</td>`;
      const share = formatPercent(entry.share, name === '(idle)' ? 'up' : 'down');
      return html`<td>${formatUsd(entry.usd)}<span class="sub">${share}</span></td>`;
    });
    return html`<tr><td>${name}</td>${cells}</tr>`;
  });
  const head = table.platforms.map(
    (platform, index) => html`<th scope="col">${platformName(platform.name, index)}</th>`,
  );
  return scrolling(
    'Cost of instances and volumes by group',
    html`<table><thead><tr><th scope="col"></th>${head}</tr></thead><tbody>${rows}</tbody></table>`,
  );
}
