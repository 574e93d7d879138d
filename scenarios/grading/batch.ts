import { canHost, defineStartTaskScheduler, takeRoom } from 'stowage';

/** At most this many a round: batch work comes second and may take its time. */
const MOST_PER_ROUND = 20;
/** CPU units that batch work leaves free on each instance, for the short tasks that a student waits for. */
const KEPT_CPU = 1024;

/** Batch work, packed tight, behind a reserve for near-line work. */
export default defineStartTaskScheduler({
  name: 'batch',
  create:
    () =>
    ({ instances, waiting }) =>
      waiting.slice(0, MOST_PER_ROUND).flatMap((task) => {
        const [instance] = instances
          .filter((each) => canHost(each, task) && each.remaining.cpu - task.amounts.cpu >= KEPT_CPU)
          .sort((a, b) => a.remaining.cpu - b.remaining.cpu);
        if (instance === undefined) return [];
        takeRoom(instance, task);
        return [{ task, instance }];
      }),
});
