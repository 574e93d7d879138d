import type { JsonObject, Path, Reader } from './reader.ts';

/** One condition on one label: the common ground of label selectors and node selectors. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** In, NotIn: at least one. Gt, Lt: one non-negative integer. Exists, DoesNotExist: none. */
  readonly values: readonly string[];
}

const LABEL_OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const;
const NODE_OPERATORS = [...LABEL_OPERATORS, 'Gt', 'Lt'] as const;
export type Operator = (typeof NODE_OPERATORS)[number];

const INT64_MAX = 2n ** 63n - 1n;

/**
 * Does the label value satisfy the requirement? `undefined`: the label is missing, which NotIn and DoesNotExist accept.
 * Gt and Lt compare base-10 64-bit integers; a label that is none never matches.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/apimachinery/pkg/labels/selector.go
 */
export function isSatisfied(requirement: Requirement, value: string | undefined): boolean {
  const { operator, values } = requirement;
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      const left = value === undefined ? undefined : parseInt64(value);
      const right = parseInt64(values[0]!);
      if (left === undefined || right === undefined) return false;
      return operator === 'Gt' ? left > right : left < right;
    }
  }
}

function parseInt64(text: string): bigint | undefined {
  if (!/^[+-]?\d{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.replace('+', ''));
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : value;
}

/** A `matchExpressions` list; `forNodes` also allows Gt and Lt. */
export function readRequirements(reader: Reader, raw: unknown, path: Path, forNodes: boolean): Requirement[] {
  return reader.list(raw, path, (item, itemPath) => {
    const object = reader.object(item, itemPath);
    if (object === undefined) return undefined;
    const key = reader.text(object['key'], [...itemPath, 'key']);
    const operators: readonly Operator[] = forNodes ? NODE_OPERATORS : LABEL_OPERATORS;
    const operator = reader.oneOf(object['operator'], [...itemPath, 'operator'], operators);
    const values = reader.list(object['values'], [...itemPath, 'values'], (value, at) =>
      reader.text(value, at),
    );
    if (key === undefined || operator === undefined) {
      return reader.problem(itemPath, 'needs a key and an operator');
    }
    const fault = valuesFault(operator, values);
    return fault === null
      ? { key, operator, values }
      : reader.problem([...itemPath, 'values'], `${operator} ${fault}`);
  });
}

function valuesFault(operator: Operator, values: readonly string[]): string | null {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? null : 'needs at least one value';
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0 ? null : 'takes no values';
    case 'Gt':
    case 'Lt':
      return values.length === 1 && /^\d+$/.test(values[0]!) ? null : 'needs one non-negative integer';
  }
}

/**
 * A label selector as one list of requirements, `matchLabels` first. Undefined when absent: such a selector selects
 * nothing, while an empty one (`{}`) selects everything.
 */
export function readLabelSelector(reader: Reader, raw: unknown, path: Path): Requirement[] | undefined {
  const object: JsonObject | undefined = reader.object(raw, path);
  if (object === undefined) return undefined;
  const labels = reader.texts(object['matchLabels'], [...path, 'matchLabels']) ?? new Map<string, string>();
  return [
    ...equalities(labels),
    ...readRequirements(reader, object['matchExpressions'], [...path, 'matchExpressions'], false),
  ];
}

/** Labels as requirements: each key must have exactly its value. */
export function equalities(labels: ReadonlyMap<string, string>): Requirement[] {
  return [...labels].map(([key, value]) => ({ key, operator: 'In', values: [value] }));
}
