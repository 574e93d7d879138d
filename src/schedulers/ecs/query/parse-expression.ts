import { type Expression, ORDERINGS, type Ordering, type TextSubject, type TextTest } from './expression.ts';
import { type Comparison, readCount, readTime, readVersion } from './ordered-values.ts';
import { readPattern } from './regular-expression.ts';

/** Source: AWS ECS API reference, PlacementConstraint. */
export const MAX_EXPRESSION_LENGTH = 2000;

/** Operators that are words, in their symbolic spelling. */
const WORDS: ReadonlyMap<string, Operator> = new Map([
  ['equals', '=='],
  ['not_equals', '!='],
  ['greater_than', '>'],
  ['greater_than_equal', '>='],
  ['less_than', '<'],
  ['less_than_equal', '<='],
  ['matches', '=~'],
  ['not_matches', '!~'],
  ['in', 'in'],
  ['not_in', '!in'],
  ['exists', 'exists'],
  ['not_exists', '!exists'],
]);
/** Longer ones first: `>=` is not `>`. */
const SYMBOLS = ['==', '!=', '>=', '<=', '=~', '!~', '>', '<'] as const;
type Operator = (typeof SYMBOLS)[number] | 'in' | '!in' | 'exists' | '!exists';

const COMPARISONS: readonly Operator[] = ['==', '!=', ...ORDERINGS];
const TEXT_TESTS: readonly Operator[] = ['==', '!=', 'in', '!in', '=~', '!~'];
const ATTRIBUTE = 'attribute:';
/** The subjects but attributes, with their operators and, for ordered ones, how their values are read. */
const SUBJECTS = {
  agentConnected: { operators: TEXT_TESTS },
  agentVersion: { operators: COMPARISONS, kind: 'version', read: readVersion, is: 'a version like 1.14.5' },
  ec2InstanceId: { operators: TEXT_TESTS },
  registeredAt: {
    operators: COMPARISONS,
    kind: 'instant',
    read: readTime,
    is: 'a time like 2018-06-18T22:28:28Z',
  },
  runningTasksCount: { operators: COMPARISONS, kind: 'count', read: readCount, is: 'a whole number' },
  'task:group': { operators: TEXT_TESTS },
} as const;
type Subject = keyof typeof SUBJECTS;
const SUBJECT = new RegExp(`(?:${Object.keys(SUBJECTS).join('|')})(?![A-Za-z0-9_])`, 'y');
const EXPECTED_SUBJECT = `expected ${Object.keys(SUBJECTS).join(', ')} or attribute:NAME`;

class ExpressionError extends Error {}

/**
 * Reads an expression; `problem` says what cannot be read and where (column counted from 1). White space is space, tab
 * and line ends; names are case-sensitive, keywords are not and are whole words. A literal is quoted with ' or ", without
 * escapes, or runs up to white space or one of `,[]()`; a bare regular expression up to white space or a `)` too many.
 */
export function parseExpression(
  text: string,
): { readonly expression: Expression } | { readonly problem: string } {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    return { problem: `the expression is longer than ${MAX_EXPRESSION_LENGTH} characters` };
  }
  const reader = new Reader(text);
  try {
    const expression = reader.or();
    reader.end();
    return { expression };
  } catch (error) {
    if (error instanceof ExpressionError) return { problem: error.message };
    throw error;
  }
}

