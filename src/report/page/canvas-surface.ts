import type { Fill, Hatch, Ink, Lettering, Rectangle, Stroke, Surface } from '../charts/surface.ts';
import { SERIES_COLOURS } from '../charts/palette.ts';

type Colours = Readonly<Record<Exclude<Ink, number>, string>> & { readonly series: readonly string[] };

/** The colours of this moment, as the style sheet has them: light, dark or paper. */
function coloursNow(): Colours {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const [panel, ink, muted, line] = [value('panel'), value('ink'), value('muted'), value('line')];
  const series = SERIES_COLOURS.map((_, index) => value(`series-${index}`));
  return { panel, ink, muted, line, sunken: value('sunken'), bad: value('bad'), series };
}

/** Draws on a canvas of the page, which is cleared first and gets as many pixels as the screen has for its place. */
export class CanvasSurface implements Surface {
  readonly #context: CanvasRenderingContext2D;
  readonly #colours = coloursNow();

  constructor(canvas: HTMLCanvasElement, width: number, height: number) {
    const ratio = window.devicePixelRatio || 1;
    const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
      canvas.width = deviceWidth;
      canvas.height = deviceHeight;
      canvas.style.height = `${height}px`;
    }
    this.#context = canvas.getContext('2d')!;
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#context.font = '11.5px system-ui, sans-serif';
    this.#context.textBaseline = 'middle';
  }

  /** Moves what is drawn from now on. */
  shift(x: number, y: number): void {
    this.#context.translate(x, y);
  }

  fill(rectangles: Iterable<Rectangle>, { ink, alpha = 1, hatch }: Fill): void {
    const context = this.#context;
    const colour = this.#colour(ink);
    context.globalAlpha = hatch === undefined ? alpha : 1;
    context.fillStyle = hatch === undefined ? colour : stripes(context, colour, hatch, alpha);
    for (const { x, y, width, height } of rectangles) context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
  }

  outline(rectangles: Iterable<Rectangle>, look: Stroke): void {
    this.#pen(look);
    for (const { x, y, width, height } of rectangles) this.#context.strokeRect(x, y, width, height);
  }

  crosses(middles: Iterable<readonly [x: number, y: number]>, size: number, look: Stroke): void {
    const context = this.#context;
    this.#pen(look);
    context.beginPath();
    for (const [x, y] of middles) {
      context.moveTo(x - size, y - size);
      context.lineTo(x + size, y + size);
      context.moveTo(x - size, y + size);
      context.lineTo(x + size, y - size);
    }
    context.stroke();
  }

  text(text: string, x: number, y: number, { ink, anchor = 'start', width }: Lettering): void {
    const context = this.#context;
    context.fillStyle = this.#colour(ink);
    context.textAlign = anchor === 'middle' ? 'center' : anchor;
    context.fillText(text, x, y, width);
  }

  #pen({ ink, width, dash = [] }: Stroke): void {
    this.#context.strokeStyle = this.#colour(ink);
    this.#context.lineWidth = width;
    this.#context.setLineDash([...dash]);
  }

  #colour(ink: Ink): string {
    return typeof ink === 'string' ? this.#colours[ink] : (this.#colours.series[ink] ?? this.#colours.muted);
  }
}

/** Thin stripes that tile. */
function stripes(
  context: CanvasRenderingContext2D,
  colour: string,
  hatch: Hatch,
  alpha: number,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = 6;
  tile.height = 6;
  const own = tile.getContext('2d')!;
  own.globalAlpha = alpha;
  own.strokeStyle = colour;
  own.lineWidth = 1.2;
  const [from, to] = { rising: [6, 0], falling: [0, 6], level: [3, 3] }[hatch] as [number, number];
  for (const shift of [-6, 0, 6]) {
    own.beginPath();
    own.moveTo(shift, from);
    own.lineTo(shift + 6, to);
    own.stroke();
  }
  return context.createPattern(tile, 'repeat') ?? colour;
}
