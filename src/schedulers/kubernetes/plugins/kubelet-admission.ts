import type { Column } from '../../../model/cluster-view.ts';
import type { Refusal } from '../../scheduler.ts';
import type { Plugin } from '../framework.ts';
import { keep } from '../room.ts';

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
 * its controller would make another one. `roomIsChecked`: filters before this one have seen to room and host ports.
 */
export function kubeletAdmission(roomIsChecked: boolean): Plugin {
  return {
    name: KUBELET_ADMISSION,
    filter: {
      dependsOn: 'tasks',
      looksAtAmountsAlone: () => roomIsChecked,
      passes: ({ taskClass }, slot, { view }) =>
        view.accepts[slot] === 1 && (roomIsChecked || view.fits(slot, taskClass)),
      keepPassing({ taskClass }, slots, count, { view }) {
        const left = keepAccepting(view.accepts, slots, count);
        return roomIsChecked ? left : keep(slots, left, (slot) => view.fits(slot, taskClass));
      },
      refusal: () => REFUSAL,
    },
  };
}

function keepAccepting(accepts: Column, slots: Int32Array, count: number): number {
  let left = 0;
  for (let i = 0; i < count; i++) {
    const slot = slots[i]!;
    if (accepts[slot] === 1) slots[left++] = slot;
  }
  return left;
}