/** Recursive descent over the text; every method starts where the last one stopped. The length limits the depth. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  or(): Expression {
    let left = this.#and();
    while (this.#word('or') || this.#symbol('||')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('expected "and", "or" or the end');
  }

  #and(): Expression {
    let left = this.#unary();
    while (this.#word('and') || this.#symbol('&&')) left = { kind: 'and', left, right: this.#unary() };
    return left;
  }

  #unary(): Expression {
    if (this.#word('not') || this.#symbol('!')) return { kind: 'not', of: this.#unary() };
    if (this.#symbol('(')) {
      const inner = this.or();
      if (!this.#symbol(')')) this.#fail('expected ")"');
      return inner;
    }
    this.#space();
    const name = this.#match(SUBJECT);
    if (name !== null) return this.#subjectTest(name as Subject);
    const attribute = this.#match(/attribute:[\w./\\-]{1,128}(?![\w./\\-])/y);
    return attribute === null
      ? this.#fail(EXPECTED_SUBJECT)
      : this.#attributeTest(attribute.slice(ATTRIBUTE.length));
  }

  #attributeTest(attribute: string): Expression {
    const operator = this.#operator([...TEXT_TESTS, ...ORDERINGS, 'exists', '!exists']);
    if (operator === 'exists') return { kind: 'exists', attribute };
    if (operator === '!exists') return { kind: 'not', of: { kind: 'exists', attribute } };
    const ordering = ORDERINGS.find((each): each is Ordering => each === operator);
    if (ordering !== undefined)
      return { kind: 'order', attribute, operator: ordering, value: this.#literal() };
    return this.#textTest(`${ATTRIBUTE}${attribute}`, operator);
  }

  #subjectTest(name: Subject): Expression {
    const subject = SUBJECTS[name];
    const operator = this.#operator(subject.operators);
    if (!('read' in subject)) return this.#textTest(name as TextSubject, operator);
    this.#space();
    const start = this.#at;
    const value = subject.read(this.#literal());
    if (value === undefined) this.#fail(`${name} is compared with ${subject.is}`, start);
    return { kind: subject.kind, test: { operator: operator as Comparison, value } };
  }

  #textTest(subject: TextSubject, operator: Operator): TextTest {
    const negated = operator.startsWith('!');
    if (operator === '=~' || operator === '!~')
      return { kind: 'text', subject, negated, is: this.#pattern() };
    const oneOf = operator === 'in' || operator === '!in' ? this.#list() : [this.#literal()];
    return { kind: 'text', subject, negated, is: { oneOf } };
  }

  /** One of the operators that the subject has. */
  #operator(allowed: readonly Operator[]): Operator {
    this.#space();
    const start = this.#at;
    const operator = this.#anyOperator();
    if (operator !== undefined && allowed.includes(operator)) return operator;
    return this.#fail(`expected ${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`, start);
  }

  #anyOperator(): Operator | undefined {
    const symbol = SYMBOLS.find((candidate) => this.#symbol(candidate));
    if (symbol !== undefined) return symbol;
    const word = this.#match(/!(?:in|exists)(?![A-Za-z0-9_])|[A-Za-z0-9_]+/iy)?.toLowerCase();
    return word === '!in' || word === '!exists' ? word : WORDS.get(word ?? '');
  }

  #list(): readonly string[] {
    if (!this.#symbol('[')) this.#fail('expected "["');
    const values = [this.#literal()];
    while (this.#symbol(',')) values.push(this.#literal());
    if (!this.#symbol(']')) this.#fail('expected "," or "]"');
    return values;
  }

  #literal(): string {
    return (
      this.#quoted() ?? this.#match(/[^ \t\r\n,[\]()'"][^ \t\r\n,[\]()]*/y) ?? this.#fail('expected a value')
    );
  }

  #quoted(): string | undefined {
    this.#space();
    return this.#match(/'[^']*'|"[^"]*"/y)?.slice(1, -1);
  }

  #pattern(): TextTest['is'] {
    this.#space();
    const start = this.#at;
    const text = this.#quoted() ?? this.#barePattern();
    const read = readPattern(text);
    if ('problem' in read) this.#fail(`the regular expression cannot be read: ${read.problem}`, start);
    return { matching: read.matcher };
  }

  /** Up to white space, or to a `)` that closes nothing: escaped characters and classes do not count. */
  #barePattern(): string {
    const start = this.#at;
    if (/['"]/.test(this.#text[start] ?? '')) this.#fail('expected a value');
    let open = 0;
    for (let inClass = false; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at]!;
      if (' \t\r\n'.includes(char) || (char === ')' && !inClass && open === 0)) break;
      if (char === '\\' && !' \t\r\n'.includes(this.#text[this.#at + 1] ?? ' ')) this.#at += 1;
      else if (inClass) inClass = char !== ']';
      else if (char === '[') inClass = true;
      else if (char === '(') open += 1;
      else if (char === ')') open -= 1;
    }
    return this.#at > start ? this.#text.slice(start, this.#at) : this.#fail('expected a value');
  }

  /** A keyword as a whole word, in any case. */
  #word(word: string): boolean {
    this.#space();
    return this.#match(new RegExp(`${word}(?![A-Za-z0-9_])`, 'iy')) !== null;
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
