import { expect, test } from 'vitest';
import type { RunResult, TaskRow } from '../../src/experiment/result.ts';
import { LISTING_KINDS, resultListing } from '../../src/experiment/result-listing.ts';
import { ECS_BINPACK, sampleRun } from '../support/results.ts';

const BASE = sampleRun(ECS_BINPACK);
const ROW: TaskRow = {
  ...{ task: 'web/0', group: 'web', attempt: 0, cpuMilli: 980, memoryMiB: 3000, gpus: 0, gpuMask: 0 },
  ...{
    submitMs: 10_000,
    placedMs: 30_000,
    runningMs: 35_000,
    endMs: 90_000,
    instance: 'i-0001',
    outcome: 'succeeded',
  },
};
const RUN: RunResult = {
  ...BASE,
  tasks: () => [
    ROW,
    { ...ROW, task: 'web/1', placedMs: null, runningMs: null, endMs: null, instance: '', outcome: 'pending' },
  ],
};

test.each([
  { atS: 9, states: [] },
  { atS: 10, states: ['pending', 'pending'] },
  { atS: 30, states: ['starting', 'pending'] },
  { atS: 35, states: ['running', 'pending'] },
  { atS: 90, states: ['succeeded', 'pending'] },
])('resultListing() of tasks has their states at $atS s', ({ atS, states }) => {
  const { rows } = resultListing(RUN, 'tasks', atS * 1000);
  expect(rows.map(({ state }) => state)).toEqual(states);
  // Nothing is told that had not happened yet: the first waited since 10 s, and from 30 s on its wait is 20 s.
  if (rows.length > 0)
    expect(rows[0]).toMatchObject({ wait_s: Math.min(atS, 30) - 10, placed_s: atS < 30 ? null : 30 });
});

test('resultListing() of nodes has what their tasks ask for, of what they may', () => {
  // i-0001 is requested at 60 s and ready at 130.123 s; 980m of 3,920m, 3,000 MiB of 15,000.
  const at = (ms: number) =>
    resultListing({ ...RUN, tasks: () => [{ ...ROW, endMs: null }] }, 'nodes', ms).rows;
  expect(at(59_999).map(({ node }) => node)).toEqual(['i-0000']);
  expect(at(130_122)[1]).toMatchObject({ node: 'i-0001', state: 'booting' });
  expect(at(130_123)[1]).toMatchObject({
    ...{ state: 'ready', tasks: 1, cpu_requested_ratio: 0.25, memory_requested_ratio: 0.2 },
  });
});

test('resultListing() of events stands in order of time, causes first', () => {
  const { rows } = resultListing(
    { ...RUN, instances: RUN.instances.slice(0, 1), tasks: () => [ROW] },
    'events',
    100_000,
  );
  expect(rows.map(({ time_s, subject, event }) => `${time_s} ${subject} ${event}`)).toEqual([
    '0 node/i-0000 requested',
    '10 task/web/0 submitted',
    '30 task/web/0 placed',
    '35 task/web/0 running',
    '70.123 node/i-0000 ready',
    '90 task/web/0 succeeded',
  ]);
});

test.each(LISTING_KINDS)('resultListing() of %s has a value or null for every column', (kind) => {
  const { fields, rows } = resultListing(BASE, kind, BASE.summary.endedMs);
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(Object.keys(row)).toEqual(fields.map(({ name }) => name));
});

test('resultListing() of costs and services says what the summary says', () => {
  const { summary } = BASE;
  expect(resultListing(BASE, 'costs', 0).rows[0]).toMatchObject({
    path: 'total',
    cost_usd: summary.cost.tree.usd,
  });
  expect(resultListing(BASE, 'services', 0).rows.map(({ name, cost_usd }) => [name, cost_usd])).toEqual(
    summary.groups.map(({ name, usd }) => [name, usd]),
  );
});
