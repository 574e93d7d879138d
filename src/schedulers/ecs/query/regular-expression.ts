import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

/** A regular expression, by its text and ready to use. The whole text must match. */
export interface TextMatcher {
  readonly pattern: string;
  readonly matches: (text: string) => boolean;
}

const MAX_REPEAT = 1000;
/** Outside a class: these stand for themselves only with a backslash, wherever the grammar has no place for them. */
const OUT_OF_PLACE = ']}{';
const CLASS_ESCAPES = 'dDwWsS';

class PatternError extends Error {}

/**
 * Reads the regular expressions that queries may hold: literals, `.`, classes, groups, alternatives, repetitions with
 * at most 1000 rounds and their lazy forms, `^` and `$`. Everything whose meaning would need backtracking, or differs
 * between engines, is refused: back-references, look-around, flags, named groups, possessive quantifiers, `\b`, `\p`.
 * It runs in linear time (RE2). Source: AWS ECS developer guide, cluster query language, for Java's syntax; that the
 * whole value must match, and the subset, are chosen.
 */
export function readPattern(
  pattern: string,
): { readonly matcher: TextMatcher } | { readonly problem: string } {
  try {
    new PatternReader(pattern).read();
    const compiled = library().compile(pattern);
    return { matcher: { pattern, matches: (text) => compiled.matches(text) } };
  } catch (error) {
    if (error instanceof PatternError) return { problem: error.message };
    // What the engine itself refuses: ranges out of order, repetitions of repetitions beyond its limit.
    if (error instanceof Error && error.name.startsWith('RE2JS')) return { problem: error.message };
    throw error;
  }
}

let loaded: typeof RE2JS | undefined;

/** The regular expressions are a tenth of all code that a run loads, and few scenarios hold one: loaded when one is read. */
function library(): typeof RE2JS {
  if (loaded === undefined) {
    const { RE2JS: found } = createRequire(import.meta.url)('re2js') as { readonly RE2JS: typeof RE2JS };
    loaded = found;
  }
  return loaded;
}

/** Walks over the pattern and throws at the first thing that is not in the subset. */
class PatternReader {
  readonly #text: string;
  #at = 0;
  #open = 0;
  /** Is there something before, that a quantifier can repeat? */
  #repeatable = false;

  constructor(text: string) {
    this.#text = text;
  }

  read(): void {
    while (this.#at < this.#text.length) this.#item();
    if (this.#open > 0) this.#fail('a "(" is not closed');
  }

  #item(): void {
    const at = this.#at;
    const char = this.#text[this.#at++]!;
    switch (char) {
      case '(':
        if (this.#text[this.#at] === '?') {
          if (this.#text[this.#at + 1] !== ':') this.#fail('"(?" is not supported, but for "(?:"', at);
          this.#at += 2;
        }
        this.#open += 1;
        this.#repeatable = false;
        return;
      case ')':
        if (this.#open === 0) this.#fail('a ")" closes nothing', at);
        this.#open -= 1;
        this.#repeatable = true;
        return;
      case '|':
      case '^':
      case '$':
        this.#repeatable = false;
        return;
      case '*':
      case '+':
      case '?':
      case '{':
        this.#quantifier(char, at);
        return;
      case '[':
        this.#class(at);
        break;
      case '\\':
        this.#escape(at);
        break;
      default:
        if (OUT_OF_PLACE.includes(char)) this.#fail(`a "${char}" needs a backslash here`, at);
        this.#skipSurrogate();
    }
    this.#repeatable = true;
  }

  #quantifier(char: string, at: number): void {
    if (!this.#repeatable) this.#fail(`"${char}" has nothing to repeat`, at);
    if (char === '{') {
      const bounds = /(\d+)(?:(,)(\d*))?\}/y;
      bounds.lastIndex = this.#at;
      const match = bounds.exec(this.#text);
      if (match === null) this.#fail('a "{" needs a backslash here', at);
      const [whole, low, comma, high = ''] = match;
      const least = Number(low);
      const most = comma === undefined || high === '' ? least : Number(high);
      if (least > MAX_REPEAT || most > MAX_REPEAT) this.#fail(`more than ${MAX_REPEAT} repetitions`, at);
      if (most < least) this.#fail('the repetitions are out of order', at);
      this.#at += whole.length;
    }
    if (this.#text[this.#at] === '?') this.#at += 1;
    this.#repeatable = false;
  }

  #class(start: number): void {
    if (this.#text[this.#at] === '^') this.#at += 1;
    if (this.#text[this.#at] === ']') this.#fail('a class needs a member', start);
    while (this.#text[this.#at] !== ']') {
      const at = this.#at;
      const low = this.#member(start);
      if (this.#text[this.#at] !== '-' || this.#text[this.#at + 1] === ']') continue;
      if (low === undefined) this.#fail('a range needs a character on both sides', at);
      this.#at += 1;
      const high = this.#member(start);
      if (high === undefined) this.#fail('a range needs a character on both sides', at);
      if (high < low) this.#fail('the range is out of order', at);
    }
    this.#at += 1;
  }

  /** One member of a class; its code point, or undefined for `\d` and the like. */
  #member(start: number): number | undefined {
    const at = this.#at;
    const char = this.#text[this.#at++];
    if (char === undefined) this.#fail('a "[" is not closed', start);
    if (char === '[') this.#fail('a "[" needs a backslash in a class', at);
    if (char === '&' && this.#text[this.#at] === '&') this.#fail('"&&" is not supported in a class', at);
    if (char === '\\') return this.#escape(at);
    this.#skipSurrogate();
    return this.#text.codePointAt(at);
  }

  #escape(at: number): number | undefined {
    const char = this.#text[this.#at++];
    if (char === undefined) this.#fail('the backslash at the end stands before nothing', at);
    if (CLASS_ESCAPES.includes(char)) return undefined;
    if (/[A-Za-z0-9]/.test(char)) this.#fail(`"\\${char}" is not supported`, at);
    this.#skipSurrogate();
    return this.#text.codePointAt(at + 1);
  }

  /** After the first half of a character beyond the basic plane: the second half belongs to it. */
  #skipSurrogate(): void {
    if (this.#text.codePointAt(this.#at - 1)! > 0xffff) this.#at += 1;
  }

  #fail(message: string, at: number = this.#at): never {
    throw new PatternError(`${message} (character ${at + 1} of the pattern)`);
  }
}
