import type { Fill, Lettering, Rectangle, Stroke, Surface } from '../../src/report/charts/surface.ts';

/** Keeps what is drawn on it. */
export class RecordingSurface implements Surface {
  readonly fills: { readonly rectangles: readonly Rectangle[]; readonly look: Fill }[] = [];
  readonly outlines: { readonly rectangles: readonly Rectangle[]; readonly look: Stroke }[] = [];
  readonly middles: (readonly [x: number, y: number])[] = [];
  readonly texts: string[] = [];

  fill(rectangles: Iterable<Rectangle>, look: Fill): void {
    this.fills.push({ rectangles: [...rectangles], look });
  }

  outline(rectangles: Iterable<Rectangle>, look: Stroke): void {
    this.outlines.push({ rectangles: [...rectangles], look });
  }

  crosses(middles: Iterable<readonly [x: number, y: number]>): void {
    this.middles.push(...middles);
  }

  text(text: string, _x: number, _y: number, _look: Lettering): void {
    this.texts.push(text);
  }

  /** Rectangles that were filled with a look that has all of `look`. */
  filled(look: Partial<Fill>): Rectangle[] {
    const has = (own: Fill) =>
      Object.entries(look).every(([name, value]) => own[name as keyof Fill] === value);
    return this.fills.filter((one) => has(one.look)).flatMap(({ rectangles }) => rectangles);
  }
}
