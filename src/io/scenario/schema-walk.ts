import type * as z from 'zod';
import { leafSpec } from './leaves.ts';
import { listed } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import { valueAt } from './place.ts';

/**
 * Looking into zod schemas: zod 4 tells that a key is unknown or that no member of a union fits, but not which keys
 * there are and what the members were. Uses the documented internals (`_zod.def`) of zod 4.
 */
type Schema = z.core.$ZodType;
type Def = z.core.$ZodTypes['_zod']['def'];

function defOf(schema: Schema): Def {
  return schema._zod.def as Def;
}

/** Without the wrappers for optional and default values. */
export function unwrapped(schema: Schema): Schema {
  const def = defOf(schema);
  if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault')
    return unwrapped(def.innerType);
  return schema;
}

/** Members of a union, wrappers removed; undefined for anything else. */
export function unionOptions(schema: Schema): readonly Schema[] | undefined {
  const def = defOf(unwrapped(schema));
  return def.type === 'union' ? def.options.map(unwrapped) : undefined;
}

/** Keys of an object; of all objects of a union that the value can be. Empty for other schemas. */
export function keysOf(schema: Schema): string[] {
  const plain = unwrapped(schema);
  const def = defOf(plain);
  if (def.type === 'object') return Object.keys(def.shape);
  return [...new Set((unionOptions(plain) ?? []).flatMap(keysOf))];
}

/** The schema that describes the value at `path`, or undefined where everything is allowed. */
export function schemaAt(schema: Schema, root: unknown, path: Path): Schema | undefined {
  let current: Schema | undefined = unwrapped(schema);
  for (let depth = 0; depth < path.length && current !== undefined; depth++) {
    const value = valueAt(root, path.slice(0, depth));
    const member = memberFor(current, value);
    const def: Def = defOf(member);
    const segment = path[depth]!;
    let next: Schema | undefined;
    if (def.type === 'object') next = Object.hasOwn(def.shape, segment) ? def.shape[segment] : undefined;
    else if (def.type === 'array') next = def.element;
    else if (def.type === 'record') next = def.valueType;
    current = next === undefined ? undefined : unwrapped(next);
  }
  return current;
}

/** Of a union, the member that the value comes closest to; the schema itself otherwise. */
function memberFor(schema: Schema, value: unknown): Schema {
  const options = unionOptions(schema);
  if (options === undefined) return schema;
  const index = closestOption(options, value);
  return index === undefined ? schema : memberFor(options[index]!, value);
}

/**
 * Index of the option whose kind is the value's; among objects the one with most of the value's keys and whose
 * literals agree. Undefined when no option has the kind, or when several objects fit equally badly (no key known).
 */
export function closestOption(options: readonly Schema[], value: unknown): number | undefined {
  const fitting = options
    .map((option, index) => ({ option, index }))
    .filter(({ option }) => takes(option, value));
  if (fitting.length <= 1) return fitting[0]?.index;
  if (typeof value !== 'object' || value === null) return fitting[0]!.index;
  const keys = Object.keys(value);
  let best: { index: number; score: number } | undefined;
  for (const { option, index } of fitting) {
    const def = defOf(option);
    if (def.type !== 'object') continue;
    const score = keys.filter(
      (key) => Object.hasOwn(def.shape, key) && literalAgrees(def.shape[key]!, value, key),
    ).length;
    if (score > (best?.score ?? 0)) best = { index, score };
  }
  return best?.index;
}

function literalAgrees(schema: Schema, value: object, key: string): boolean {
  const def = defOf(unwrapped(schema));
  // A matching discriminator outweighs any number of shared keys.
  return def.type !== 'literal' || def.values.includes(valueAt(value, [key]) as never);
}

function takes(schema: Schema, value: unknown): boolean {
  const spec = leafSpec(schema);
  if (spec !== undefined) return spec.types.includes(typeof value as 'string' | 'number');
  const def = defOf(schema);
  switch (def.type) {
    case 'object':
    case 'record':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'literal':
      return def.values.some((literal) => typeof literal === typeof value);
    case 'enum':
      return typeof value === 'string';
    case 'union':
      return def.options.some((option) => takes(unwrapped(option), value));
    default:
      return def.type === typeof value || (def.type === 'number' && typeof value === 'number');
  }
}

/** What a value of the schema is, with its article: `a duration`, `a mapping with min and max`. */
export function nounOf(schema: Schema): string {
  const plain = unwrapped(schema);
  const spec = leafSpec(plain);
  if (spec !== undefined) return spec.noun;
  const def = defOf(plain);
  switch (def.type) {
    case 'object': {
      const keys = Object.keys(def.shape);
      return keys.length > 6 ? 'a mapping' : `a mapping with ${listed(keys, 'and')}`;
    }
    case 'record':
      return 'a mapping';
    case 'array':
      return 'a list';
    case 'string':
      return 'text';
    case 'number':
      return isInteger(def) ? 'a whole number' : 'a number';
    case 'boolean':
      return 'true or false';
    case 'literal':
      return listed(
        def.values.map((value) => JSON.stringify(value)),
        'or',
      );
    case 'enum':
      return listed(
        Object.values(def.entries).map((value) => JSON.stringify(value)),
        'or',
      );
    case 'union': {
      const nouns = new Set(def.options.map((option) => (isObject(option) ? 'a mapping' : nounOf(option))));
      return listed([...nouns], 'or');
    }
    default:
      return 'another value';
  }
}

function isObject(schema: Schema): boolean {
  return defOf(unwrapped(schema)).type === 'object';
}

function isInteger(def: Def): boolean {
  return (def as { format?: string }).format === 'safeint';
}
