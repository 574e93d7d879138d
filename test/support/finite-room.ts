import { PHASE } from '../../src/model/phases.ts';
import { SILENT_RECORDER } from '../../src/model/recorder.ts';
import { engineParts } from './engine-parts.ts';
import type { SingleSlotJob } from './oracles/single-slot.ts';
import { platform, template } from './plans.ts';

/**
 * The engine behind a door: whoever comes while so many are in the system is
 * turned away, which no platform does. Answers when each customer starts; null: turned away.
 */
export function startsBehindDoor(
  servers: number,
  room: number,
  jobs: readonly SingleSlotJob[],
): (number | null)[] {
  const { kernel, store, life, classOf } = engineParts(
    platform('bare', {}, { scheduler: 'first-fit' }),
    servers,
  );
  const whole = classOf('customers', 'job', template({ cpuMilli: 4000 }));
  const starts: (number | null)[] = jobs.map(() => null);
  /** By ordinal of the task: the customer. */
  const admitted: number[] = [];
  let inSystem = 0;
  store.recorder = {
    ...SILENT_RECORDER,
    placed(nowMs, task) {
      starts[admitted[store.taskOrdinal(task)]!] = nowMs;
    },
    ended() {
      inSystem -= 1;
    },
  };
  const arrive = kernel.defineKind('customer', PHASE.arrival, (customer) => {
    if (inSystem === room) return;
    inSystem += 1;
    admitted.push(customer);
    life.submit(whole, jobs[customer]!.runtimeMs, 0);
  });
  for (const [customer, { submitMs }] of jobs.entries()) kernel.at(submitMs, arrive, customer);
  kernel.run({ untilMs: Number.POSITIVE_INFINITY });
  return starts;
}
