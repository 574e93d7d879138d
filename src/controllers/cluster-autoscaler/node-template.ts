import type { NewInstance } from '../../model/cluster-store.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { ClusterSnapshot } from './cluster-snapshot.ts';

/** A node that a group would launch. */
export interface NodeTemplate {
  readonly shape: InstanceShape;
  readonly instance: NewInstance;
  /** Those of the DaemonSets that run on every such node. */
  readonly daemons: readonly TaskClass[];
}

/** A new node in the snapshot, with its daemons as far as they have room; returns its slot. */
export function addTemplateNode(snapshot: ClusterSnapshot, { instance, daemons }: NodeTemplate): number {
  const name = `template-node-${snapshot.order.length}`;
  const slot = snapshot.addNode({ ...instance, name });
  addDaemons(snapshot, slot, daemons);
  return slot;
}

/** They are there before any other pod, whatever filters say. */
export function addDaemons(snapshot: ClusterSnapshot, slot: number, daemons: readonly TaskClass[]): void {
  for (const daemon of daemons) {
    if (snapshot.store.fits(slot, daemon)) snapshot.put(snapshot.addPod(daemon.id), slot);
  }
}
