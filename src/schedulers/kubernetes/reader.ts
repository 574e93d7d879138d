import type { DiagnosticCode } from '../../errors.ts';
import type { OptionsProblem } from '../scheduler.ts';

export type Path = readonly (string | number)[];
export type JsonObject = Readonly<Record<string, unknown>>;

/** A mapping, and neither a list nor nothing. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping at `key`; empty when there is none. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isObject(value) ? value : {};
}

/** Those of the keys that the object has. */
export function picked(object: JsonObject, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]));
}

/**
 * Reads plain data of unknown shape and collects what is wrong with it. Every method returns undefined for an absent
 * value, and after having noted a problem.
 */
export class Reader {
  readonly problems: OptionsProblem[] = [];

  problem(path: Path, message: string, validNames?: readonly string[], code?: DiagnosticCode): undefined {
    this.problems.push({
      path,
      message,
      ...(validNames === undefined ? {} : { validNames }),
      ...(code === undefined ? {} : { code }),
    });
    return undefined;
  }

  /** A mapping. With `keys`, any other key is a problem. */
  object(raw: unknown, path: Path, keys?: readonly string[]): JsonObject | undefined {
    if (raw === undefined || raw === null) return undefined;
    if (typeof raw !== 'object' || Array.isArray(raw))
      return this.problem(path, 'must be a mapping', undefined, 'E1102');
    if (keys !== undefined) {
      for (const key of Object.keys(raw)) {
        if (!keys.includes(key)) this.problem([...path, key], `'${key}' is unknown`, keys, 'E1203');
      }
    }
    return raw as JsonObject;
  }

  /** A list; each item is read by `item`, and dropped when that gives undefined. An absent list is empty. */
  list<T>(raw: unknown, path: Path, item: (raw: unknown, path: Path) => T | undefined): T[] {
    if (raw === undefined || raw === null) return [];
    if (!Array.isArray(raw)) {
      this.problem(path, 'must be a list', undefined, 'E1102');
      return [];
    }
    const items: T[] = [];
    raw.forEach((one: unknown, index) => {
      if (one === null || one === undefined) {
        this.problem([...path, index], 'the item is empty');
        return;
      }
      const value = item(one, [...path, index]);
      if (value !== undefined) items.push(value);
    });
    return items;
  }

  text(raw: unknown, path: Path): string | undefined {
    if (raw === undefined || raw === null) return undefined;
    return typeof raw === 'string' ? raw : this.problem(path, 'must be text', undefined, 'E1102');
  }

  boolean(raw: unknown, path: Path): boolean | undefined {
    if (raw === undefined || raw === null) return undefined;
    return typeof raw === 'boolean' ? raw : this.problem(path, 'must be true or false', undefined, 'E1102');
  }

  integer(raw: unknown, path: Path, min: number, max: number): number | undefined {
    if (raw === undefined || raw === null) return undefined;
    if (typeof raw === 'number' && Number.isInteger(raw) && raw >= min && raw <= max) return raw;
    return this.problem(path, `must be a whole number from ${min} to ${max}`);
  }

  oneOf<T extends string>(raw: unknown, path: Path, names: readonly T[]): T | undefined {
    if (raw === undefined || raw === null) return undefined;
    if (names.includes(raw as T)) return raw as T;
    return this.problem(path, `'${String(raw)}' is none of ${names.join(', ')}`, names);
  }

  /** A mapping of texts, such as labels. */
  texts(raw: unknown, path: Path): Map<string, string> | undefined {
    const object = this.object(raw, path);
    if (object === undefined) return undefined;
    const texts = new Map<string, string>();
    for (const [key, value] of Object.entries(object)) {
      const text = this.text(value, [...path, key]);
      if (text !== undefined) texts.set(key, text);
    }
    return texts;
  }
}
