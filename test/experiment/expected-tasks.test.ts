import { expect, test } from 'vitest';
import { expectedTasks, mostReplicas } from '../../src/experiment/expected-tasks.ts';
import { TraceRows } from '../../src/model/trace-table.ts';
import { DAY, HOUR } from '../../src/units.ts';
import { job, plan, service } from '../support/plans.ts';

test('expectedTasks() adds up jobs within the horizon, rows of traces, and services at their highest', () => {
  const jobs = [
    // Two of three times lie within the day, five tasks each: 10.
    job('batch', { arrivals: { kind: 'at', timesMs: [0, HOUR, 2 * DAY] }, count: 5 }),
    // 10.4 an hour for a day: 249.6.
    job('stream', {
      arrivals: { kind: 'poisson', steps: [{ atMs: 0, perHour: 10.4 }], repeatMs: null },
      count: 1,
    }),
  ];
  const web = service('web', [
    [0, 3],
    [3600, 7],
    [7200, 1],
  ]);
  const services = [web, service('api', [[0, 4]])];
  const rows = new TraceRows();
  const shape = rows.shapeOf(3000, 2 ** 31, null);
  rows.add(0, HOUR, shape);
  rows.add(HOUR, HOUR, shape);
  expect(mostReplicas(services)).toBe(7 + 4);
  // round(10 + 249.6) = 260, 2 rows, 11 replicas.
  const planned = plan({ jobs, services }, { horizonMs: DAY });
  expect(expectedTasks(planned, new Map([['day', rows.finish(2, [])]]))).toBe(260 + 2 + 11);
});
