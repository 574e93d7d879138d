import type { Cell, Field, FieldKind, ListedRow, ResultListing } from '../experiment/result-listing.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { MIB, parseBytes, parseCpuMilli, parseDurationMs } from '../units.ts';
import type { Arguments } from './commands.ts';
import { usage } from './usage.ts';

/** A listing narrowed, grouped, sorted and cut as `--where`, `--by`, `--sort-by` and `--limit` say. */
export function queried(
  listing: ResultListing,
  args: Arguments,
): { listing: ResultListing; leftOut: number } {
  const conditions = ((args['where'] as readonly string[] | undefined) ?? []).map((text) =>
    conditionOf(text, listing.fields),
  );
  const kept = listing.rows.filter((row) => conditions.every((holds) => holds(row)));
  const by = args['by'] as string | undefined;
  const grouped = by === undefined ? { ...listing, rows: kept } : groupedBy(listing.fields, kept, by);
  const rows = sorted(grouped, args['sort-by'] as string | undefined);
  const limit = limitOf(args);
  const shown = limit === 0 ? rows : rows.slice(0, limit);
  return { listing: { ...grouped, rows: shown }, leftOut: rows.length - shown.length };
}

/** Rows for people where --limit does not say. */
const ROWS_SHOWN = 50;

function limitOf(args: Arguments): number {
  const limit = args['limit'] as number | undefined;
  if (limit === undefined)
    return ['text', 'wide'].includes(String(args['output'])) && args['json'] !== true ? ROWS_SHOWN : 0;
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw usage(`cannot use --limit ${limit}`, 'a whole number; 0 for all');
}

/** The field of a name; E5001 with the nearest. */
export function fieldOf(flag: string, name: string, fields: readonly Field[]): Field {
  const field = fields.find((one) => one.name === name);
  if (field !== undefined) return field;
  const names = fields.map((one) => one.name);
  throw usage(
    `there is no column '${name}' for ${flag}`,
    didYouMean(name, names) ?? `it has ${names.join(', ')}`,
  );
}

type Condition = (row: ListedRow) => boolean;

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

/** `wait_s>30s`, `state=pending`, `task~web`. */
function conditionOf(text: string, fields: readonly Field[]): Condition {
  const match = /^\s*(\w+)\s*(!=|>=|<=|=|>|<|~)\s*(.*?)\s*$/.exec(text);
  if (match === null)
    throw usage(`cannot read --where '${text}'`, "write 'wait_s>30s', 'state=pending' or 'task~web'");
  const [, name = '', operator = '', value = ''] = match;
  const { kind } = fieldOf('--where', name, fields);
  if (operator === '~') return (row) => String(row[name] ?? '').includes(value);
  if (kind === 'text') {
    if (operator !== '=' && operator !== '!=')
      throw usage(`cannot use ${operator} on ${name}: it is text`, 'use =, != or ~');
    return (row) => (String(row[name] ?? '') === value) === (operator === '=');
  }
  const wanted = numberOf(kind, value);
  if (wanted === undefined) throw usage(`cannot read '${value}' in --where '${text}'`, HINTS[kind]);
  return (row) => {
    const cell = row[name];
    return typeof cell === 'number' && COMPARISONS[operator]!(cell, wanted);
  };
}

const HINTS: Readonly<Record<FieldKind, string>> = {
  text: '',
  number: 'a number',
  count: 'a number',
  time: 'seconds since the start, or 2h30m',
  seconds: 'seconds, or 1m30s',
  usd: 'a number of USD',
  ratio: 'a number from 0 to 1, or 80%',
  cpu: 'millicores, or 2 vCPU as 2000',
  memory: 'MiB, or 4GiB',
};

/** In the unit of the column; plain numbers are taken as that already. */
function numberOf(kind: FieldKind, text: string): number | undefined {
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (kind === 'time' || kind === 'seconds') {
    const durationMs = parseDurationMs(text);
    return durationMs === undefined ? undefined : durationMs / 1000;
  }
  if (kind === 'ratio') return /^\d+(?:\.\d+)?%$/.test(text) ? Number(text.slice(0, -1)) / 100 : undefined;
  if (kind === 'cpu') return parseCpuMilli(text);
  const bytes = kind === 'memory' ? parseBytes(text) : undefined;
  return bytes === undefined ? undefined : bytes / MIB;
}

/** By name; `NAME:desc` falls. Rows without a value stand last. */
function sorted({ fields, rows }: ResultListing, by: string | undefined): readonly ListedRow[] {
  if (by === undefined) return rows;
  const sign = by.endsWith(':desc') ? -1 : 1;
  const { name } = fieldOf('--sort-by', by.replace(/:(?:desc|asc)$/, ''), fields);
  return rows.toSorted((a, b) => compared(a[name] ?? null, b[name] ?? null, sign));
}

function compared(a: Cell, b: Cell, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -sign : a > b ? sign : 0;
}

/** One row per value: how many, sums of what adds up, means of what does not. Most rows first. */
function groupedBy(fields: readonly Field[], rows: readonly ListedRow[], by: string): ResultListing {
  const key = fieldOf('--by', by, fields);
  const names: readonly string[] = ['text', 'time', 'number'];
  const numeric = fields.filter(({ kind, name }) => name !== key.name && !names.includes(kind));
  const isSum = ({ kind }: Field) =>
    kind === 'usd' || kind === 'count' || kind === 'cpu' || kind === 'memory';
  const groups = new Map<Cell, ListedRow[]>();
  for (const row of rows) {
    const value = row[key.name] ?? null;
    const own = groups.get(value);
    if (own === undefined) groups.set(value, [row]);
    else own.push(row);
  }
  const made = [...groups].map(([value, own]): ListedRow => {
    const cells = numeric.map((field): [string, Cell] => {
      const values = own.map((row) => row[field.name]).filter((cell) => typeof cell === 'number');
      const sum = values.reduce((total, cell) => total + cell, 0);
      if (isSum(field)) return [`sum_${field.name}`, sum];
      return [`mean_${field.name}`, values.length === 0 ? null : sum / values.length];
    });
    return { [key.name]: value, rows: own.length, ...Object.fromEntries(cells) };
  });
  return {
    fields: [
      { name: key.name, title: key.title, kind: key.kind },
      { name: 'rows', title: 'rows', kind: 'count' },
      ...numeric.map((field): Field => {
        const word = isSum(field) ? 'sum' : 'mean';
        return { ...field, name: `${word}_${field.name}`, title: `${word} of ${field.title}` };
      }),
    ],
    rows: made.sort((a, b) => Number(b['rows']) - Number(a['rows'])),
    footer: '',
  };
}
