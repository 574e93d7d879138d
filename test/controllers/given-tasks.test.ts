import { describe, expect, test } from 'vitest';
import { GivenTasks, type GivenTask } from '../../src/controllers/given-tasks.ts';
import { createControllers } from '../support/controllers.ts';
import { template } from '../support/plans.ts';

const SMALL = template({ name: 'small', cpuMilli: 1000 });
const LARGE = template({ name: 'large', cpuMilli: 3000 });

/** One instance of 4 vCPU, i-0000001; tasks by template. */
function given(tasks: readonly (Partial<GivenTask> & { readonly of: typeof SMALL })[], horizonMs = 100) {
  const controllers = createControllers({ templates: [SMALL, LARGE] });
  const { kernel, store, life } = controllers;
  const refused: number[] = [];
  const given = new GivenTasks({
    kernel,
    store,
    life,
    tasks: tasks.map(({ of, ...rest }) => ({
      classId: controllers.classOf(of),
      arrivalMs: 0,
      runtimeMs: Number.POSITIVE_INFINITY,
      startupMs: 0,
      gatesRemovedMs: null,
      instance: null,
      ...rest,
    })),
    horizonMs,
    onEntered: () => {},
    onRefused: (index) => void refused.push(index),
    onGatesRemoved: () => {},
  });
  given.start();
  controllers.runUntil(horizonMs);
  const log = controllers.finish();
  const lines = log.flatMap((record) => {
    if (record.kind === 'placed' || record.kind === 'running' || record.kind === 'submitted')
      return [`${record.timeMs} ${record.kind} ${record.task}`];
    return record.kind === 'ended' ? [`${record.timeMs} ${record.outcome} ${record.task}`] : [];
  });
  return { lines, refused, given };
}

describe('GivenTasks', () => {
  test('those with an instance run there from the start and end after their runtime', () => {
    const { lines } = given([
      { of: LARGE, instance: 'i-0000001', runtimeMs: 7, startupMs: 5 },
      { of: SMALL },
    ]);
    expect(lines).toEqual([
      '0 submitted 0',
      '0 placed 0',
      '0 running 0',
      '0 submitted 1',
      '0 placed 1',
      '0 running 1',
      '7 succeeded 0',
    ]);
  });

  test('the others arrive in order of time, at one instant in order of the list, before the horizon', () => {
    const { lines, given: tasks } = given([
      { of: SMALL, arrivalMs: 9 },
      { of: SMALL, arrivalMs: 3, startupMs: 2 },
      { of: SMALL, arrivalMs: 9 },
      { of: SMALL, arrivalMs: 100 },
    ]);
    expect(lines).toEqual([
      '3 submitted 0',
      '3 placed 0',
      '5 running 0',
      '9 submitted 1',
      '9 submitted 2',
      '9 placed 1',
      '9 running 1',
      '9 placed 2',
      '9 running 2',
    ]);
    expect([0, 1, 2, 3].map((ordinal) => tasks.indexOf(ordinal))).toEqual([1, 0, 2, undefined]);
  });

  test('an instance without room turns a task down, and is asked in the order of the list', () => {
    const { lines, refused } = given([
      { of: LARGE, instance: 'i-0000001' },
      { of: LARGE, instance: 'i-0000001' },
      { of: SMALL, instance: 'i-0000001' },
    ]);
    expect(refused).toEqual([1]);
    expect(lines).toEqual([
      '0 submitted 0',
      '0 placed 0',
      '0 running 0',
      '0 submitted 1',
      '0 rejected 1',
      '0 submitted 2',
      '0 placed 2',
      '0 running 2',
    ]);
  });

  test('an instance that is not there is a bug of the caller', () => {
    expect(() => given([{ of: SMALL, instance: 'i-9' }])).toThrow('an instance that is not there');
  });
});
