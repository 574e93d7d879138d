import { expect, test } from 'vitest';
import { createResourceTable, LANE } from '../../src/model/resources.ts';

test('createResourceTable() numbers the fixed lanes, then extended ones, then those that only account', () => {
  const table = createResourceTable({ cpuPerVcpu: 1000, extended: ['fpga'], accounting: ['cpu-scored'] });
  expect(table.names).toEqual(['cpu', 'memory', 'slots', 'ephemeral', 'gpu', 'eni', 'fpga', 'cpu-scored']);
  expect(table.laneCount).toBe(8);
  expect([...table.limited]).toEqual([1, 1, 1, 1, 1, 1, 1, 0]);
  expect(table.cpuPerVcpu).toBe(1000);
});

test('lane() finds every name where LANE says it is', () => {
  const table = createResourceTable({ cpuPerVcpu: 1024 });
  for (const [name, lane] of Object.entries(LANE)) expect(table.lane(name)).toBe(lane);
  expect(() => table.lane('fpga')).toThrow(/unknown resource/);
});

test.each([{ extended: ['gpu'] }, { extended: ['a', 'a'] }, { extended: ['a'], accounting: ['a'] }])(
  'createResourceTable() refuses a name that appears twice: %j',
  (options) => {
    expect(() => createResourceTable({ cpuPerVcpu: 1024, ...options })).toThrow(/appears twice/);
  },
);
