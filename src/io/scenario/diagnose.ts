import type * as z from 'zod';
import { didYouMean, listed } from './did-you-mean.ts';
import type { LeafIssueParams } from './leaves.ts';
import type { Path, Problems } from './locate.ts';
import { placeOf, shown, valueAt } from './place.ts';
import { closestOption, keysOf, nounOf, schemaAt, unionOptions } from './schema-walk.ts';

type Issue = z.core.$ZodIssue;

interface Context {
  readonly problems: Problems;
  /** The whole document: names in messages come from it. */
  readonly root: unknown;
  readonly schema: z.core.$ZodType;
}

/** Words of the language that later versions will know. */
const NOT_YET_KEYS: Readonly<Record<string, string>> = {};
const NOT_YET_VALUES: Readonly<Record<string, readonly string[]>> = {
  purchase: ['spot', 'reserved', 'savings-plan'],
  autoscaler: ['managed-scaling'],
};

/** Says what zod found, in the words of the language, with names, positions and suggestions. */
export function diagnose(
  issues: readonly Issue[],
  context: {
    readonly problems: Problems;
    readonly root: unknown;
    readonly schema: z.core.$ZodType;
    readonly base?: Path;
  },
): void {
  for (const issue of issues) report(issue, context, context.base ?? []);
}

function report(issue: Issue, context: Context, base: Path): void {
  const path = [...base, ...(issue.path as (string | number)[])];
  const isAboutKeys = issue.code === 'unrecognized_keys' || issue.code === 'invalid_key';
  if (!isAboutKeys && valueAt(context.root, path) === undefined) {
    reportMissing(issue, context, path);
    return;
  }
  switch (issue.code) {
    case 'unrecognized_keys':
      reportKeys(issue.keys, context, path);
      break;
    case 'invalid_key':
      reportKey(issue, context, path);
      break;
    case 'invalid_union':
      reportUnion(issue, context, path);
      break;
    case 'invalid_value':
      reportChoice(issue.values.map(String), context, path);
      break;
    case 'too_small':
    case 'too_big':
      reportRange(issue, context, path);
      break;
    case 'custom':
      reportLeaf(issue.params as unknown as LeafIssueParams, context, path);
      break;
    default:
      reportType(context, path);
  }
}

function reportKeys(keys: readonly string[], { problems, root, schema }: Context, path: Path): void {
  const here = schemaAt(schema, root, path);
  const known = here === undefined ? [] : keysOf(here);
  const present = Object.keys((valueAt(root, path) ?? {}) as object);
  for (const key of keys) {
    const notYet = NOT_YET_KEYS[[...path, key].join('.')];
    if (notYet !== undefined) {
      problems.error('E1206', [...path, key], `${notYet} not supported in this version`, { part: 'key' });
      continue;
    }
    const hint =
      key === '<<'
        ? 'merge keys are not part of YAML 1.2: use a template, or an alias for the whole value'
        : didYouMean(
            key,
            known.filter((name) => !present.includes(name)),
          );
    problems.error('E1203', [...path, key], `unknown key ${shown(key)} in ${placeOf(path, root)}`, {
      hint,
      part: 'key',
    });
  }
}

function reportKey(issue: Issue & { code: 'invalid_key' }, { problems, root }: Context, path: Path): void {
  const inner = issue.issues[0];
  const params = inner?.code === 'custom' ? (inner.params as unknown as LeafIssueParams) : undefined;
  const key = path[path.length - 1]!;
  const message = `${shown(key)} in ${placeOf(path.slice(0, -1), root)} ${params?.message ?? 'is not a name'}`;
  problems.error(params?.code ?? 'E1103', path, message, { hint: params?.hint, part: 'key' });
}

function reportMissing(issue: Issue, { problems, root, schema }: Context, path: Path): void {
  const key = path[path.length - 1]!;
  const choices = discriminatorChoices(issue);
  const here = schemaAt(schema, root, path);
  let hint = here === undefined ? undefined : `it takes ${nounOf(here)}`;
  if (choices !== undefined) hint = `it takes ${listed(choices, 'or')}`;
  const message = `missing key ${shown(String(key))} in ${placeOf(path.slice(0, -1), root)}`;
  problems.error('E1101', path, message, { hint });
}

function reportUnion(issue: Issue & { code: 'invalid_union' }, context: Context, path: Path): void {
  const { root, schema } = context;
  const choices = discriminatorChoices(issue);
  const here = schemaAt(schema, root, path);
  const value = valueAt(root, path);
  const options = here === undefined ? undefined : unionOptions(here);
  const member = options === undefined ? undefined : closestOption(options, value);
  const inner = member === undefined ? undefined : issue.errors[member];
  if (choices !== undefined) reportChoice(choices, context, path);
  else if (inner !== undefined) for (const cause of inner) report(cause, context, path);
  else if (here !== undefined && isMapping(value)) reportNoMember(keysOf(here), value, context, path);
  else reportType(context, path);
}

