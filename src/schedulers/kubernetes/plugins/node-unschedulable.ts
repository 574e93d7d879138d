import { isTolerated } from '../../../model/toleration.ts';
import type { Refusal } from '../../scheduler.ts';
import type { Plugin } from '../framework.ts';
import type { NodeAttributes } from '../node-selector.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';

const NAME = 'NodeUnschedulable';
const REFUSAL: Refusal = { rule: NAME, reasons: ['node(s) were unschedulable'], resolvable: false };
/** What kubectl cordon puts on a node beside `spec.unschedulable`; a pod that tolerates it passes. */
const TAINT = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' } as const;

/**
 * NodeUnschedulable: refuses cordoned nodes to pods that do not tolerate node.kubernetes.io/unschedulable:NoSchedule.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodeunschedulable/node_unschedulable.go
 */
export function nodeUnschedulable(): Plugin {
  return {
    name: NAME,
    sign: FRAGMENT.tolerations,
    filter: {
      dependsOn: 'attributes',
      check: (pod, node) => (passesCordon(pod, node) ? null : REFUSAL),
    },
  };
}

/** Is the node not cordoned, or does the pod not mind? */
export function passesCordon({ tolerations }: Pod, { unschedulable }: NodeAttributes): boolean {
  return !unschedulable || isTolerated(TAINT, tolerations);
}
