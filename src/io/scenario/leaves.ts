import * as z from 'zod';
import type { DiagnosticCode } from '../../errors.ts';
import { MIB, parseBytes, parseCpuMilli, parseDurationMs, parsePriceE10 } from '../../units.ts';
import { parseInstant } from './instant.ts';
import { parseRatePerHour, parseShare } from './rates.ts';

/**
 * The smallest values of the language: names, quantities, durations, prices. Each is one zod schema that reads the
 * value exactly as the resolver will, so that a scenario that validates can be resolved without looking again; its
 * JSON Schema says the same as a pattern.
 */
export interface LeafSpec {
  /** With its article: `a duration`. */
  readonly noun: string;
  readonly types: readonly ('string' | 'number')[];
  readonly examples: readonly (string | number)[];
  readonly pattern?: string;
  /** Further keywords of JSON Schema: bounds of numbers, lengths of text. */
  readonly bounds?: Readonly<Record<string, number>>;
  /** Least and most of a quantity, as messages show them. */
  readonly limits?: readonly (string | undefined)[];
  /** What is wrong with a value of an accepted type; undefined when nothing is. Follows from the rest. */
  readonly problem: (value: string | number) => LeafProblem | undefined;
}

/** What is wrong with the value of a leaf. */
export interface LeafProblem {
  readonly code: DiagnosticCode;
  /** Follows the value: `is not above 0`; absent: it cannot be read as the noun. */
  readonly message?: string;
  readonly hint?: string;
}

/** What a leaf adds to its zod issue. */
export interface LeafIssueParams extends LeafProblem {
  readonly noun: string;
}

// `.describe()` and `.default()` make new schemas, but share the definition of the old one.
const specs = new WeakMap<object, LeafSpec>();

/** The leaf that `schema` is, if it is one. */
export function leafSpec(schema: z.core.$ZodType): LeafSpec | undefined {
  return specs.get(schema._zod.def);
}

const ANYTHING = z.unknown();

/** By all that is said of them: a scenario has durations in a hundred places, and every schema costs a few kilobytes. */
const made = new Map<string, z.ZodType>();

function leaf<Value extends string | number>(spec: LeafSpec): z.ZodType<Value, Value> {
  const { problem: _, ...said } = spec;
  const key = JSON.stringify(said);
  const schema = made.get(key) ?? newLeaf(spec);
  made.set(key, schema);
  return schema as z.ZodType<Value, Value>;
}

function newLeaf(spec: LeafSpec): z.ZodType {
  const schema = ANYTHING.superRefine((value, context) => {
    const isAccepted = spec.types.includes(typeof value as 'string' | 'number');
    const found = isAccepted ? spec.problem(value as string | number) : wrongType(spec, value);
    if (found === undefined) return;
    const params: LeafIssueParams = { ...found, noun: spec.noun };
    context.addIssue({ code: 'custom', params: { ...params }, continue: false });
  });
  // In place: `.meta()` would make a copy.
  z.globalRegistry.add(schema, {
    type: spec.types.length === 1 ? spec.types[0]! : [...spec.types],
    ...(spec.pattern !== undefined && { pattern: spec.pattern }),
    ...spec.bounds,
    examples: [...spec.examples],
  });
  specs.set(schema._zod.def, spec);
  return schema;
}

function wrongType(spec: LeafSpec, value: unknown): LeafProblem {
  const example = spec.examples[0];
  if (typeof value === 'number' && spec.types.length === 1) {
    const isDuration = spec.noun === 'a duration';
    const hint = isDuration
      ? `a bare number has no unit: write ${value >= 0 ? `${value}s` : example}`
      : spec.noun.startsWith('a name') || spec.noun === 'text'
        ? `write "${value}" in quotes`
        : `write it like ${example}`;
    return { code: isDuration ? 'E1104' : 'E1102', hint };
  }
  const isQuotable =
    typeof value === 'boolean' && spec.types.includes('string') && spec.noun !== 'a duration';
  return { code: 'E1102', hint: isQuotable ? `write "${value}" in quotes` : `write it like ${example}` };
}

