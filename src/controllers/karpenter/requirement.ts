/** `Gte` and `Lte` exist in Karpenter's own lists alone; the API of pods has `Gt` and `Lt`. */
export type RequirementOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt' | 'Gte' | 'Lte';

/**
 * Which values a label may have: exactly `values`, or (complement) all but them, and of those only integers within the
 * bounds when there are any. Immutable; the intersection of two is one again.
 * Source: karpenter v1.14.1 pkg/scheduling/requirement.go
 */
export interface Requirement {
  readonly key: string;
  readonly complement: boolean;
  readonly values: ReadonlySet<string>;
  /** Inclusive bounds, of complements alone; null: none. */
  readonly atLeast: number | null;
  readonly atMost: number | null;
  /** How many different values the instance types of a node claim must offer; null: any number. */
  readonly minValues: number | null;
}

/** What pods may call a well-known label by an older name. Source: karpenter v1.14.1 pkg/apis/v1/labels.go */
const CURRENT_NAMES: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

const NO_VALUES: ReadonlySet<string> = new Set();

/** One condition on one label. Gt and Lt become inclusive bounds; their one value is an integer. */
export function requirement(
  key: string,
  operator: RequirementOperator,
  values: readonly string[] = [],
  minValues: number | null = null,
): Requirement {
  const bound = Number(values[0]);
  const isListed = operator === 'In' || operator === 'NotIn';
  return {
    key: CURRENT_NAMES.get(key) ?? key,
    complement: operator !== 'In' && operator !== 'DoesNotExist',
    values: isListed ? new Set(values) : NO_VALUES,
    atLeast: operator === 'Gt' ? bound + 1 : operator === 'Gte' ? bound : null,
    atMost: operator === 'Lt' ? bound - 1 : operator === 'Lte' ? bound : null,
    minValues,
  };
}

/** Gt and Lt count as Exists here. */
export function operatorOf({ complement, values }: Requirement): 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' {
  if (complement) return values.size > 0 ? 'NotIn' : 'Exists';
  return values.size > 0 ? 'In' : 'DoesNotExist';
}

/** Is the value allowed? */
export function allows({ complement, values, atLeast, atMost }: Requirement, value: string): boolean {
  return values.has(value) !== complement && isWithin(value, atLeast, atMost);
}

/** What both allow; of two numbers of values, the larger. */
export function intersection(a: Requirement, b: Requirement): Requirement {
  const atLeast = larger(a.atLeast, b.atLeast);
  const atMost = smaller(a.atMost, b.atMost);
  const minValues = larger(a.minValues, b.minValues);
  if (atLeast !== null && atMost !== null && atLeast > atMost) {
    return requirement(a.key, 'DoesNotExist', [], minValues);
  }
  const complement = a.complement && b.complement;
  const listed = complement ? [...a.values, ...b.values] : concreteValues(a, b);
  const values = new Set(listed.filter((value) => isWithin(value, atLeast, atMost)));
  return {
    key: a.key,
    complement,
    values,
    atLeast: complement ? atLeast : null,
    atMost: complement ? atMost : null,
    minValues,
  };
}

function concreteValues(a: Requirement, b: Requirement): string[] {
  const [list, other] = a.complement ? [b, a] : [a, b];
  return [...list.values].filter((value) => other.values.has(value) !== other.complement);
}

/** Is there a value that both allow? Two complements always have one, unless their bounds exclude each other. */
export function intersects(a: Requirement, b: Requirement): boolean {
  const atLeast = larger(a.atLeast, b.atLeast);
  const atMost = smaller(a.atMost, b.atMost);
  if (atLeast !== null && atMost !== null && atLeast > atMost) return false;
  if (a.complement && b.complement) return true;
  const [list, other] = a.complement ? [b, a] : [a, b];
  for (const value of list.values) {
    if (other.values.has(value) !== other.complement && isWithin(value, atLeast, atMost)) return true;
  }
  return false;
}

/** As the API writes it: a claim's requirement with both bounds is two. Values in order. */
export function written(one: Requirement): readonly { operator: RequirementOperator; values: string[] }[] {
  const { atLeast, atMost } = one;
  if (atLeast === null && atMost === null) {
    return [{ operator: operatorOf(one), values: [...one.values].sort() }];
  }
  return [
    ...(atLeast === null ? [] : [{ operator: 'Gte' as const, values: [String(atLeast)] }]),
    ...(atMost === null ? [] : [{ operator: 'Lte' as const, values: [String(atMost)] }]),
  ];
}

/** With bounds, whatever is no integer is outside. */
function isWithin(value: string, atLeast: number | null, atMost: number | null): boolean {
  if (atLeast === null && atMost === null) return true;
  if (!/^[+-]?\d+$/.test(value)) return false;
  const number = Number(value);
  return (atLeast === null || number >= atLeast) && (atMost === null || number <= atMost);
}

function larger(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}

function smaller(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
