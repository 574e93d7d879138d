import type { ApiObject } from '../../../model/plan.ts';
import type { OptionsProblem } from '../../scheduler.ts';
import { isObject, type JsonObject, type Path, Reader } from '../reader.ts';

/** An object of the Kubernetes API with the names that tell it from others. */
export interface NamedObject {
  readonly kind: string;
  /** Empty for kinds that belong to no namespace. */
  readonly namespace: string;
  readonly name: string;
  readonly object: ApiObject;
}

/** Something of an object that the simulation leaves out. */
export interface LeftOut {
  /** Empty: the whole object. */
  readonly path: Path;
  /** What is left out, for counts: `Deployment`, `resource claims of pods`. Equal texts are counted together. */
  readonly what: string;
  /** The same about this object, after its name: ` is not simulated`. */
  readonly message: string;
}

/** Kinds that belong to the cluster as a whole, of those that are looked at. */
const CLUSTER_KINDS: readonly string[] = [
  'CSINode',
  'EC2NodeClass',
  'Namespace',
  'Node',
  'NodePool',
  'PersistentVolume',
  'PriorityClass',
  'StorageClass',
];

/** One object of a document, with its path in it. */
export interface DocumentItem {
  readonly path: Path;
  readonly value: unknown;
}

/**
 * The objects of a document: itself, or the items of a `List`, at any depth. Items of a typed list (`PodList`, as the
 * API answers) have neither `kind` nor `apiVersion` of their own: they get those of the list.
 */
export function itemsOf(value: unknown, path: Path = []): DocumentItem[] {
  const kind = isObject(value) ? value['kind'] : undefined;
  const items = isObject(value) ? value['items'] : undefined;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return [{ path, value }];
  const own = kind.slice(0, -'List'.length);
  return items.flatMap((item: unknown, index) => {
    const typed =
      own !== '' && isObject(item) && item['kind'] === undefined
        ? { apiVersion: (value as JsonObject)['apiVersion'], kind: own, ...item }
        : item;
    return itemsOf(typed, [...path, 'items', index]);
  });
}

/** Kind, namespace and name, or undefined after a problem: every object needs a kind and a name. */
export function identify(reader: Reader, raw: unknown): NamedObject | undefined {
  const object = reader.object(raw, []);
  if (object === undefined) return raw === undefined || raw === null ? reader.problem([], EMPTY) : undefined;
  const kind = reader.text(object['kind'], ['kind']);
  const metadata = reader.object(object['metadata'], ['metadata']) ?? {};
  const name = reader.text(metadata['name'], ['metadata', 'name']);
  const namespace = reader.text(metadata['namespace'], ['metadata', 'namespace']) || 'default';
  if (kind === undefined || kind === '') return reader.problem(['kind'], 'an object needs a kind');
  if (name === undefined || name === '') {
    const isGenerated = typeof metadata['generateName'] === 'string';
    const message = isGenerated
      ? 'a generated name is not known before the object is created: write a name'
      : `a ${kind} needs a name`;
    return reader.problem(['metadata', 'name'], message);
  }
  return { kind, name, namespace: CLUSTER_KINDS.includes(kind) ? '' : namespace, object };
}

/** `identify` for an object that stands alone. */
export function identifyAlone(
  raw: unknown,
): { readonly value: NamedObject } | { readonly problems: readonly OptionsProblem[] } {
  const reader = new Reader();
  const value = identify(reader, raw);
  return value === undefined || reader.problems.length > 0 ? { problems: reader.problems } : { value };
}

const EMPTY = 'the list has an empty item';

/** `Pod default/web-1`, `Node a`: an object as messages name it. */
export function titleOf({ kind, namespace, name }: Omit<NamedObject, 'object'>): string {
  return namespace === '' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}
