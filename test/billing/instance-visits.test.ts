import { expect, test } from 'vitest';
import { type InstanceStateName, type StateChange, visitsOf } from '../../src/billing/instance-visits.ts';

function history(...states: (readonly [number, InstanceStateName, ('user' | 'aws')?])[]): StateChange[] {
  return states.map(([atMs, state, by]) => ({ atMs, state, by }));
}

test('visitsOf() takes running, rebooting and hibernating for one visit, and each start for another', () => {
  const visits = visitsOf(
    history(
      [0, 'pending'],
      [10, 'running'],
      [40, 'rebooting'],
      [50, 'running'],
      [90, 'hibernating'],
      [100, 'stopped'],
      [200, 'pending'],
      [210, 'running'],
    ),
  );
  expect(visits).toEqual([
    { startMs: 10, endMs: 100, endedBy: 'user' },
    { startMs: 210, endMs: null, endedBy: 'user' },
  ]);
});

test.each<{ name: string; last: StateChange[]; endedBy: 'user' | 'aws' }>([
  { name: 'the first state outside', last: history([20, 'shutting-down', 'aws']), endedBy: 'aws' },
  { name: 'the state before it', last: history([15, 'hibernating', 'aws'], [20, 'stopped']), endedBy: 'aws' },
  { name: 'the user, by default', last: history([20, 'stopping']), endedBy: 'user' },
])('visitsOf() asks $name who ended a visit', ({ last, endedBy }) => {
  const visits = visitsOf([...history([0, 'pending'], [10, 'running']), ...last]);
  expect(visits).toEqual([{ startMs: 10, endMs: 20, endedBy }]);
});

test('visitsOf() bills nothing that never ran', () => {
  expect(visitsOf(history([0, 'pending'], [10, 'terminated']))).toEqual([]);
  expect(visitsOf([])).toEqual([]);
});

test.each<{ name: string; states: StateChange[]; problem: string }>([
  { name: 'a start in running', states: history([0, 'running']), problem: 'illegal-transition' },
  {
    name: 'running straight to stopped',
    states: history([0, 'pending'], [1, 'running'], [2, 'stopped']),
    problem: 'illegal-transition',
  },
  {
    name: 'a life after death',
    states: history([0, 'pending'], [1, 'terminated'], [2, 'pending']),
    problem: 'illegal-transition',
  },
  { name: 'time that falls', states: history([5, 'pending'], [4, 'running']), problem: 'unordered-states' },
])('visitsOf() refuses $name', ({ states, problem }) => {
  expect(visitsOf(states)).toBe(problem);
});
