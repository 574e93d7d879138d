import type * as z from 'zod';
import { assert, unreachable } from '../errors.ts';
import type { LogBytesReader } from './log-bytes-reader.ts';
import type { LogBytes } from './log-bytes.ts';

/** How values of one type are written down and read back. */
export interface Codec {
  /** As JSON, with the fields of objects in the order of the schema. */
  text(value: unknown): string;
  encode(out: LogBytes, value: unknown): void;
  /** Throws `LogDamage` where the bytes are no such value. */
  decode(from: LogBytesReader): unknown;
}

/** The schemas that records are made of, as zod tells them apart. */
type Schema =
  | z.ZodInt
  | z.ZodString
  | z.ZodBoolean
  | z.ZodEnum
  | z.ZodLiteral
  | z.ZodNullable
  | z.ZodExactOptional
  | z.ZodReadonly
  | z.ZodArray
  | z.ZodTuple
  | z.ZodObject;

/** What every record has. Bytes tell it by the tag of the record, not field by field. */
const POSITION = ['kind', 'seq', 'timeMs'];

/**
 * The codec of a schema, part by part. In bytes: a whole number from 0 on is a varint, any other one has its sign before
 * it; a text is the number of an earlier equal one, or new; one of several names is its place among them; null and what is
 * missing are 0, the other values of such a field are 1 and the value, for a count the value plus 1; a list has its length
 * before it; an object is its fields one after the other.
 */
export function codecOf(schema: z.core.$ZodType): Codec {
  const known = schema as Schema;
  switch (known.def.type) {
    case 'number':
      return (known as z.ZodInt).minValue === 0 ? COUNT : INTEGER;
    case 'string':
      return textCodec(known as z.ZodString);
    case 'boolean':
      return BOOLEAN;
    case 'enum':
      return choice((known as z.ZodEnum).options as readonly string[]);
    case 'literal':
      return literal((known as z.ZodLiteral).def.values[0]);
    case 'nullable':
      return orNothing(codecOf((known as z.ZodNullable).def.innerType), null);
    case 'optional':
      return orNothing(codecOf((known as z.ZodExactOptional).def.innerType), undefined);
    case 'readonly':
      return codecOf((known as z.ZodReadonly).def.innerType);
    case 'array':
      return list(codecOf((known as z.ZodArray).def.element));
    case 'tuple':
      return tuple((known as z.ZodTuple).def.items.map((item) => codecOf(item)));
    case 'object':
      return fields((known as z.ZodObject).def.shape);
    default:
      return unreachable(known.def);
  }
}

const COUNT: Codec = {
  text: String,
  encode: (out, value) => out.count(value as number),
  decode: (from) => from.count(),
};

const INTEGER: Codec = {
  text: String,
  encode: (out, value) => out.integer(value as number),
  decode: (from) => from.integer(),
};

const BOOLEAN: Codec = {
  text: String,
  encode: (out, value) => out.count(value === true ? 1 : 0),
  decode: (from) => from.below(2) === 1,
};

function textCodec(schema: z.ZodString): Codec {
  const isPlain = schema.def.checks === undefined;
  return {
    text: JSON.stringify,
    encode: (out, value) => out.text(value as string),
    decode: (from) => {
      const value = from.text();
      return isPlain || schema.safeParse(value).success ? value : from.fail('a text is not as it must be');
    },
  };
}

function choice(names: readonly string[]): Codec {
  return {
    text: JSON.stringify,
    encode: (out, value) => {
      const index = names.indexOf(value as string);
      assert(index >= 0, 'a record holds a name that its schema does not know');
      out.count(index);
    },
    decode: (from) => names[from.below(names.length)],
  };
}

function literal(only: unknown): Codec {
  return { text: () => JSON.stringify(only), encode: () => {}, decode: () => only };
}

function orNothing(inner: Codec, nothing: null | undefined): Codec {
  if (inner === COUNT) {
    return {
      text: String,
      encode: (out, value) => out.countOrNull((value ?? null) as number | null),
      decode: (from) => from.countOrNull() ?? nothing,
    };
  }
  return {
    text: (value) => (value === null ? 'null' : inner.text(value)),
    encode: (out, value) => {
      out.count(value === nothing ? 0 : 1);
      if (value !== nothing) inner.encode(out, value);
    },
    decode: (from) => (from.below(2) === 0 ? nothing : inner.decode(from)),
  };
}

function list(element: Codec): Codec {
  return {
    text: (value) => `[${(value as readonly unknown[]).map((item) => element.text(item)).join()}]`,
    encode: (out, value) => {
      const items = value as readonly unknown[];
      out.count(items.length);
      for (const item of items) element.encode(out, item);
    },
    decode: (from) => {
      const items: unknown[] = [];
      // Each takes a byte at least, and the bytes run out: a length that is a lie allocates nothing.
      for (let left = from.count(); left > 0; left--) items.push(element.decode(from));
      return items;
    },
  };
}

function tuple(elements: readonly Codec[]): Codec {
  return {
    text: (value) => {
      const items = value as readonly unknown[];
      return `[${elements.map((element, index) => element.text(items[index])).join()}]`;
    },
    encode: (out, value) => {
      elements.forEach((element, index) => void element.encode(out, (value as readonly unknown[])[index]));
    },
    decode: (from) => elements.map((element) => element.decode(from)),
  };
}

function fields(shape: z.core.$ZodShape): Codec {
  const all = Object.entries(shape).map(([name, schema]) => ({
    name,
    codec: codecOf(schema),
    start: `${JSON.stringify(name)}:`,
  }));
  const inBytes = 'kind' in shape ? all.filter(({ name }) => !POSITION.includes(name)) : all;
  return {
    text: (value) => {
      const object = value as Readonly<Record<string, unknown>>;
      const present = all.filter(({ name }) => object[name] !== undefined);
      return `{${present.map(({ name, codec, start }) => start + codec.text(object[name])).join()}}`;
    },
    encode: (out, value) => {
      for (const { name, codec } of inBytes) codec.encode(out, (value as Record<string, unknown>)[name]);
    },
    decode: (from) => {
      const object: Record<string, unknown> = {};
      for (const { name, codec } of inBytes) {
        const value = codec.decode(from);
        if (value !== undefined) object[name] = value;
      }
      return object;
    },
  };
}
