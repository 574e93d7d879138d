import type { ApiObject } from '../../../model/plan.ts';
import { isObject, type JsonObject, objectAt, type Reader } from '../reader.ts';

/** A PriorityClass as admission uses it. */
export interface PriorityClass {
  readonly value: number;
  readonly globalDefault: boolean;
  readonly preemptionPolicy: string | undefined;
}

/** Those that every cluster has. Source: kubernetes v1.36.2 pkg/apis/scheduling/helpers.go, systemPriorityClasses */
export const SYSTEM_PRIORITY_CLASSES: ReadonlyMap<string, PriorityClass> = new Map([
  ['system-cluster-critical', { value: 2_000_000_000, globalDefault: false, preemptionPolicy: undefined }],
  ['system-node-critical', { value: 2_000_001_000, globalDefault: false, preemptionPolicy: undefined }],
]);

/** Nodes that are lost for less than this keep their pods. */
const TOLERATION_SECONDS = 300;
const LOST_NODE_TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'] as const;

/**
 * The pod after the admission plugins that are on by default and matter to placement: its priority and preemption
 * policy, and the tolerations for nodes that have just been lost. Pods that the server has stored already have all of
 * it, and stay as they are. An unknown priority class is a problem, as the server would refuse the pod.
 * Source: kubernetes v1.36.2 plugin/pkg/admission/{priority,defaulttolerationseconds}/admission.go
 */
export function admittedPod(
  reader: Reader,
  pod: ApiObject,
  classes: ReadonlyMap<string, PriorityClass>,
): ApiObject {
  const spec = objectAt(pod, 'spec');
  return { ...pod, spec: withTolerations(withPriority(reader, spec, classes)) };
}

function withPriority(
  reader: Reader,
  spec: JsonObject,
  classes: ReadonlyMap<string, PriorityClass>,
): JsonObject {
  if (spec['priority'] !== undefined) return spec;
  const name = reader.text(spec['priorityClassName'], ['spec', 'priorityClassName']) ?? '';
  const found =
    name === '' ? globalDefault(classes) : (classes.get(name) ?? SYSTEM_PRIORITY_CLASSES.get(name));
  if (found === undefined) {
    if (name === '') return spec;
    const known = [...classes.keys(), ...SYSTEM_PRIORITY_CLASSES.keys()];
    const message = `no PriorityClass with name ${name} was found`;
    return reader.problem(['spec', 'priorityClassName'], message, known) ?? spec;
  }
  const policy = spec['preemptionPolicy'] ?? found.preemptionPolicy;
  return {
    ...spec,
    priority: found.value,
    ...(policy === undefined ? {} : { preemptionPolicy: policy }),
  };
}

/** Of several defaults the one with the lowest value; of equal ones the first. */
function globalDefault(classes: ReadonlyMap<string, PriorityClass>): PriorityClass | undefined {
  let lowest: PriorityClass | undefined;
  for (const one of classes.values()) {
    if (one.globalDefault && (lowest === undefined || one.value < lowest.value)) lowest = one;
  }
  return lowest;
}

function withTolerations(spec: JsonObject): JsonObject {
  const given: unknown = spec['tolerations'] ?? [];
  if (!Array.isArray(given)) return spec;
  const covers = (key: string) =>
    given.some(
      (one: unknown) =>
        isObject(one) &&
        [key, '', undefined].includes(one['key'] as string | undefined) &&
        ['NoExecute', '', undefined].includes(one['effect'] as string | undefined),
    );
  const added = LOST_NODE_TAINTS.filter((key) => !covers(key)).map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: TOLERATION_SECONDS,
  }));
  return added.length === 0 ? spec : { ...spec, tolerations: [...given, ...added] };
}
