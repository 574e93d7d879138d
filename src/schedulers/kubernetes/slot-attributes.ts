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

  /** A cordoned node has the taint of its cordon: spreading that honours taints does not count it. */
  get taints(): NodeAttributes['taints'] {
    const taints = this.#view.taints(this.slot);
    return this.#isDraining ? [...taints, CORDON_TAINT] : taints;
  }

  /** A draining instance is a cordoned node. */
  get unschedulable(): boolean {
    const { shapes, shapeOf } = this.#view;
    return this.#isDraining || shapes[shapeOf[this.slot]!]!.unschedulable === true;
  }

  get #isDraining(): boolean {
    return this.#view.state[this.slot] === INSTANCE_STATE.draining;
  }
}

/** Source: kubernetes v1.36.2 pkg/controller/nodelifecycle/node_lifecycle_controller.go, doNoScheduleTaintingPass */
const CORDON_TAINT = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' } as const;

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
