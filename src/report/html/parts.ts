import { html, type Markup } from '../markup.ts';
import { seriesClass } from '../charts/palette.ts';

/** A platform's name with its colour. */
export function platformName(name: string, position: number): Markup {
  return html`<span class="name"><span class="dot ${seriesClass(position)}" aria-hidden="true"></span>${name}</span>`;
}

/** A table that may be wider than the screen: it scrolls by itself, by keyboard too. */
export function scrolling(label: string, table: Markup): Markup {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${table}</div>`;
}

export interface PlainTable {
  readonly label: string;
  /** Left-aligned columns at the start; the others are numbers. */
  readonly textColumns: number;
  readonly head: readonly (string | Markup)[];
  readonly rows: ReadonlyArray<readonly (string | Markup)[]>;
}

/** A table of text cells then number cells. */
export function plainTable(table: PlainTable): Markup {
  const kind = (index: number) => (index < table.textColumns ? 'text' : 'number');
  return scrolling(
    table.label,
    html`<table><thead><tr>${table.head.map((cell, index) => html`<th scope="col" class="${kind(index)}">${cell}</th>`)}</tr></thead>
<tbody>${table.rows.map((row) => html`<tr>${row.map((cell, index) => html`<td class="${kind(index)}">${cell}</td>`)}</tr>`)}</tbody></table>`,
  );
}

/** The numbers behind a chart, folded away. */
export function behind(table: PlainTable): Markup {
  return html`<details><summary>${table.label}</summary>${plainTable(table)}</details>`;
}
