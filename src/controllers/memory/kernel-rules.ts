import type { ClusterStore } from '../../model/cluster-store.ts';
import { TASK_END } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskLife } from '../task-life.ts';
import type { MemoryRules } from './memory-watch.ts';

/**
 * Memory where nobody but the kernel looks after it: on container instances of Amazon ECS, and on bare ones. A task whose
 * essential container is killed has stopped (`OutOfMemoryError: Container killed due to memory usage`). Tasks of services are
 * replaced; the work of a job that went over its own limit needs as much again, and fails (chosen), one that was killed because
 * its instance was full waits again. All containers have the score that Docker gives them, none. The system uses what the
 * instance has not registered (chosen). Source: Amazon ECS developer guide, stopped task error codes, task definition
 * parameters (memory)
 */
export function kernelRules(parts: {
  readonly store: ClusterStore;
  readonly life: Pick<TaskLife, 'end' | 'interrupt'>;
  /** Each task has a machine of its own. */
  readonly isAlone: boolean;
}): MemoryRules {
  const { store, life, isAlone } = parts;
  return {
    killed(task, cause) {
      const { groupKind } = store.classes[store.taskClass[task]!]!;
      if (cause === 'limit' && groupKind !== 'service') life.end(task, TASK_END.failed);
      else life.interrupt(task, false);
    },
    oomScoreAdj: () => 0,
    roomBytes: (slot) => (isAlone ? null : store.allocatable[LANE.memory]![slot]!),
  };
}
