import { canHost, defineStartTaskScheduler, takeRoom } from 'stowage';

/**
 * Near-line work first come, first served. Each task goes to the instance with the least CPU left that can take it, as
 * binpack would. Every scheduler that reads the same state and thinks alike wants the same instance: that is where they race.
 */
export default defineStartTaskScheduler({
  name: 'near-line',
  create:
    () =>
    ({ instances, waiting }) =>
      waiting.flatMap((task) => {
        const [instance] = instances
          .filter((each) => canHost(each, task))
          .sort((a, b) => a.remaining.cpu - b.remaining.cpu);
        if (instance === undefined) return [];
        takeRoom(instance, task);
        return [{ task, instance }];
      }),
});
