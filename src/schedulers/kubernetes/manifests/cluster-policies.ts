import type { JsonObject, Reader } from '../reader.ts';
import { objectAt } from '../reader.ts';
import { readLabelSelector, type Requirement } from '../requirement.ts';
import type { NamedObject } from './api-object.ts';
import type { PriorityClass } from './pod-admission.ts';

/** A PodDisruptionBudget as it is written; what it allows at a time depends on the pods that are there. */
export interface NamedBudget {
  readonly namespace: string;
  readonly name: string;
  /** null or empty: no pod. */
  readonly selector: readonly Requirement[] | null;
  /** Exactly one of the two is not null. */
  readonly minAvailable: Bound | null;
  readonly maxUnavailable: Bound | null;
  /** `unhealthyPodEvictionPolicy`: may pods that run without being ready go without the budget? */
  readonly unhealthyPods: 'IfHealthyBudget' | 'AlwaysAllow';
}

/** Pods, or percent of the expected pods. */
export type Bound = { readonly pods: number } | { readonly percent: number };

const LARGEST = 2 ** 31 - 1;
/** Higher values are those of the system. Source: kubernetes v1.36.2 pkg/apis/scheduling/types.go */
const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** A PriorityClass, scheduling.k8s.io/v1. */
export function priorityClassFrom(reader: Reader, object: JsonObject): PriorityClass {
  const value = reader.integer(object['value'], ['value'], -(2 ** 31), LARGEST);
  const name = String(objectAt(object, 'metadata')['name']);
  if (value === undefined && object['value'] === undefined)
    reader.problem(['value'], 'a PriorityClass needs a value');
  if (value !== undefined && value > HIGHEST_USER_PRIORITY && !name.startsWith('system-')) {
    reader.problem(['value'], `the highest priority of a class is ${HIGHEST_USER_PRIORITY}`);
  }
  return {
    value: value ?? 0,
    globalDefault: object['globalDefault'] === true,
    preemptionPolicy: reader.oneOf(object['preemptionPolicy'], ['preemptionPolicy'], [
      'Never',
      'PreemptLowerPriority',
    ] as const),
  };
}

/** A PodDisruptionBudget, policy/v1. Undefined after a problem. */
export function budgetFrom(
  reader: Reader,
  { namespace, name, object }: NamedObject,
): NamedBudget | undefined {
  const spec = objectAt(object, 'spec');
  const selector = readLabelSelector(reader, spec['selector'], ['spec', 'selector']) ?? null;
  const minAvailable = readBound(reader, spec, 'minAvailable');
  const maxUnavailable = readBound(reader, spec, 'maxUnavailable');
  if (minAvailable !== null && maxUnavailable !== null) {
    return reader.problem(['spec', 'maxUnavailable'], 'minAvailable and maxUnavailable exclude each other');
  }
  // The server's default: nothing is demanded.
  const isSilent = minAvailable === null && maxUnavailable === null;
  const unhealthyPods =
    reader.oneOf(spec['unhealthyPodEvictionPolicy'], ['spec', 'unhealthyPodEvictionPolicy'], [
      'IfHealthyBudget',
      'AlwaysAllow',
    ] as const) ?? 'IfHealthyBudget';
  return {
    namespace,
    name,
    selector,
    minAvailable: isSilent ? { pods: 0 } : minAvailable,
    maxUnavailable,
    unhealthyPods,
  };
}

function readBound(reader: Reader, spec: JsonObject, key: string): Bound | null {
  const raw = spec[key];
  if (raw === undefined || raw === null) return null;
  const percent = typeof raw === 'string' ? /^(\d{1,3})%$/.exec(raw)?.[1] : undefined;
  if (percent !== undefined && Number(percent) <= 100) return { percent: Number(percent) };
  if (typeof raw === 'number' && Number.isInteger(raw) && raw >= 0 && raw <= LARGEST) return { pods: raw };
  return (
    reader.problem(['spec', key], `'${String(raw)}' is neither a number of pods nor a percentage`) ?? null
  );
}