/** A mapping that could be any member, because it has none of their keys. */
function reportNoMember(keys: readonly string[], value: object, context: Context, path: Path): void {
  const unknown = Object.keys(value).filter((key) => !keys.includes(key));
  if (keys.length === 0) reportType(context, path);
  else if (unknown.length > 0) reportKeys(unknown, context, path);
  else {
    const hint = `it takes one of ${keys.join(', ')}`;
    context.problems.error('E1101', path, `${placeOf(path, context.root)} says nothing`, { hint });
  }
}

function isMapping(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of a union whose members are told apart by one key: the values of that key. */
function discriminatorChoices(issue: Issue): string[] | undefined {
  if (issue.code !== 'invalid_union' || issue.inclusive === false || issue.discriminator === undefined)
    return undefined;
  return (issue.options ?? []).map(String);
}

function reportChoice(choices: readonly string[], { problems, root }: Context, path: Path): void {
  const value = valueAt(root, path);
  const key = String(path[path.length - 1]);
  if (NOT_YET_VALUES[key]?.includes(String(value))) {
    problems.error(
      'E1206',
      path,
      `${placeOf(path, root)}: ${shown(value)} is not supported in this version`,
      {
        hint: `use ${choices.join(', ')}`,
      },
    );
    return;
  }
  if (path.length === 1 && key === 'version') {
    problems.error('E1209', path, `version ${shown(value)} of the scenario language is not known`, {
      hint: 'write version: 1',
    });
    return;
  }
  const isText = typeof value === 'string';
  const message = `${placeOf(path, root)} cannot be ${shown(value)}: use ${choices.join(', ')}`;
  const quoted = choices.includes(String(value)) ? `write "${value}" in quotes` : undefined;
  problems.error(isText ? 'E1204' : 'E1102', path, message, {
    hint:
      quoted ??
      (isText ? didYouMean(value, choices.length > 3 ? choices : nearOnly(value, choices)) : undefined),
  });
}

/** The message lists few choices already: only a likely slip is worth a hint. */
function nearOnly(value: string, choices: readonly string[]): string[] {
  return choices.filter((choice) => didYouMean(value, [choice])?.startsWith('did'));
}

function reportRange(
  issue: Issue & { code: 'too_small' | 'too_big' },
  { problems, root }: Context,
  path: Path,
): void {
  const value = valueAt(root, path);
  const isSmall = issue.code === 'too_small';
  const bound = Number(isSmall ? issue.minimum : issue.maximum);
  const place = placeOf(path, root);
  const entries = Array.isArray(value) ? 'entries' : typeof value === 'string' ? 'characters' : undefined;
  let message = `${place}: ${shown(value)} is ${isSmall ? 'below' : 'above'} ${bound}`;
  if (issue.inclusive === false)
    message = `${place}: ${shown(value)} is not ${isSmall ? 'above' : 'below'} ${bound}`;
  if (entries !== undefined) {
    const size = (value as { length: number }).length;
    message = `${place} has ${size} ${entries}: ${isSmall ? 'at least' : 'at most'} ${bound}`;
  }
  problems.error('E1103', path, message);
}

function reportLeaf(params: LeafIssueParams, { problems, root }: Context, path: Path): void {
  const value = valueAt(root, path);
  const place = placeOf(path, root);
  let message = `${place}: cannot read ${shown(value)} as ${params.noun}`;
  if (params.message !== undefined) message = `${place}: ${shown(value)} ${params.message}`;
  else if (params.code === 'E1102') message = `${place} must be ${params.noun}, not ${shown(value)}`;
  problems.error(params.code, path, message, { hint: params.hint });
}

function reportType({ problems, root, schema }: Context, path: Path): void {
  const here = schemaAt(schema, root, path);
  const value = valueAt(root, path);
  const noun = here === undefined ? 'another value' : nounOf(here);
  problems.error('E1102', path, `${placeOf(path, root)} must be ${noun}, not ${shown(value)}`, {
    hint: typeHint(noun, value),
  });
}

function typeHint(noun: string, value: unknown): string | undefined {
  if (typeof value === 'object') return undefined;
  if (noun === 'a list' && typeof value === 'string') return `write [${value}]`;
  if (noun === 'text' && typeof value !== 'string') return `write "${String(value)}" in quotes`;
  if (noun.startsWith('a duration') && typeof value === 'number' && value >= 0) {
    return `a bare number has no unit: write ${value}s`;
  }
  return undefined;
}
