import type { TaskClassSpec } from '../../../src/model/task-class.ts';
import {
  kubernetesResourceTable,
  NONZERO_CPU,
  NONZERO_MEMORY,
} from '../../../src/schedulers/kubernetes/resource-names.ts';
import { MIB } from '../../../src/units.ts';
import type { LawOptions } from '../../support/laws.ts';
import { mayTakeNear } from './naive-affinity.ts';

export const resources = kubernetesResourceTable([]);

/** Silent tasks count 100m and 200 MiB, as platforms make the accounting lanes. */
export function withNonzeroRequests(spec: TaskClassSpec): TaskClassSpec {
  const requests = [...spec.requests];
  requests[resources.lane(NONZERO_CPU)] = requests[0]! || 100;
  requests[resources.lane(NONZERO_MEMORY)] = requests[1]! || 200 * MIB;
  return { ...spec, requests };
}

/** What all law suites of the scheduler have in common. */
export const laws: LawOptions = {
  resources,
  zoneLabel: 'topology.kubernetes.io/zone',
  nameLabel: 'kubernetes.io/hostname',
  dress: withNonzeroRequests,
  feasible: mayTakeNear,
  // The start index of the search moves on from decision to decision.
  memoryless: false,
  numRuns: 100,
};