/** A quantity that `read` understands, within [min, max] in the unit of `read`. */
function quantity<Value extends string | number>(
  options: Omit<LeafSpec, 'problem'> & {
    readonly read: (value: string & number) => number | bigint | undefined;
    readonly min?: { readonly value: number; readonly shown: string };
    readonly max?: { readonly value: number; readonly shown: string };
    readonly hint?: (value: string | number) => string | undefined;
  },
): z.ZodType<Value, Value> {
  const { read, min, max, hint, ...spec } = options;
  const written = `write it like ${spec.examples.slice(0, 3).join(', ')}`;
  return leaf<Value>({
    ...spec,
    limits: [min?.shown, max?.shown],
    problem(value) {
      const amount = read(value as string & number);
      if (amount === undefined) return { code: 'E1104', hint: hint?.(value) ?? written };
      if (min !== undefined && amount < min.value) return { code: 'E1103', message: `is below ${min.shown}` };
      if (max !== undefined && amount > max.value) return { code: 'E1103', message: `is above ${max.shown}` };
      return undefined;
    },
  });
}

const DECIMAL = '(0|[1-9][0-9]*)(\\.[0-9]+)?';
const BYTES = `^\\s*${DECIMAL}\\s*([kKMGT]([iI]?[bB]?)|[bBgt]|[mgt]([iI]?[bB]|[iI]))?\\s*$`;
/** Zero and up to a hundred years, in milliseconds. */
const CENTURY = { value: 100 * 366 * 86_400_000, shown: '100 years' };
const ONE_MS = { value: 1, shown: '1ms' };

type Text = string;
type TextOrNumber = string | number;

/** Letters, digits, `.`, `_` and `-`: usable in file names on every system. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const MAX_NAME = 63;

/** A name: at most 63 letters, digits, `.`, `_` and `-`, beginning with a letter or digit. */
export function nameLeaf(noun: string, example: string): z.ZodType<Text, Text> {
  return leaf({
    noun,
    types: ['string'],
    examples: [example],
    pattern: `^[A-Za-z0-9][A-Za-z0-9._-]{0,${MAX_NAME - 1}}$`,
    problem(value) {
      const text = String(value);
      if (text.length > MAX_NAME) return { code: 'E1103', message: `has more than ${MAX_NAME} characters` };
      if (NAME.test(text)) return undefined;
      return { code: 'E1103', message: 'is not a name', hint: 'use letters, digits, ".", "_" and "-"' };
    },
  });
}

/** Any text without line breaks, at most `maxLength` UTF-16 units, not empty unless `mayBeEmpty`. */
export function textLeaf(
  noun: string,
  example: string,
  options: { readonly maxLength?: number; readonly mayBeEmpty?: boolean } = {},
): z.ZodType<Text, Text> {
  const { maxLength = 253, mayBeEmpty = false } = options;
  return leaf({
    noun,
    types: ['string'],
    examples: [example],
    bounds: { maxLength, ...(!mayBeEmpty && { minLength: 1 }) },
    problem(value) {
      const text = String(value);
      if (text === '' && !mayBeEmpty) return { code: 'E1103', message: 'is empty' };
      return text.length > maxLength
        ? { code: 'E1103', message: `has more than ${maxLength} characters` }
        : undefined;
    },
  });
}

/** CPU as `parseCpuMilli` reads it. */
export function cpuLeaf(): z.ZodType<TextOrNumber, TextOrNumber> {
  return quantity({
    noun: 'an amount of CPU',
    types: ['string', 'number'],
    examples: ['500m', 0.5, '2 vCPU'],
    pattern: `^\\s*(${DECIMAL}(\\s*[vV][cC][pP][uU][sS]?)?|(0|[1-9][0-9]*)m)\\s*$`,
    bounds: { minimum: 0 },
    read: parseCpuMilli,
    hint: (value) => (typeof value === 'number' ? 'the finest step is a millicore: 0.001' : undefined),
  });
}

/** Memory or storage as `parseBytes` reads it. */
export function bytesLeaf(
  noun = 'an amount of memory',
  example = '512MiB',
): z.ZodType<TextOrNumber, TextOrNumber> {
  return quantity({
    noun,
    types: ['string', 'number'],
    examples: [example, '1GiB', '500MB'],
    pattern: BYTES,
    bounds: { minimum: 0, multipleOf: 1 },
    read: parseBytes,
    hint: (value) =>
      /m$/.test(String(value)) ? 'write MiB or MB: a lower-case m alone means thousandths' : undefined,
  });
}

