/** Where pictures are drawn: the canvas of the page, or an SVG file. One drawing code for both. */

/** In points, from the upper left. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A colour by what it is for: the theme says which one it is. Numbers are those of the palette; others are muted. */
export type Ink = 'panel' | 'ink' | 'muted' | 'line' | 'sunken' | 'bad' | number;

export interface Fill {
  readonly ink: Ink;
  /** Default 1. */
  readonly alpha?: number;
  /** Thin stripes instead of a plain colour. */
  readonly hatch?: Hatch;
}

export type Hatch = 'rising' | 'falling' | 'level';

export interface Stroke {
  readonly ink: Ink;
  readonly width: number;
  readonly dash?: readonly number[];
}

export interface Lettering {
  readonly ink: Ink;
  /** Default `start`. */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Longer texts are squeezed or cut. Default: as wide as it is. */
  readonly width?: number;
}

/** Each call draws many marks of one look: that is cheap on a canvas, and one element in a file. */
export interface Surface {
  fill(rectangles: Iterable<Rectangle>, look: Fill): void;
  outline(rectangles: Iterable<Rectangle>, look: Stroke): void;
  /** Diagonal crosses, `size` points to each side of their middles. */
  crosses(middles: Iterable<readonly [x: number, y: number]>, size: number, look: Stroke): void;
  /** `y` is the middle of the line of text. */
  text(text: string, x: number, y: number, look: Lettering): void;
}
