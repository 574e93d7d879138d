import type { Located } from './locate.ts';

/** Text of one file with its lines: turns offsets into positions that people can use. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];
  // Columns count code points, so a column costs a walk along its line. Findings come mostly in order: the walk goes
  // on from the last one, and a file that is one long line stays linear.
  #walkLine = -1;
  #walkOffset = 0;
  #walkColumn = 1;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    const lineStarts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
    this.#lineStarts = lineStarts;
  }

  /** Line from 1 of an offset. */
  line(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lineStarts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Position and excerpt of [start, end), cut to the first line and stripped of space at its end. */
  locate(start: number, end: number): Located {
    const line = this.line(start);
    const lineStart = this.#lineStarts[line - 1]!;
    const excerpt = this.text.slice(lineStart, this.#lineEnd(line));
    const span = this.text.slice(start, Math.min(end, lineStart + excerpt.length)).trimEnd();
    return {
      position: {
        file: this.file,
        line,
        column: this.#column(line, lineStart, start),
        length: Math.max(1, codePoints(span)),
      },
      excerpt,
    };
  }

  #lineEnd(line: number): number {
    const next = this.#lineStarts[line];
    const end = next === undefined ? this.text.length : next - 1;
    return this.text[end - 1] === '\r' ? end - 1 : end;
  }

  #column(line: number, lineStart: number, offset: number): number {
    if (line !== this.#walkLine || offset < this.#walkOffset) {
      this.#walkLine = line;
      this.#walkOffset = lineStart;
      this.#walkColumn = 1;
    }
    this.#walkColumn += codePoints(this.text.slice(this.#walkOffset, offset));
    this.#walkOffset = offset;
    return this.#walkColumn;
  }
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
