import { Lexer } from 'yaml';

/** Flow collections may nest this deep; the whole document too, which is checked again on the parsed values. */
export const MAX_NESTING = 64;
/** Values written in one document. Parsing takes about 9 µs and 900 bytes for each. */
export const MAX_SOURCE_NODES = 250_000;

// A guard, not the rule: block indentation this deep still parses safely, and the exact depth is known afterwards.
const MAX_BLOCK_COLUMNS = 2 * MAX_NESTING;

// Control lexemes of yaml 2.9 `Lexer`: they stand for no text of their own.
const DOCUMENT = '\x02';
const FLOW_ERROR_END = '\x18';
const SCALAR_NEXT = '\x1f';

/** Too deep, or too many values, from this offset on. */
export interface NestingProblem {
  readonly kind: 'nesting' | 'nodes';
  readonly offset: number;
}

/**
 * First place where the text nests too deep or holds too many values, found in one linear pass over the lexemes, in
 * constant memory and without recursion. It must run before the parser, which is recursive: a few documents of 1,000
 * nested brackets make yaml 2.9 abort the process, and nothing can catch that. The lexer is the parser's own, so
 * quotes, comments and block scalars cannot hide brackets from one of the two.
 */
export function findDeepNesting(text: string): NestingProblem | undefined {
  let offset = 0;
  let lineStart = 0;
  let flow = 0;
  let nodes = 0;
  /** Does the next content lexeme open a block level: at the start of a line, or after `-`, `?` or `:`? */
  let opens = true;
  let isScalar = false;
  const columns: number[] = [];

  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === SCALAR_NEXT && !isScalar) {
      isScalar = true;
      continue;
    }
    if (!isScalar && lexeme === DOCUMENT) continue;
    if (!isScalar && lexeme === FLOW_ERROR_END) {
      flow = 0;
      continue;
    }
    const first = isScalar ? 'a' : lexeme[0]!;
    if (isScalar || '\'"*[{'.includes(first)) nodes += 1;
    if (nodes > MAX_SOURCE_NODES) return { kind: 'nodes', offset };
    if (!isScalar && (lexeme === '[' || lexeme === '{')) flow += 1;
    if (!isScalar && (lexeme === ']' || lexeme === '}')) flow = Math.max(0, flow - 1);
    if (flow > MAX_NESTING) return { kind: 'nesting', offset };

    if (opens && flow === 0 && !' \t\r\n#&!'.includes(first)) {
      const column = offset - lineStart;
      while (columns.length > 0 && columns[columns.length - 1]! >= column) columns.pop();
      columns.push(column);
      if (columns.length > MAX_BLOCK_COLUMNS) return { kind: 'nesting', offset };
    }
    const newline = lexeme.lastIndexOf('\n');
    if (newline >= 0) lineStart = offset + newline + 1;
    if (newline === lexeme.length - 1 && newline >= 0) opens = true;
    else if (!' \t\r&!'.includes(first))
      opens = !isScalar && (lexeme === '-' || lexeme === '?' || lexeme === ':');
    offset += lexeme.length;
    isScalar = false;
  }
  return undefined;
}
