import { formatPath, type Path } from './locate.ts';

/** Lists whose entries people know by a name, and what such an entry is called. */
const ENTRIES: readonly (readonly [prefix: readonly string[], noun: string])[] = [
  [['workload', 'services'], 'service'],
  [['workload', 'daemons'], 'daemon'],
  [['workload', 'jobs'], 'job'],
  [['workload', 'traces'], 'trace'],
  [['workload', 'distributions'], 'distribution'],
  [['templates'], 'template'],
  [['types'], 'instance type'],
  [['fleet'], 'instance group'],
  [['platforms'], 'platform'],
];

/**
 * A path in words: `service "web"`, `size.min of instance group "general"`, `the scenario`. `root` is the value of
 * the whole document, which knows the names.
 */
export function placeOf(path: Path, root: unknown): string {
  const known = ENTRIES.find(
    ([prefix]) => path.length > prefix.length && prefix.every((segment, index) => path[index] === segment),
  );
  if (known === undefined) return path.length === 0 ? 'the scenario' : formatPath(path);
  const [prefix, noun] = known;
  const depth = prefix.length + 1;
  const entry = named(noun, path.slice(0, depth), root);
  const rest = path.slice(depth);
  if (prefix[0] === 'platforms' && rest[0] === 'fleet' && rest.length > 1) {
    const group = `${named('instance group', path.slice(0, depth + 2), root)} of ${entry}`;
    return rest.length === 2 ? group : `${formatPath(rest.slice(2))} of ${group}`;
  }
  return rest.length === 0 ? entry : `${formatPath(rest)} of ${entry}`;
}

function named(noun: string, path: Path, root: unknown): string {
  const last = path[path.length - 1]!;
  if (typeof last === 'string') return `${noun} ${shown(last)}`;
  const name = valueAt(valueAt(root, path), ['name']);
  return typeof name === 'string' ? `${noun} ${shown(name)}` : `${noun} number ${last + 1}`;
}

/** The value at `path` below `root`, or undefined. Own properties only. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined;
    value = (value as Record<string | number, unknown>)[segment];
  }
  return value;
}

/** A value as it may stand in a message: quoted, short, never a whole structure. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= 80 ? text : `${text.slice(0, 76)}..."`;
}
