import { type ClusterView, INSTANCE_STATE, type InstanceShape } from '../../model/cluster-view.ts';
import { HOSTNAME_LABEL, ZONE_LABEL } from './pod.ts';
import type { NodeAttributes } from './node-selector.ts';

/** The attributes of one node after the other: set `slot`, then read. */
export class SlotAttributes implements NodeAttributes {
  readonly #view: ClusterView;
  slot = 0;

  constructor(view: ClusterView) {
    this.#view = view;
  }

  get name(): string {
    return this.#view.instanceName(this.slot);
  }

  label(key: string): string | undefined {
    return this.#view.label(this.slot, key);
  }

  get taints(): NodeAttributes['taints'] {
    return this.#view.taints(this.slot);
  }

  /** A draining instance is a cordoned node. */
  get unschedulable(): boolean {
    const { state, shapes, shapeOf } = this.#view;
    return (
      state[this.slot] === INSTANCE_STATE.draining || shapes[shapeOf[this.slot]!]!.unschedulable === true
    );
  }
}

/** A node that would come up in `zone` with this shape. Its name is not known yet; host name labels are names. */
export function shapeAttributes(shape: InstanceShape, zone: string): NodeAttributes {
  return {
    name: '',
    label: (key) =>
      shape.labels.get(key) ?? (key === ZONE_LABEL ? zone : key === HOSTNAME_LABEL ? '' : undefined),
    taints: shape.taints,
    unschedulable: shape.unschedulable === true,
  };
}
