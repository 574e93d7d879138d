import type { TaskClass } from '../../model/task-class.ts';
import type { Path, Reader } from './reader.ts';
import { isSatisfied, type Requirement, readLabelSelector } from './requirement.ts';

/** Pods that a term is about: those of one task group, or those with fitting labels in fitting namespaces. */
export type TermPods =
  | { readonly kind: 'group'; readonly groupId: number }
  | {
      readonly kind: 'labels';
      readonly namespaces: readonly string[];
      /** On the labels of the namespace, beside `namespaces`. null: a nil selector, which selects none. */
      readonly namespaceSelector: readonly Requirement[] | null;
      /** On the labels of the pod. null: a nil selector, which selects none. */
      readonly requirements: readonly Requirement[] | null;
    };

/** Such pods in the same domain of a label: wanted with affinity, not wanted with anti-affinity. */
export interface PodTerm {
  readonly topologyKey: string;
  readonly pods: TermPods;
}

export interface WeightedPodTerm extends PodTerm {
  readonly weight: number;
}

/** `podAffinity` or `podAntiAffinity` of a pod. */
export interface PodAffinity {
  readonly required: readonly PodTerm[];
  readonly preferred: readonly WeightedPodTerm[];
}

export const NO_POD_AFFINITY: PodAffinity = { required: [], preferred: [] };

/** Labels of the namespaces that exist, by name. */
export type Namespaces = ReadonlyMap<string, ReadonlyMap<string, string>>;

const NO_LABELS: ReadonlyMap<string, string> = new Map();

/** Does a term of a pod on a node select the incoming pod? An unknown namespace has no labels. */
export function selectsIncoming({ pods }: PodTerm, incoming: TaskClass, namespaces: Namespaces): boolean {
  if (pods.kind === 'group') return pods.groupId === incoming.groupId;
  const { namespace } = incoming;
  return (
    (pods.namespaces.includes(namespace) ||
      matches(pods.namespaceSelector, namespaces.get(namespace) ?? NO_LABELS)) &&
    matches(pods.requirements, incoming.labels)
  );
}

/**
 * Does a term of the incoming pod select a pod on a node? kube-scheduler looks its namespace selector up in the list of
 * namespaces, and afterwards asks it once more as if no namespace had labels: a selector of NotIn and DoesNotExist
 * alone selects pods of every namespace.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/interpodaffinity/plugin.go
 * (mergeAffinityTermNamespacesIfNotEmpty), filtering.go
 */
export function selectsExisting({ pods }: PodTerm, existing: TaskClass, namespaces: Namespaces): boolean {
  if (pods.kind === 'group') return pods.groupId === existing.groupId;
  const { namespace } = existing;
  const labels = namespaces.get(namespace);
  return (
    (pods.namespaces.includes(namespace) ||
      (labels !== undefined && matches(pods.namespaceSelector, labels)) ||
      matches(pods.namespaceSelector, NO_LABELS)) &&
    matches(pods.requirements, existing.labels)
  );
}

function matches(selector: readonly Requirement[] | null, labels: ReadonlyMap<string, string>): boolean {
  if (selector === null) return false;
  for (const requirement of selector) {
    if (!isSatisfied(requirement, labels.get(requirement.key))) return false;
  }
  return true;
}

/** What the terms of a pod refer to when they name no namespace, or labels of the pod itself. */
interface Owner {
  readonly namespace: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** The API object `podAffinity` or `podAntiAffinity`. */
export function readPodAffinity(reader: Reader, raw: unknown, path: Path, owner: Owner): PodAffinity {
  const object = reader.object(raw, path);
  if (object === undefined) return NO_POD_AFFINITY;
  const requiredKey = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferredKey = 'preferredDuringSchedulingIgnoredDuringExecution';
  return {
    required: reader.list(object[requiredKey], [...path, requiredKey], (item, at) =>
      readTerm(reader, item, at, owner),
    ),
    preferred: reader.list(object[preferredKey], [...path, preferredKey], (item, at) => {
      const entry = reader.object(item, at) ?? {};
      const weight = reader.integer(entry['weight'], [...at, 'weight'], 1, 100);
      const term = readTerm(reader, entry['podAffinityTerm'], [...at, 'podAffinityTerm'], owner);
      if (weight === undefined) return reader.problem([...at, 'weight'], 'a weight from 1 to 100 is missing');
      return term && { ...term, weight };
    }),
  };
}

/**
 * `matchLabelKeys` and `mismatchLabelKeys` become conditions of the selector, as the API server makes them when it
 * stores the pod; on a pod that it has stored already this changes nothing.
 */
function readTerm(reader: Reader, raw: unknown, path: Path, owner: Owner): PodTerm | undefined {
  const term = reader.object(raw, path) ?? {};
  const topologyKey = reader.text(term['topologyKey'], [...path, 'topologyKey']) ?? '';
  if (topologyKey === '') return reader.problem([...path, 'topologyKey'], 'a topology key is missing');
  const names = (key: string) => reader.list(term[key], [...path, key], (item, at) => reader.text(item, at));
  const selector = (key: string) => readLabelSelector(reader, term[key], [...path, key]) ?? null;
  const ownLabels = (keys: readonly string[], operator: 'In' | 'NotIn'): Requirement[] =>
    keys.flatMap((key) => {
      const value = owner.labels.get(key);
      return value === undefined ? [] : [{ key, operator, values: [value] }];
    });
  const namespaces = names('namespaces');
  const namespaceSelector = selector('namespaceSelector');
  const requirements = selector('labelSelector');
  return {
    topologyKey,
    pods: {
      kind: 'labels',
      namespaces: namespaces.length === 0 && namespaceSelector === null ? [owner.namespace] : namespaces,
      namespaceSelector,
      requirements: requirements && [
        ...requirements,
        ...ownLabels(names('matchLabelKeys'), 'In'),
        ...ownLabels(names('mismatchLabelKeys'), 'NotIn'),
      ],
    },
  };
}
