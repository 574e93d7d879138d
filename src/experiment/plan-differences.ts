/** Where two plans differ: the path in the scenario, and what stands there; undefined: nothing. */
export interface PlanDifference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * Every place at which two plans, as plain data, are not equal, in the order of the first. Lists are compared place by
 * place; those of named things (platforms, services, fleet groups) by name.
 */
export function planDifferences(before: unknown, after: unknown, path = ''): PlanDifference[] {
  if (Object.is(before, after)) return [];
  const [ours, theirs] = [entriesOf(before), entriesOf(after)];
  if (ours === null || theirs === null || Array.isArray(before) !== Array.isArray(after))
    return [{ path, before, after }];
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])];
  return keys.flatMap((key) =>
    planDifferences(ours.get(key), theirs.get(key), `${path}${key}`.replace(/^\./, '')),
  );
}

/** By step of the path: `.key`, `[0]`, or `[name]`. Null for what holds nothing. */
function entriesOf(value: unknown): Map<string, unknown> | null {
  if (typeof value !== 'object' || value === null) return null;
  if (!Array.isArray(value)) return new Map(Object.entries(value).map(([key, entry]) => [`.${key}`, entry]));
  const names = value.map((entry) => (entry as { readonly name?: unknown } | null)?.name);
  const areNamed = names.every((name) => typeof name === 'string') && new Set(names).size === names.length;
  return new Map(value.map((entry, index) => [areNamed ? `[${String(names[index])}]` : `[${index}]`, entry]));
}
