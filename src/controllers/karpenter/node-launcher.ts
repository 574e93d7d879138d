import type { Kernel } from '../../kernel/kernel.ts';
import { MINUTE } from '../../units.ts';
import type { Fleet } from '../fleet.ts';
import type { Replacement } from './consolidation.ts';
import { launchRequest } from './launch.ts';
import type { NodePool } from './node-pool.ts';

/** An offering without capacity is not tried again for so long. Source: karpenter-provider-aws v1.14 pkg/cache/cache.go */
const SHORTAGE_MS = 3 * MINUTE;

export interface NodeLauncherOptions {
  readonly kernel: Kernel;
  readonly fleet: Fleet;
  /** By index of the fleet's groups; null: nodes of no pool. */
  readonly poolOf: readonly (NodePool | null)[];
}

/** Asks EC2 for nodes, and remembers for a while what was not to be had. */
export class NodeLauncher {
  readonly #options: NodeLauncherOptions;
  /** `group/type/zone`: until when nothing is to be had there. */
  readonly #shortUntilMs = new Map<string, number>();

  constructor(options: NodeLauncherOptions) {
    this.#options = options;
  }

  isShort(group: number, type: string, zone: string): boolean {
    return (this.#shortUntilMs.get(`${group}/${type}/${zone}`) ?? 0) > this.#options.kernel.nowMs;
  }

  /** The slot of the node; -1 when none of the offerings is to be had. */
  launch(replacement: Replacement): number {
    const { fleet, poolOf, kernel } = this.#options;
    const request = launchRequest(replacement);
    if (request === null) return -1;
    const { capacityType, types, willDo } = request;
    const poolName = replacement.claim.template.pool.name;
    const groups = fleet.groups.flatMap(({ spot }, index) => {
      const isOfKind = (spot !== undefined) === (capacityType === 'spot');
      return isOfKind && poolOf[index]?.name === poolName ? [index] : [];
    });
    // Spot: the group's allocation strategy chooses among all of them. On-Demand: the cheapest type.
    const choices = capacityType === 'spot' ? [types] : types.map((type) => [type]);
    for (const choice of choices) {
      const names = new Set(choice.map(({ name }) => name));
      for (const group of groups) {
        const { size, types: ofGroup } = fleet.groups[group]!;
        if (fleet.alive(group) >= size.max || !ofGroup.some((name) => names.has(name))) continue;
        const slot = fleet.launchFor(
          group,
          (type, zone) => names.has(type) && willDo(type, zone) && fleet.isOpen(zone),
        );
        if (slot >= 0) return slot;
        for (const { name, offerings } of choice) {
          for (const { zone } of offerings) {
            this.#shortUntilMs.set(`${group}/${name}/${zone}`, kernel.nowMs + SHORTAGE_MS);
          }
        }
      }
    }
    return -1;
  }
}
