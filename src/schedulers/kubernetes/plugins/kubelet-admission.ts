import type { Refusal } from '../../scheduler.ts';
import type { Plugin } from '../framework.ts';
import { keep, keepWithRoom } from '../room.ts';

export const KUBELET_ADMISSION = 'KubeletAdmission';
const REFUSAL: Refusal = {
  rule: KUBELET_ADMISSION,
  reasons: ['node(s) would not admit the pod'],
  resolvable: true,
};

/**
 * No plugin of kube-scheduler, but always the last filter here: what the instance itself would refuse. A profile with
 * filters switched off or resources ignored can bind a pod that the kubelet then rejects (`OutOfcpu`), and a pod may
 * tolerate the cordon of a node that is being drained. Simulated instances never hold more than they have and take
 * nothing while they drain, so such a node is refused before the pod is bound. Chosen; the real pod would fail and
 * its controller would make another one.
 */
export function kubeletAdmission(): Plugin {
  return {
    name: KUBELET_ADMISSION,
    filter: {
      dependsOn: 'tasks',
      passes: (pod, slot, { view }) => view.accepts[slot] === 1 && view.fits(slot, pod.taskClass),
      keepPassing({ taskClass }, slots, count, { view }) {
        const { accepts } = view;
        let left = keep(slots, count, (slot) => accepts[slot] === 1);
        left = keepWithRoom(taskClass, taskClass.requestedLanes, slots, left, view);
        if (taskClass.portClashBits.length === 0) return left;
        return keep(slots, left, (slot) => view.portsFit(slot, taskClass));
      },
      refusal: () => REFUSAL,
    },
  };
}
