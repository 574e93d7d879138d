import { isObject, type JsonObject, objectAt } from '../reader.ts';
import type { NamedObject } from './api-object.ts';

/** The controller that made a pod. */
export interface Controller {
  readonly kind: string;
  readonly name: string;
}

/** The owner that is marked as the controller, if the pod has one. */
export function controllerOf(pod: JsonObject): Controller | undefined {
  const owners = objectAt(pod, 'metadata')['ownerReferences'];
  if (!Array.isArray(owners)) return undefined;
  const owner = owners.find((one: unknown) => isObject(one) && one['controller'] === true) as
    | JsonObject
    | undefined;
  return owner === undefined ? undefined : { kind: String(owner['kind']), name: String(owner['name']) };
}

/**
 * Pods that belong together in results: those of one controller, and of all revisions of a Deployment, whose replica
 * sets are named after it with a hash at the end. A mirror pod is named after its node at the end.
 */
export function groupOf({ namespace, name, object }: NamedObject, owner: Controller | undefined): string {
  if (owner === undefined) return `${namespace}/${name}`;
  const without = (text: string, suffix: string) =>
    suffix.length > 1 && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
  if (owner.kind === 'Node') return `${namespace}/${without(name, `-${owner.name}`)}`;
  const hash = objectAt(objectAt(object, 'metadata'), 'labels')['pod-template-hash'];
  return `${namespace}/${owner.kind === 'ReplicaSet' ? without(owner.name, `-${String(hash ?? '')}`) : owner.name}`;
}

/** Controllers whose selectors default spreading looks at. */
const SPREADING = ['ReplicationController', 'ReplicaSet', 'StatefulSet'] as const;
/** Labels that tell pods of one controller apart: no selector is about them. */
const OWN_LABELS = [
  'apps.kubernetes.io/pod-index',
  'controller-revision-hash',
  'statefulset.kubernetes.io/pod-name',
];

/**
 * Which label selectors select a pod, for default spreading: those of all Services of its namespace, and of its own
 * controller. A controller that the manifests do not hold is taken to select by all labels of the pod (chosen).
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/helper/spread.go, DefaultSelector
 */
export class PodSelectors {
  /** By namespace. */
  readonly #services = new Map<string, JsonObject[]>();
  /** By kind, namespace and name. */
  readonly #controllers = new Map<string, unknown>();

  constructor(objects: readonly NamedObject[]) {
    for (const { kind, namespace, name, object } of objects) {
      const selector = objectAt(object, 'spec')['selector'];
      if (kind === 'Service') {
        const matchLabels = objectAt(objectAt(object, 'spec'), 'selector');
        const services = this.#services.get(namespace) ?? [];
        // A Service without a selector selects nothing.
        if (Object.keys(matchLabels).length > 0) services.push(matchLabels);
        this.#services.set(namespace, services);
      } else if (SPREADING.some((one) => one === kind)) {
        const isOld = kind === 'ReplicationController';
        this.#controllers.set(`${kind} ${namespace}/${name}`, isOld ? { matchLabels: selector } : selector);
      }
    }
  }

  /** API label selectors, all of which must hold. */
  of(pod: JsonObject, namespace: string): unknown[] {
    const labels = objectAt(objectAt(pod, 'metadata'), 'labels');
    const selects = (selector: JsonObject) =>
      Object.entries(selector).every(([key, value]) => labels[key] === value);
    const services = (this.#services.get(namespace) ?? []).filter(selects);
    const owner = controllerOf(pod);
    if (owner === undefined || !SPREADING.some((kind) => kind === owner.kind)) {
      return services.map((matchLabels) => ({ matchLabels }));
    }
    const known = this.#controllers.get(`${owner.kind} ${namespace}/${owner.name}`);
    const shared = Object.entries(labels).filter(([key]) => !OWN_LABELS.includes(key));
    const own = known ?? (shared.length === 0 ? undefined : { matchLabels: Object.fromEntries(shared) });
    return [...services.map((matchLabels) => ({ matchLabels })), ...(own === undefined ? [] : [own])];
  }
}
