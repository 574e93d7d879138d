import { html, type Markup } from '../markup.ts';
import { SERIES_COLOURS } from './palette.ts';
import type { Fill, Hatch, Ink, Lettering, Rectangle, Stroke, Surface } from './surface.ts';

/** Lines of a stripe in a tile of six by six points. */
const STRIPES: Readonly<Record<Hatch, string>> = {
  rising: 'M-1 1L1 -1M0 6L6 0M5 7L7 5',
  falling: 'M-1 5L1 7M0 0L6 6M5 -1L7 1',
  level: 'M0 3L6 3',
};

/** Draws into SVG elements, in the colours of `svgDocument`: every call is one element, however many marks it has. */
export class SvgSurface implements Surface {
  readonly #marks: Markup[] = [];
  /** By name: stripes that were used. */
  readonly #patterns = new Map<string, Markup>();

  fill(rectangles: Iterable<Rectangle>, { ink, alpha = 1, hatch }: Fill): void {
    const path = pathOf(rectangles);
    if (path === '') return;
    if (hatch !== undefined) {
      const name = this.#pattern(ink, alpha, hatch);
      this.#marks.push(html`<path fill="url(#${name})" d="${path}"/>`);
      return;
    }
    const opacity = alpha === 1 ? null : html` fill-opacity="${Number(alpha.toFixed(2))}"`;
    this.#marks.push(html`<path fill="${colour(ink)}"${opacity} d="${path}"/>`);
  }

  outline(rectangles: Iterable<Rectangle>, look: Stroke): void {
    const path = pathOf(rectangles);
    if (path !== '') this.#stroke(path, look);
  }

  crosses(middles: Iterable<readonly [x: number, y: number]>, size: number, look: Stroke): void {
    const arms = 2 * size;
    let path = '';
    for (const [x, y] of middles) {
      path += `M${at(x - size)} ${at(y - size)}l${arms} ${arms}m0 ${-arms}l${-arms} ${arms}`;
    }
    if (path !== '') this.#stroke(path, look);
  }

  text(text: string, x: number, y: number, { ink, anchor = 'start', width }: Lettering): void {
    // Half a letter for each: a guess is enough to know when to cut.
    const most = width === undefined ? text.length : Math.max(1, Math.floor(width / 6.5));
    const shown = text.length > most ? `${text.slice(0, most - 1)}…` : text;
    this.#marks.push(
      html`<text style="fill:${colour(ink)}" x="${at(x)}" y="${at(y + 4)}" text-anchor="${anchor}">${shown}</text>`,
    );
  }

  /** What was drawn, with the stripes that it needs. */
  finish(): Markup {
    const patterns = [...this.#patterns.values()];
    return html`${patterns.length === 0 ? null : html`<defs>${patterns}</defs>`}${this.#marks}`;
  }

  #stroke(path: string, { ink, width, dash = [] }: Stroke): void {
    const dashes = dash.length === 0 ? null : html` stroke-dasharray="${dash.join(' ')}"`;
    this.#marks.push(
      html`<path fill="none" stroke="${colour(ink)}" stroke-width="${width}"${dashes} d="${path}"/>`,
    );
  }

  #pattern(ink: Ink, alpha: number, hatch: Hatch): string {
    const name = `${hatch}-${ink}`;
    this.#patterns.set(
      name,
      html`<pattern id="${name}" width="6" height="6" patternUnits="userSpaceOnUse"><path stroke="${colour(ink)}" stroke-opacity="${Number(alpha.toFixed(2))}" stroke-width="1.2" d="${STRIPES[hatch]}"/></pattern>`,
    );
    return name;
  }
}

/** A variable of the document, which knows light and dark. */
function colour(ink: Ink): string {
  if (typeof ink === 'string') return `var(--${ink})`;
  return ink in SERIES_COLOURS ? `var(--series-${ink})` : 'var(--muted)';
}

function pathOf(rectangles: Iterable<Rectangle>): string {
  let path = '';
  for (const { x, y, width, height } of rectangles) {
    if (width <= 0.05 || height <= 0.05) continue;
    path += `M${at(x)} ${at(y)}h${at(width)}v${at(height)}h${at(-width)}z`;
  }
  return path;
}

/** A tenth of a point is finer than any screen. */
function at(value: number): string {
  return String(Number(value.toFixed(1)));
}
