import { unreachable } from '../../../errors.ts';

/**
 * The part of the ECS cluster query language that stowage understands: comparisons of attributes with ==, !=, in, !in
 * and exists, combined with and, or, not and parentheses. Other subjects (`task:group`, `agentVersion`, ...), regular
 * expressions and orderings are refused when the expression is read, never ignored.
 *
 *     expr   = and { ("or" | "||") and } ;      and = unary { ("and" | "&&") unary } ;
 *     unary  = ("not" | "!") unary | "(" expr ")" | "attribute:" name test ;
 *     test   = ("==" | "!=") literal | ("in" | "!in") "[" literal { "," literal } "]" | "exists" | "!exists" ;
 *
 * Source: AWS ECS developer guide, cluster query language. Precedence not > and > or, keywords in any case, and the
 * exact extent of a bare literal are chosen: the guide does not say.
 */
export type Expression =
  | { readonly kind: 'in'; readonly attribute: string; readonly values: readonly string[] }
  | { readonly kind: 'notIn'; readonly attribute: string; readonly values: readonly string[] }
  | { readonly kind: 'exists'; readonly attribute: string }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression };

export const MAX_EXPRESSION_LENGTH = 2000;
const MAX_DEPTH = 100;
const WORD_TESTS: ReadonlyMap<string, string> = new Map([
  ['equals', '=='],
  ['not_equals', '!='],
  ['in', 'in'],
  ['not_in', '!in'],
  ['exists', 'exists'],
  ['not_exists', '!exists'],
]);
const SYMBOL_TESTS = ['==', '!='];
/** Operators of the whole language that are not understood here. */
const REFUSED_TESTS = /(?:=~|!~|>=?|<=?|(?:not_)?matches\b|(?:greater|less)_than(?:_equal)?\b)/iy;
const SUBJECTS = 'agentConnected|agentVersion|ec2InstanceId|registeredAt|runningTasksCount|task:group';

class ExpressionError extends Error {}

/** Reads an expression; `problem` says what cannot be read and where (column counted from 1). */
export function parseExpression(
  text: string,
): { readonly expression: Expression } | { readonly problem: string } {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    return { problem: `the expression is longer than ${MAX_EXPRESSION_LENGTH} characters` };
  }
  const reader = new Reader(text);
  try {
    const expression = reader.or(0);
    reader.end();
    return { expression };
  } catch (error) {
    if (error instanceof ExpressionError) return { problem: error.message };
    throw error;
  }
}

/**
 * Is the expression true? `attributeOf` gives an attribute's value, undefined where it is missing. On a missing attribute
 * both `==` and `!=` are false, and so are `in` and `!in`; only `not (...)` and `!exists` find instances without it.
 */
export function evaluate(
  expression: Expression,
  attributeOf: (attribute: string) => string | undefined,
): boolean {
  switch (expression.kind) {
    case 'in': {
      const value = attributeOf(expression.attribute);
      return value !== undefined && expression.values.includes(value);
    }
    case 'notIn': {
      const value = attributeOf(expression.attribute);
      return value !== undefined && !expression.values.includes(value);
    }
    case 'exists':
      return attributeOf(expression.attribute) !== undefined;
    case 'not':
      return !evaluate(expression.of, attributeOf);
    case 'and':
      return evaluate(expression.left, attributeOf) && evaluate(expression.right, attributeOf);
    case 'or':
      return evaluate(expression.left, attributeOf) || evaluate(expression.right, attributeOf);
    default:
      return unreachable(expression);
  }
}

/** Recursive descent over the text; every method starts where the last one stopped. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  or(depth: number): Expression {
    let left = this.#and(depth);
    while (this.#word('or') || this.#symbol('||')) left = { kind: 'or', left, right: this.#and(depth) };
    return left;
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('expected "and", "or" or the end');
  }

  #and(depth: number): Expression {
    let left = this.#unary(depth);
    while (this.#word('and') || this.#symbol('&&')) left = { kind: 'and', left, right: this.#unary(depth) };
    return left;
  }

  #unary(depth: number): Expression {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`);
    if (this.#word('not') || this.#symbol('!')) return { kind: 'not', of: this.#unary(depth + 1) };
    if (this.#symbol('(')) {
      const inner = this.or(depth + 1);
      if (!this.#symbol(')')) this.#fail('expected ")"');
      return inner;
    }
    return this.#simple();
  }

  #simple(): Expression {
    this.#space();
    const start = this.#at;
    const unsupported = this.#match(new RegExp(`(?:${SUBJECTS})(?![\\w:])`, 'y'));
    if (unsupported !== null) {
      this.#fail(`the subject ${unsupported} is not supported, only attribute:NAME`, start);
    }
    const subject = this.#match(/attribute:([\w./\\-]{1,128})(?![\w./\\-])/y);
    if (subject === null) this.#fail('expected attribute:NAME');
    const attribute = subject.slice('attribute:'.length);
    this.#space();
    const testStart = this.#at;
    switch (this.#test(testStart)) {
      case '==':
        return { kind: 'in', attribute, values: [this.#literal()] };
      case '!=':
        return { kind: 'notIn', attribute, values: [this.#literal()] };
      case 'in':
        return { kind: 'in', attribute, values: this.#list() };
      case '!in':
        return { kind: 'notIn', attribute, values: this.#list() };
      case 'exists':
        return { kind: 'exists', attribute };
      case '!exists':
        return { kind: 'not', of: { kind: 'exists', attribute } };
      default:
        return this.#fail('expected ==, !=, in, !in, exists or !exists', testStart);
    }
  }

  /** The test in its symbolic spelling; undefined when there is none. */
  #test(start: number): string | undefined {
    const refused = this.#match(REFUSED_TESTS);
    if (refused !== null) this.#fail(`the operator ${refused} is not supported`, start);
    const symbol = SYMBOL_TESTS.find((candidate) => this.#symbol(candidate));
    if (symbol !== undefined) return symbol;
    const word = this.#match(/!(?:in|exists)\b|\w+/iy)?.toLowerCase();
    return word === undefined ? undefined : word.startsWith('!') ? word : WORD_TESTS.get(word);
  }

  #list(): readonly string[] {
    if (!this.#symbol('[')) this.#fail('expected "["');
    const values = [this.#literal()];
    while (this.#symbol(',')) values.push(this.#literal());
    if (!this.#symbol(']')) this.#fail('expected "," or "]"');
    return values;
  }

  #literal(): string {
    this.#space();
    const quoted = this.#match(/'[^']*'|"[^"]*"/y);
    if (quoted !== null) return quoted.slice(1, -1);
    const bare = this.#match(/[^\s,[\]()'"][^\s,[\]()]*/y);
    return bare ?? this.#fail('expected a value');
  }

  /** A keyword as a whole word, in any case. */
  #word(word: string): boolean {
    this.#space();
    return this.#match(new RegExp(`${word}\\b`, 'iy')) !== null;
  }

  #symbol(symbol: string): boolean {
    this.#space();
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  #space(): void {
    this.#match(/[ \t\r\n]*/y);
  }

  #match(sticky: RegExp): string | null {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match === null) return null;
    this.#at += match[0].length;
    return match[0];
  }

  #fail(message: string, at: number = this.#at): never {
    throw new ExpressionError(`${message} (column ${at + 1})`);
  }
}
