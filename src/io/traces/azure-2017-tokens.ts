import { InputError } from '../../errors.ts';
import { type Line, lines } from '../byte-lines.ts';
import { type LineSpan, RowProblems } from './row-problems.ts';
import { MAX_TIME_MS } from './row-values.ts';

const COMMA = 0x2c;
const SPACE = 0x20;
const BATCH_END = 0x7c;
const UNCENSORED = 0x55;
const CENSORED = 0x43;
const ZERO = 0x30;

/** The duration file of a period, read in step with its flavour file. E3004 wherever the two part. */
export class ParallelDurations {
  readonly problems: RowProblems;
  readonly #file: string;
  readonly #lifetimeBins: number;
  readonly #lines: AsyncGenerator<Line>;
  readonly #token = new TokenLine();

  constructor(file: string, lifetimeBins: number) {
    this.problems = new RowProblems(file);
    this.#file = file;
    this.#lifetimeBins = lifetimeBins;
    this.#lines = lines(file);
  }

  /** To the line that belongs to line `line` of the flavours, with timestamp `binEndMs`. */
  async begin(line: number, binEndMs: number): Promise<void> {
    const next = await this.#lines.next();
    if (next.done) throw this.#apart(line, 1, `the flavours go on after line ${line - 1}`);
    const otherMs = this.#token.begin(next.value, this.problems);
    if (otherMs !== binEndMs) throw this.#apart(line, 1, 'the timestamps differ');
  }

  /** To the next token, which ends a batch just when that of the flavours does. */
  next(isBatchEnd: boolean): void {
    const token = this.#token;
    if (!token.next() || token.isBatchEnd() !== isBatchEnd) {
      throw this.#apart(token.line, token.column(), 'the batches differ');
    }
  }

  /** −1, with the problem noted: no token of the form U12 or C12. */
  bin(): number {
    const { bytes, from, to } = this.#token;
    const kind = bytes[from]!;
    let bin = to - from < 2 || to - from > 4 || (kind !== UNCENSORED && kind !== CENSORED) ? -1 : 0;
    for (let at = from + 1; at < to && bin >= 0; at++) {
      const digit = bytes[at]! - ZERO;
      bin = digit >= 0 && digit <= 9 ? bin * 10 + digit : -1;
    }
    if (bin >= 0 && bin < this.#lifetimeBins) return bin;
    this.problems.token(this.#token, from, to, 'the duration', 'U or C and a bin of v1.interval_map.txt');
    return -1;
  }

  isCensored(): boolean {
    return this.#token.first() === CENSORED;
  }

  /** The line of the flavours is over. */
  end(): void {
    const token = this.#token;
    if (token.next()) throw this.#apart(token.line, token.column(), 'there are more durations than flavours');
  }

  /** The flavours are over. */
  async finish(): Promise<void> {
    const next = await this.#lines.next();
    if (!next.done) throw this.#apart(next.value.line, 1, 'the durations go on after the last flavours');
  }

  async close(): Promise<void> {
    await this.#lines.return(undefined);
  }

  #apart(line: number, column: number, why: string): InputError {
    const message = `The duration file does not run parallel to the flavour file: ${why}`;
    const position = { file: this.#file, line, column, length: 1 };
    return new InputError([{ severity: 'error', code: 'E3004', message, position }]);
  }
}

/** A line of tokens: `<seconds> <token>,<token>,...`. Empty tokens, which occur in the trace, are passed over. */
export class TokenLine implements LineSpan {
  bytes: Buffer = Buffer.alloc(0);
  line = 0;
  readonly start = 0;
  end = 0;
  /** The current token. */
  from = 0;
  to = 0;

  /** Returns the timestamp in milliseconds; NaN, with the problem noted, and no tokens when there is none. */
  begin({ bytes, line }: Line, problems: RowProblems): number {
    this.bytes = bytes;
    this.line = line;
    this.end = bytes.length;
    let at = 0;
    let seconds = 0;
    for (; at < this.end && bytes[at] !== SPACE; at++) {
      const digit = bytes[at]! - ZERO;
      seconds = digit >= 0 && digit <= 9 ? seconds * 10 + digit : Number.NaN;
    }
    this.from = at;
    this.to = at;
    if (at > 0 && seconds * 1000 <= MAX_TIME_MS) return seconds * 1000;
    problems.token(this, 0, Math.min(at, 80), 'the timestamp', 'whole seconds, then one space');
    this.to = this.end;
    return -1;
  }

  /** Moves to the next token that is not empty. */
  next(): boolean {
    const { bytes, end } = this;
    do {
      if (this.to >= end) {
        this.from = end;
        return false;
      }
      this.from = this.to + 1;
      let at = this.from;
      while (at < end && bytes[at] !== COMMA) at += 1;
      this.to = at;
    } while (this.to === this.from);
    return true;
  }

  first(): number {
    return this.bytes[this.from] ?? 0;
  }

  length(): number {
    return this.to - this.from;
  }

  isBatchEnd(): boolean {
    return this.first() === BATCH_END && this.length() === 1;
  }

  /** Tokens are ASCII unless they are broken, so bytes count as code points. */
  column(): number {
    return this.from + 1;
  }
}
