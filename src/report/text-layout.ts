import Table from 'cli-table3';
import { stripControl } from '../io/terminal-text.ts';

/** What a piece of text is, for the one who colours it. Meaning never hangs on colour alone. */
export type TextRole = 'heading' | 'good' | 'bad' | 'warning' | 'dim';

/** Adds colour, or nothing. Only the command line knows a terminal. */
export type Paint = (role: TextRole, text: string) => string;

export interface TextOptions {
  /** Columns of the terminal. Default 100. */
  readonly width?: number;
  /** Plain ASCII for terminals without UTF-8. Default false. */
  readonly ascii?: boolean;
  /** Default: no colour. */
  readonly paint?: Paint;
}

/** The options with their defaults, as the renderers pass them on. */
export interface TextStyle {
  readonly width: number;
  readonly ascii: boolean;
  readonly paint: Paint;
}

/** Fills in the defaults. Whatever is painted is stripped first: the painter's own sequences are the only ones. */
export function textStyle(options: TextOptions): TextStyle {
  const { paint } = options;
  return {
    width: options.width ?? 100,
    ascii: options.ascii ?? false,
    paint: (role, text) => {
      const plain = stripControl(text);
      return paint ? paint(role, plain) : plain;
    },
  };
}

export interface TextColumn {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Spaces before the column; the first has none. Default 2. */
  readonly gap?: number;
}

const NOTHING = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;

/**
 * Columns under their titles, no frame, no trailing blanks. Cells are printed as they are: strip names of foreign
 * origin first (`stripControl`). Widths count what a terminal shows: colour takes no room, wide characters take two.
 */
export function textTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string[] {
  const table = new Table({
    chars: NOTHING,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colAligns: columns.map((column) => column.align),
  });
  const spaced = (cell: string, index: number) =>
    ' '.repeat(index === 0 ? 0 : (columns[index]?.gap ?? 2)) + cell;
  if (columns.some((column) => column.title !== '')) {
    table.push(columns.map(({ title }, index) => (title === '' ? '' : spaced(paint('dim', title), index))));
  }
  for (const row of rows) table.push(row.map(spaced));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** Breaks at blanks; `indent` goes before every line. A word longer than the line stands alone. */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of stripControl(text).split(/ +/)) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(indent + line);
  return lines;
}

/** As `wrapText` with a bullet before the first line. */
export function bulletText(text: string, width: number): string[] {
  return wrapText(text, width, '    ').map((line, index) => (index === 0 ? `  · ${line.slice(4)}` : line));
}

/** Characters with a look-alike in ASCII of the same width. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ['−', '-'],
  ['–', '-'],
  ['±', '~'],
  ['×', 'x'],
  ['·', '-'],
  ['Δ', 'd'],
  ['✓', 'v'],
  ['✗', 'x'],
  ['█', '#'],
  ['▒', '+'],
  ['░', '.'],
  ['├', '|'],
  ['└', '`'],
  ['│', '|'],
  ['─', '-'],
  ['…', '~'],
]);

/** Joins lines; with `ascii` every other character is replaced one for one, so that columns stay in line. */
export function finishText(lines: readonly string[], style: TextStyle): string {
  const text = `${lines.join('\n')}\n`;
  if (!style.ascii) return text;
  return text.replace(/[^\0-\x7f]/gu, (character) => LOOK_ALIKES.get(character) ?? '?');
}
