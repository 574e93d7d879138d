import type { JsonObject, Path, Reader } from './reader.ts';
import { isSatisfied, type Requirement, readRequirements } from './requirement.ts';

/** What rules about labels, taints and names may look at: a node, or one that might be launched. */
export interface NodeAttributes {
  readonly name: string;
  label(key: string): string | undefined;
  readonly taints: readonly {
    readonly key: string;
    readonly value: string;
    readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  }[];
  /** Cordoned: `spec.unschedulable`. */
  readonly unschedulable: boolean;
}

/** All requirements of a term must hold; one without any matches no node. */
export interface NodeSelectorTerm {
  readonly labels: readonly Requirement[];
  /** On the field `metadata.name`; In and NotIn with one value each. */
  readonly names: readonly Requirement[];
}

export interface PreferredNodeTerm {
  readonly weight: number;
  readonly term: NodeSelectorTerm;
}

/** Affinity to nodes, of a pod or added by a plugin's arguments. */
export interface NodeAffinity {
  /** null: no required affinity. An empty list matches no node. */
  readonly required: readonly NodeSelectorTerm[] | null;
  readonly preferred: readonly PreferredNodeTerm[];
}

export const NO_NODE_AFFINITY: NodeAffinity = { required: null, preferred: [] };

/** Source: kubernetes v1.36.2 staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go */
export function matchesTerm(term: NodeSelectorTerm, node: NodeAttributes): boolean {
  if (term.labels.length === 0 && term.names.length === 0) return false;
  return (
    term.labels.every((requirement) => isSatisfied(requirement, node.label(requirement.key))) &&
    term.names.every((requirement) => isSatisfied(requirement, node.name))
  );
}

/** At least one term matches. */
export function matchesAnyTerm(terms: readonly NodeSelectorTerm[], node: NodeAttributes): boolean {
  return terms.some((term) => matchesTerm(term, node));
}

/** The API object `nodeAffinity`. */
export function readNodeAffinity(reader: Reader, raw: unknown, path: Path): NodeAffinity {
  const object = reader.object(raw, path);
  if (object === undefined) return NO_NODE_AFFINITY;
  const requiredKey = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferredKey = 'preferredDuringSchedulingIgnoredDuringExecution';
  const required = reader.object(object[requiredKey], [...path, requiredKey]);
  const preferred = reader.list(object[preferredKey], [...path, preferredKey], (item, at) => {
    const entry = reader.object(item, at) ?? {};
    const weight = reader.integer(entry['weight'], [...at, 'weight'], 0, 100) ?? 0;
    const term = readTerm(reader, entry['preference'], [...at, 'preference']);
    return { weight, term };
  });
  return {
    required: required === undefined ? null : readNodeSelector(reader, required, [...path, requiredKey]),
    preferred,
  };
}

/** The API object NodeSelector: `nodeSelectorTerms`. */
export function readNodeSelector(reader: Reader, object: JsonObject, path: Path): NodeSelectorTerm[] {
  return reader.list(object['nodeSelectorTerms'], [...path, 'nodeSelectorTerms'], (item, at) =>
    readTerm(reader, item, at),
  );
}

function readTerm(reader: Reader, raw: unknown, path: Path): NodeSelectorTerm {
  const object: JsonObject = reader.object(raw, path) ?? {};
  const names = readRequirements(reader, object['matchFields'], [...path, 'matchFields'], false);
  for (const { key, operator, values } of names) {
    if (key !== 'metadata.name' || values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) {
      reader.problem([...path, 'matchFields'], 'only metadata.name with In or NotIn and one value is known');
    }
  }
  return {
    labels: readRequirements(reader, object['matchExpressions'], [...path, 'matchExpressions'], true),
    names,
  };
}
