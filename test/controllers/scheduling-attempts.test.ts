import { expect, test } from 'vitest';
import { SchedulingAttempts } from '../../src/controllers/scheduling-attempts.ts';
import { constantDraws } from '../support/draws.ts';
import { createFixture, type PodWords } from '../schedulers/kubernetes/fixture.ts';

function createAttempts(options: unknown = {}) {
  const { store, scheduler, bind, submit } = createFixture([{ name: 'a', cpu: '4' }], options);
  const attempts = new SchedulingAttempts({ store, scheduler, random: constantDraws(0), budgets: () => [] });
  const run = (words: PodWords) => {
    const task = bind(words, 'a');
    attempts.roomChanged(store.taskClass[task]!, 1);
    return task;
  };
  return { store, attempts, submit, run };
}

const pod = (cpu: number, priority = 0, spec = {}): PodWords => ({
  requests: { cpu: String(cpu) },
  spec: { priority, ...spec },
});

test('SchedulingAttempts decides a pod anew only when the cluster or a nomination has changed', () => {
  const { store, attempts, submit, run } = createAttempts();
  const small = run(pod(1));
  run(pod(3));
  const [first, second] = [submit(pod(2)), submit(pod(2))];
  const fails = { kind: 'fails', plugins: new Set(['NodeResourcesFit']), nomination: 'drop', victims: [] };
  expect([attempts.decide(first, 0), attempts.decide(second, 0)]).toEqual([fails, fails]);
  expect(attempts.count).toBe(1);
  attempts.nominator.nominate(first, 0);
  attempts.decide(second, 0);
  expect(attempts.count).toBe(2);
  store.requeue(small, 1);
  attempts.decide(second, 1);
  expect(attempts.count).toBe(3);
});

test('SchedulingAttempts proposes victims while somebody of lower priority has room', () => {
  const { store, attempts, submit, run } = createAttempts();
  const low = run(pod(3, 1));
  const high = submit(pod(4, 5));
  expect(attempts.decide(high, 0)).toMatchObject({
    nomination: { slot: 0, instanceId: store.instanceId[0] },
    victims: [{ task: low, ordinal: store.taskOrdinal(low) }],
  });
  expect(attempts.decide(submit(pod(4, 1)), 0)).toMatchObject({ nomination: 'drop', victims: [] });
  const never = submit(pod(4, 5, { preemptionPolicy: 'Never' }));
  expect(attempts.decide(never, 0)).toMatchObject({ nomination: 'keep', victims: [] });
  attempts.roomChanged(store.taskClass[low]!, -1);
  expect(attempts.decide(submit(pod(4, 6)), 0)).toMatchObject({ nomination: 'drop', victims: [] });
});

test('SchedulingAttempts preempts nobody when the profile has no DefaultPreemption', () => {
  const disabled = { postFilter: { disabled: [{ name: 'DefaultPreemption' }] } };
  const { attempts, submit, run } = createAttempts({ config: { profiles: [{ plugins: disabled }] } });
  run(pod(3, 1));
  expect(attempts.decide(submit(pod(4, 5)), 0)).toMatchObject({ nomination: 'drop', victims: [] });
});
