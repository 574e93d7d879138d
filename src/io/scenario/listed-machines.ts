import type { FleetGroup } from '../../model/plan.ts';

/** What of an instance group says which machines there are. */
export type Machines = Pick<
  FleetGroup,
  'types' | 'zones' | 'size' | 'instances' | 'nodes' | 'containerInstances'
>;

/** A group of machines with names of their own. */
export function listedMachines(instances: FleetGroup['instances']): Machines {
  const count = instances.length;
  return {
    types: [...new Set(instances.map(({ type }) => type))],
    zones: [...new Set(instances.map(({ zone }) => zone))],
    size: { min: count, max: count, initial: count },
    instances,
  };
}
