import { type ClusterView, definePolicy, LANE, type TaskClass } from 'stowage';

/**
 * Packs tight, but not everything together: near-real-time tasks go to instances that hold near-real-time tasks, batch
 * tasks to instances that hold batch tasks, the fullest of them first; an empty instance is taken before one of the
 * other kind. A wave of batch work then leaves whole instances behind, and the autoscaler can end them.
 */
export default definePolicy({
  name: 'pack-by-kind',
  summary: 'Fullest instance of the same kind of work, then an empty one, then any.',
  score(view, slot, taskClass) {
    const requested = view.requested[LANE.cpu]![slot]!;
    const fullness = requested / view.allocatable[LANE.cpu]![slot]!;
    if (requested === 0) return 1;
    return holdsSameKind(view, slot, taskClass) ? 2 + fullness : fullness;
  },
});

function holdsSameKind(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  const resident = view.classes[view.taskClass[view.firstTask[slot]!]!]!;
  return resident.priority === taskClass.priority;
}