/** Whole MiB only, where the platforms count in MiB. */
export function mebibytesLeaf(noun: string, example: string): z.ZodType<TextOrNumber, TextOrNumber> {
  return quantity({
    noun,
    types: ['string', 'number'],
    examples: [example],
    pattern: BYTES,
    bounds: { minimum: 0, multipleOf: MIB },
    read: (value) => {
      const bytes = parseBytes(value);
      return bytes !== undefined && bytes % MIB === 0 ? bytes : undefined;
    },
    hint: () => `whole MiB only, like ${example}`,
  });
}

/** A duration as `parseDurationMs` reads it, up to 100 years; `positive`: at least 1 ms. A bare number is refused. */
export function durationLeaf(options: { readonly positive?: boolean } = {}): z.ZodType<Text, Text> {
  return quantity({
    noun: 'a duration',
    types: ['string'],
    examples: ['90s', '1h30m', '7d'],
    pattern: '^\\s*((([0-9]+(\\.[0-9]+)?)(ms|[dhms]))+|P[0-9DTHMS.]+)\\s*$',
    read: parseDurationMs,
    ...(options.positive && { min: ONE_MS }),
    max: CENTURY,
    hint: (value) =>
      /\s/.test(String(value).trim())
        ? 'write it without spaces, like 1h30m'
        : 'write it like 250ms, 90s, 1h30m or 7d',
  });
}

/** An hourly price as `parsePriceE10` reads it, up to a million dollars. */
export function priceLeaf(): z.ZodType<TextOrNumber, TextOrNumber> {
  return quantity({
    noun: 'an hourly price',
    types: ['string', 'number'],
    examples: ['0.0416 USD/h', 0.192],
    pattern: `^\\s*${DECIMAL}(\\s*[uU][sS][dD](/[hH])?)?\\s*$`,
    bounds: { minimum: 0 },
    read: parsePriceE10,
    max: { value: 1e16, shown: '1,000,000 USD/h' },
    hint: () => 'write US dollars per hour with at most ten decimals, like 0.0416 USD/h',
  });
}

/** An instant as `parseInstant` reads it. */
export function instantLeaf(): z.ZodType<Text, Text> {
  return quantity({
    noun: 'an instant',
    types: ['string'],
    examples: ['2026-03-02T00:00:00Z', '2026-03-02T09:30:00+01:00'],
    pattern:
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2})$',
    read: parseInstant,
    hint: () => 'write an ISO 8601 instant with its offset, like 2026-03-02T00:00:00Z',
  });
}

/** A rate as `parseRatePerHour` reads it, up to 10^9 per hour. */
export function rateLeaf(): z.ZodType<Text, Text> {
  return quantity({
    noun: 'a rate',
    types: ['string'],
    examples: ['120/h', '2/min', '5/s', '1000/d'],
    pattern: '^\\s*[0-9]+(\\.[0-9]+)?(e-?[0-9]{1,2})?\\s*/\\s*(s|min|h|d)\\s*$',
    read: parseRatePerHour,
    max: { value: 1e9, shown: '1,000,000,000 per hour' },
  });
}

/** 0 < share ≤ 1. */
export function shareLeaf(): z.ZodType<TextOrNumber, TextOrNumber> {
  return quantity({
    noun: 'a share',
    types: ['string', 'number'],
    examples: ['10%', 0.1],
    pattern: '^\\s*[0-9]+(\\.[0-9]+)?\\s*%?\\s*$',
    bounds: { exclusiveMinimum: 0, maximum: 1 },
    read: parseShare,
    min: { value: Number.MIN_VALUE, shown: 'any share above 0' },
  });
}

/** Thousandths of one GPU: 1 to 1000. */
export function gpuShareLeaf(): z.ZodType<TextOrNumber, TextOrNumber> {
  return quantity({
    noun: 'a share of a GPU',
    types: ['string', 'number'],
    examples: ['250m', 0.25],
    pattern: `^\\s*(${DECIMAL}|[1-9][0-9]*m)\\s*$`,
    bounds: { minimum: 0.001, maximum: 1 },
    read: parseCpuMilli,
    min: { value: 1, shown: '1m, a thousandth' },
    max: { value: 1000, shown: '1, a whole GPU' },
  });
}
