import { expect, test } from 'vitest';
import { Nominator } from '../../../../src/schedulers/kubernetes/preemption/nominator.ts';

test('Nominator keeps tasks in order of nomination; who is nominated anew goes to the end', () => {
  const nominator = new Nominator();
  nominator.nominate(7, 0);
  nominator.nominate(8, 1);
  nominator.nominate(7, 2);
  expect(nominator.list).toEqual([
    { task: 8, slot: 1 },
    { task: 7, slot: 2 },
  ]);
  expect([7, 8, 9].map((task) => nominator.slotOf(task))).toEqual([2, 1, -1]);
});

test('Nominator.drop says whether the task was nominated, and version grows with changes alone', () => {
  const nominator = new Nominator();
  nominator.nominate(7, 0);
  const { version } = nominator;
  expect(nominator.drop(8)).toBe(false);
  expect(nominator.version).toBe(version);
  expect(nominator.drop(7)).toBe(true);
  expect(nominator.version).toBeGreaterThan(version);
  expect(nominator.list).toEqual([]);
});
