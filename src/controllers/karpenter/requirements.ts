import type { NodeSelectorTerm } from '../../schedulers/kubernetes/node-selector.ts';
import { intersection, intersects, operatorOf, type Requirement, requirement } from './requirement.ts';

/** Requirements by label: all of them hold at once. A label without one may have any value, or be missing. */
export type Requirements = ReadonlyMap<string, Requirement>;

export const NO_REQUIREMENTS: Requirements = new Map();

/** Labels that Karpenter itself knows on every node. Source: karpenter v1.14.1 pkg/apis/v1/labels.go */
export const WELL_KNOWN_LABELS: ReadonlySet<string> = new Set([
  'karpenter.sh/nodepool',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/arch',
  'kubernetes.io/os',
  'karpenter.sh/capacity-type',
  'node.kubernetes.io/windows-build',
]);

/** Adds to `base` what narrows it further; a new set. */
export function combined(base: Requirements, added: Iterable<Requirement>): Requirements {
  const result = new Map(base);
  for (const one of added) {
    const known = result.get(one.key);
    result.set(one.key, known === undefined ? one : intersection(one, known));
  }
  return result;
}

/** Every label has exactly its value. */
export function labelRequirements(labels: ReadonlyMap<string, string>): Requirements {
  return combined(
    NO_REQUIREMENTS,
    [...labels].map(([key, value]) => requirement(key, 'In', [value])),
  );
}

const KNOWN_REQUIREMENTS = new WeakMap<ReadonlyMap<string, string>, Requirements>();

/** The same, and the same object for the same labels: a node is looked at in many simulations. */
export function nodeRequirements(labels: ReadonlyMap<string, string>): Requirements {
  const known = KNOWN_REQUIREMENTS.get(labels) ?? labelRequirements(labels);
  KNOWN_REQUIREMENTS.set(labels, known);
  return known;
}

/** The label conditions of a term; Karpenter does not look at its `matchFields`. */
export function termRequirements({ labels }: NodeSelectorTerm): Requirement[] {
  return labels.map(({ key, operator, values }) => requirement(key, operator, values));
}

/**
 * Can `wanted` be met by something that has `offered`? A label that is neither offered nor in `allowUndefined` can
 * only be wanted away (NotIn, DoesNotExist); all others must have a value in common.
 * Source: karpenter v1.14.1 pkg/scheduling/requirements.go, Compatible
 */
export function isCompatible(
  offered: Requirements,
  wanted: Requirements,
  allowUndefined: ReadonlySet<string> | null = null,
): boolean {
  for (const [key, one] of wanted) {
    if (offered.has(key) || allowUndefined?.has(key) === true) continue;
    const operator = operatorOf(one);
    if (operator !== 'NotIn' && operator !== 'DoesNotExist') return false;
  }
  return haveCommonValues(offered, wanted);
}

/**
 * Has every label of both a value in common? Two that want it away agree even without one.
 * Source: karpenter v1.14.1 pkg/scheduling/requirements.go, Intersects
 */
export function haveCommonValues(a: Requirements, b: Requirements): boolean {
  const [fewer, more] = a.size <= b.size ? [a, b] : [b, a];
  for (const [key, one] of fewer) {
    const other = more.get(key);
    if (other === undefined || one === other || intersects(one, other)) continue;
    if (!isAbsence(one) || !isAbsence(other)) return false;
  }
  return true;
}

function isAbsence(one: Requirement): boolean {
  const operator = operatorOf(one);
  return operator === 'NotIn' || operator === 'DoesNotExist';
}

/** Does any of them ask for a number of different values? */
export function hasMinValues(requirements: Requirements): boolean {
  for (const { minValues } of requirements.values()) if (minValues !== null) return true;
  return false;
}
