import { InputError } from '../../errors.ts';
import { itemsOf } from '../../schedulers/kubernetes/manifests/api-object.ts';
import { decodeCharacters } from './decode-text.ts';
import type { Locate, Path } from './locate.ts';
import type { ManifestFile } from './plan-context.ts';
import { type CheckedDocument, readYamlStream } from './read-document.ts';
import { MAX_NESTING } from './scan-nesting.ts';
import type { SourceText } from './source-text.ts';

/** One Kubernetes object with the place where it stands. */
export interface LocatedObject {
  readonly value: unknown;
  readonly locate: Locate;
  /** From the root of its document. */
  readonly path: Path;
}

/**
 * The objects of a file: YAML with any number of documents, or JSON; lists are taken apart. Errors: E1002-E1006, E1102
 * to E1106. JSON, which machines write, may be of any size; YAML has at most 250,000 values.
 */
export function readManifestObjects(file: ManifestFile): LocatedObject[] {
  return readDocuments(file).flatMap(({ value, locate }) =>
    itemsOf(value).map((item) => ({ value: item.value, path: item.path, locate })),
  );
}

/** The documents of a file, as above, whatever they are. */
export function readDocuments({ file, bytes }: ManifestFile): CheckedDocument[] {
  const source = decodeCharacters(file, bytes);
  return readJson(source) ?? readYaml(source);
}

/** YAML costs some 9 µs a value: of too many, the way out is said. */
function readYaml(source: SourceText): CheckedDocument[] {
  try {
    return readYamlStream(source);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const hint = 'JSON may hold any number of them: kubectl get -o json, or cut the file in parts';
    throw new InputError(error.diagnostics.map((one) => (one.code === 'E1002' ? { ...one, hint } : one)));
  }
}

/** The objects of one that is part of a scenario. */
export function inlineObjects(value: unknown, locate: Locate, at: Path): LocatedObject[] {
  return itemsOf(value, at).map((item) => ({ value: item.value, path: item.path, locate }));
}

/**
 * A JSON document by the fast way; undefined when it is none, or holds what the slow way must report. Positions are
 * looked up when first asked for.
 */
function readJson(source: SourceText): CheckedDocument[] | undefined {
  if (!/^\s*[[{]/.test(source.text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(source.text);
  } catch {
    return undefined;
  }
  if (!isPlain(value, 0)) return undefined;
  let located: Locate | undefined;
  const locate: Locate = (path, part) => {
    located ??= locateIn(source);
    return located(path, part);
  };
  return [{ value, locate }];
}

/** Too large to be parsed once more: then the file alone is known. */
function locateIn(source: SourceText): Locate {
  try {
    return readYamlStream(source)[0]!.locate;
  } catch {
    return () => source.locate(0, 1);
  }
}

/** Not too deep, without reserved keys and numbers that are none. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth >= MAX_NESTING) return false;
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth + 1));
  return Object.entries(value).every(
    ([key, item]) => !['__proto__', 'constructor', 'prototype'].includes(key) && isPlain(item, depth + 1),
  );
}
