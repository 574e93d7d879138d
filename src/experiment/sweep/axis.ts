import { type Diagnostic, InputError } from '../../errors.ts';
import { formatScaled } from '../../units.ts';

/** A parameter of a sweep: a path of the scenario, as `--set` takes it, and the values that it goes through. */
export interface Axis {
  readonly path: string;
  /** How many values there are. */
  readonly count: number;
  /** The value of a level from 0, as text: what stands behind `=` of a `--set`. */
  valueAt(level: number): string;
}

/** More levels than anyone means; a range this fine is a mistake of the step. */
const MOST_LEVELS = 1e9;
/** Digits that a range without a step has beyond those written, where points are drawn. */
const FINER_DIGITS = 3;

const NUMBER = String.raw`(-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?)([A-Za-z%]*)`;
const RANGE = new RegExp(String.raw`^${NUMBER}\.\.${NUMBER}(?::${NUMBER})?$`);

/**
 * Reads parameters as `--param` takes them: `path=1,2,4`, a list of YAML values; `path=3..60:3`, a range with its step,
 * both ends included if the step meets the upper one; `path=256MiB..1024MiB:256MiB`, the same with a unit. Whole
 * numbers need no step: it is 1. Others need none where points are drawn (`drawn`): their step is then a thousandth of
 * the last digit written. Steps are exact decimals. Errors: E5001, all at once.
 */
export function parseAxes(texts: readonly string[], drawn: boolean): Axis[] {
  const problems: Diagnostic[] = [];
  const axes = texts.flatMap((text) => {
    const axis = parseAxis(text, drawn);
    if (!('message' in axis)) return [axis];
    const position = { file: '--param', line: 1, column: 1, length: Math.max(1, [...text].length) };
    problems.push({ severity: 'error', code: 'E5001', ...axis, position, excerpt: text });
    return [];
  });
  const paths = axes.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) {
    problems.push({ severity: 'error', code: 'E5001', message: `--param names ${twice} more than once` });
  }
  if (problems.length > 0) throw new InputError(problems);
  return axes;
}

interface Problem {
  readonly message: string;
  readonly hint?: string;
}

function parseAxis(text: string, drawn: boolean): Axis | Problem {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(at, 0)).trim();
  const values = text.slice(at + 1).trim();
  if (path === '' || values === '') {
    return {
      message: `cannot read the parameter '${text}'`,
      hint: 'write path=1,2,4 or path=0.5..0.9:0.1',
    };
  }
  if (path === 'seed') return { message: 'the seed is no parameter', hint: 'name seeds with --seeds 1..30' };
  const range = RANGE.exec(values);
  return range === null ? listAxis(path, values) : rangeAxis(path, range, drawn);
}

function listAxis(path: string, text: string): Axis | Problem {
  const values = splitList(text);
  if (values.includes('')) return { message: `cannot read the values '${text}': one of them is empty` };
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) return { message: `${path} has the value ${twice} more than once` };
  return { path, count: values.length, valueAt: (level) => values[level]! };
}

/** At the commas that stand outside of brackets, braces and quotes: values are YAML. */
function splitList(text: string): string[] {
  const values: string[] = [];
  let depth = 0;
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    else if (character === ',' && depth === 0) {
      values.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  values.push(text.slice(from).trim());
  return values;
}

function rangeAxis(path: string, match: RegExpExecArray, drawn: boolean): Axis | Problem {
  const [, first, firstUnit, last, unit, step, stepUnit] = match as unknown as string[];
  if (firstUnit !== unit || (step !== undefined && stepUnit !== unit)) {
    return {
      message: `${path} goes from one unit to another`,
      hint: 'write the same unit at both ends and at the step',
    };
  }
  const written = Math.max(digitsOf(first!), digitsOf(last!), digitsOf(step ?? ''));
  if (step === undefined && written > 0 && !drawn) {
    return {
      message: `${path} needs a step from ${first} to ${last}`,
      hint: `write ${first}..${last}:0.1, for example`,
    };
  }
  const digits = step === undefined && written > 0 ? written + FINER_DIGITS : written;
  const low = scaled(first!, digits);
  const size = step === undefined ? 1n : scaled(step, digits);
  const span = scaled(last!, digits) - low;
  if (size <= 0n) return { message: `${path} has a step that leads nowhere` };
  if (span < 0n) return { message: `${path} goes backwards, from ${first} to ${last}` };
  const count = span / size + 1n;
  if (count > MOST_LEVELS) return { message: `${path} has ${count} values: more than ${MOST_LEVELS}` };
  return {
    path,
    count: Number(count),
    valueAt: (level) => formatScaled(low + size * BigInt(level), digits) + unit,
  };
}

function digitsOf(text: string): number {
  return text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
}

/** The decimal times 10^digits. */
function scaled(text: string, digits: number): bigint {
  const fraction = text.includes('.') ? text.slice(text.indexOf('.') + 1) : '';
  return BigInt(text.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1') + '0'.repeat(digits - fraction.length));
}
