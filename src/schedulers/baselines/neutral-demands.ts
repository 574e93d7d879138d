import type { TaskClass } from '../../model/task-class.ts';
import type { ClassDemands } from '../candidates.ts';
import type { RoomQuestion } from '../room-index.ts';
import { toleratesTaints } from '../instance-rules.ts';

/**
 * The demands that every baseline honours, so that a neutral workload means the same to all of them: attributes
 * (`where`), taints that forbid placement, `distinctInstance`; room in all lanes, GPUs and host ports is checked
 * anyway. `spread` is a preference, which a pure packer has no place for: baselines do not honour it.
 */
export function neutralDemands({ wishes }: TaskClass, question: RoomQuestion | null): ClassDemands {
  const where = [...wishes.where].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    question,
    distinctInstance: wishes.distinctInstance,
    rule: {
      key: JSON.stringify([where, wishes.tolerations]),
      admits: (view, slot) =>
        where.every(([attribute, value]) => view.label(slot, attribute) === value) &&
        toleratesTaints(view.taints(slot), wishes.tolerations),
    },
  };
}
