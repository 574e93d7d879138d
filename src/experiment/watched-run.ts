import { RandomStream } from '../kernel/random-streams.ts';
import type { Scheduler, DecisionInput, SchedulerDefinition } from '../schedulers/scheduler.ts';
import { ClusterRun, type ClusterRunInput } from './run/cluster-run.ts';

/** Told of every decision of a run. */
export interface DecisionWatch {
  /** Before it is made: nothing has changed yet, and nothing may be changed. `number` counts from 1. */
  before?(number: number, input: DecisionInput, scheduler: Scheduler): void;
  /** `draws`: random numbers that it spent; 0 where nobody knows. */
  after?(number: number, input: DecisionInput, slot: number, draws: number): void;
}

/** A run in which somebody looks over the scheduler's shoulder; it goes as it would alone. */
export function watchedRun(
  input: ClusterRunInput,
  watch: (run: () => ClusterRun) => DecisionWatch,
): ClusterRun {
  let number = 0;
  const watcher = watch(() => run);
  const { scheduler: definition } = input;
  const watched: SchedulerDefinition = {
    name: definition.name,
    summary: definition.summary,
    complete: (options) => definition.complete(options),
    readOptions: (raw) => definition.readOptions(raw),
    create(options) {
      const scheduler = definition.create(options);
      const decide = scheduler.decide.bind(scheduler);
      scheduler.decide = (question) => {
        number += 1;
        watcher.before?.(number, question, scheduler);
        const spentBefore = drawsOf(question);
        const slot = decide(question);
        watcher.after?.(number, question, slot, drawsOf(question) - spentBefore);
        return slot;
      };
      return scheduler;
    },
  };
  const run = new ClusterRun({ ...input, scheduler: watched });
  return run;
}

function drawsOf({ random }: DecisionInput): number {
  return random instanceof RandomStream ? random.draws : 0;
}
