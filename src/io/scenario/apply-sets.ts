import { type Diagnostic, InputError } from '../../errors.ts';
import { didYouMean } from './did-you-mean.ts';
import { formatPath, type Locate, type Located, type Path } from './locate.ts';
import { shown } from './place.ts';
import { type CheckedDocument, readYamlText } from './read-document.ts';

/** One `--set path=value`, both as written. */
export type SetArgument = readonly [path: string, value: string];

/** What positions name as their file when the value came from the command line. */
export const SET_FILE = '--set';

interface Override {
  readonly path: Path;
  readonly locate: Locate;
}

/**
 * The document with values replaced or added, before it is validated. A path is written as in messages,
 * `fleet[0].size.max`; an entry of a list may be named instead, `platforms.kubernetes.version`. The value is YAML.
 * What is wrong with a value is later reported at `--set`. Later sets win. Errors: E5001, and those of a YAML text.
 */
export function applySets(document: CheckedDocument, sets: readonly SetArgument[]): CheckedDocument {
  if (sets.length === 0) return document;
  let { value } = document;
  const overrides: Override[] = [];
  const problems: Diagnostic[] = [];
  for (const [pathText, valueText] of sets) {
    try {
      const path = resolvePath(value, pathText);
      const entry = readYamlText(SET_FILE, valueText);
      value = replaced(value, path, entry.value, pathText);
      overrides.unshift({ path, locate: shifted(entry.locate, `${pathText}=`) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.diagnostics.map((diagnostic) => inArgument(diagnostic, pathText, valueText)));
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return { value, locate: overlaid(document.locate, overrides) };
}

const SEGMENT = /\.?([A-Za-z_][\w-]*)|\[(\d{1,9})\]|\[("(?:[^"\\]|\\.)*")\]/y;

function resolvePath(root: unknown, text: string): Path {
  const path: (string | number)[] = [];
  let value = root;
  SEGMENT.lastIndex = 0;
  for (let at = 0; at < text.length || path.length === 0; at = SEGMENT.lastIndex) {
    SEGMENT.lastIndex = at;
    const match = SEGMENT.exec(text);
    if (!match || (at === 0 && text.startsWith('.'))) {
      throw argumentError(
        `cannot read the path ${shown(text)}`,
        'write it like fleet[0].size.max or platforms.NAME.queue',
      );
    }
    const key =
      match[2] !== undefined ? Number(match[2]) : match[3] !== undefined ? unquoted(match[3]) : match[1]!;
    const segment = Array.isArray(value) && typeof key === 'string' ? entryNamed(value, key, path) : key;
    path.push(segment);
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, segment)
        ? (value as Record<string | number, unknown>)[segment]
        : undefined;
  }
  return path;
}

function unquoted(text: string): string {
  const key = readYamlText(SET_FILE, text).value;
  if (typeof key === 'string' && !['__proto__', 'constructor', 'prototype'].includes(key)) return key;
  throw argumentError(`cannot use the key ${text}`);
}

function entryNamed(list: readonly unknown[], name: string, path: Path): number {
  const names = list.map((entry) =>
    typeof entry === 'object' && entry !== null ? (entry as { name?: unknown }).name : '',
  );
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const known = names.filter((known): known is string => typeof known === 'string' && known !== '');
  throw argumentError(`${formatPath(path)} has no entry named ${shown(name)}`, didYouMean(name, known));
}

/** Copies along the path: aliased values are shared and must not change elsewhere. */
function replaced(target: unknown, path: Path, value: unknown, pathText: string): unknown {
  if (path.length === 0) return value;
  const [segment, ...rest] = path as [string | number, ...Path];
  if (typeof segment === 'number') {
    if (!Array.isArray(target) || segment > target.length) {
      const has = Array.isArray(target) ? `there are ${target.length} entries` : 'this is no list';
      throw argumentError(`cannot set entry ${segment}: ${has}`);
    }
    const copy: unknown[] = [...target];
    copy[segment] = replaced(copy[segment], rest, value, pathText);
    return copy;
  }
  if (['__proto__', 'constructor', 'prototype'].includes(segment)) {
    throw argumentError(`cannot use the key ${shown(segment)}: it is reserved`);
  }
  const isMapping = typeof target === 'object' && target !== null && !Array.isArray(target);
  if (!isMapping && target !== undefined && target !== null) {
    throw argumentError(`cannot set ${shown(segment)}: ${shown(target)} is no mapping`);
  }
  const copy: Record<string, unknown> = { ...(target as object | null | undefined) };
  copy[segment] = replaced(copy[segment], rest, value, pathText);
  return copy;
}

function argumentError(message: string, hint?: string): InputError {
  return new InputError([{ severity: 'error', code: 'E5001', message, ...(hint !== undefined && { hint }) }]);
}

function inArgument(diagnostic: Diagnostic, pathText: string, valueText: string): Diagnostic {
  const argument = `${pathText}=${valueText}`;
  const position = diagnostic.position ?? {
    file: SET_FILE,
    line: 1,
    column: 1,
    length: [...argument].length,
  };
  if (diagnostic.position === undefined) return { ...diagnostic, position, excerpt: argument };
  return { ...diagnostic, ...shiftedPlace(diagnostic as Located, `${pathText}=`) };
}

function shifted(locate: Locate, prefix: string): Locate {
  return (path, part) => shiftedPlace(locate(path, part), prefix);
}

/** A place in the value as a place in the argument; only the first line stands behind the prefix. */
function shiftedPlace({ position, excerpt }: Located, prefix: string): Located {
  if (position === undefined || excerpt === undefined || position.line > 1)
    return { ...(position && { position }) };
  return {
    position: { ...position, column: position.column + [...prefix].length },
    excerpt: prefix + excerpt,
  };
}

function overlaid(locate: Locate, overrides: readonly Override[]): Locate {
  const startsWith = (path: Path, prefix: Path) => prefix.every((segment, index) => path[index] === segment);
  return (path, part) => {
    const inside = overrides.find((override) => startsWith(path, override.path));
    if (inside === undefined) return locate(path, part);
    const rest = path.slice(inside.path.length);
    // The key of a set is the argument itself; asking for the value underlines what was given.
    return inside.locate(rest, rest.length === 0 ? 'value' : part);
  };
}
