import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { runSummarySchema } from '../../src/experiment/summary-schema.ts';
import { defineMetric, withUserMetrics } from '../../src/experiment/user-metrics.ts';
import { userMetricProblem } from '../../src/model/user-metric.ts';
import { ECS_BINPACK, sampleRun } from '../support/results.ts';

const SPARE = {
  name: 'spare.tasks',
  unit: 'count',
  better: 'more',
  about: 'rows of tasks that succeeded',
  value: (result: ReturnType<typeof sampleRun>) =>
    [...result.tasks()].filter(({ outcome }) => outcome === 'succeeded').length,
} as const;

describe('withUserMetrics()', () => {
  test('adds to the summary what the metric makes of the result, and the schema takes it', () => {
    const { summary } = withUserMetrics(sampleRun(ECS_BINPACK), [defineMetric(SPARE)], []);
    expect(summary.userMetrics).toEqual([
      {
        name: 'spare.tasks',
        unit: 'count',
        better: 'more',
        about: 'rows of tasks that succeeded',
        value: 400,
      },
    ]);
    expect(runSummarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  });

  test.each([
    ['gives no number', () => Number.NaN, "Metric 'spare.tasks' failed: it gave NaN, not a number or null"],
    [
      'throws',
      () => {
        throw new Error('no such group');
      },
      "Metric 'spare.tasks' failed: no such group",
    ],
  ])('a metric that %s is bad input, by name', (_, value, message) => {
    const run = () => withUserMetrics(sampleRun(ECS_BINPACK), [{ ...SPARE, value }], []);
    expect(run).toThrow(InputError);
    expect(run).toThrow(message);
  });
});

test.each([
  [{ ...SPARE, name: 'cost.total' }, 'cost.total is a metric of stowage already'],
  [{ ...SPARE, name: 'no blanks' }, 'its name is not letters, digits, points and dashes'],
  [{ ...SPARE, unit: 'furlongs' }, 'its unit is none of USD'],
  [{ ...SPARE, better: 'maybe' }, 'better is less, more or neither'],
  [{ name: 'x' }, 'it has no value(result), or no about'],
  [null, 'it has no value(result), or no about'],
  [SPARE, null],
])('userMetricProblem() of %o is %s', (value, problem) => {
  if (problem === null) expect(userMetricProblem(value)).toBeNull();
  else expect(userMetricProblem(value)).toContain(problem);
});

test('runPlatform() takes metrics of the library beside those of the scenario', async () => {
  const prepared = await prepareScenario(join(import.meta.dirname, '../../scenarios/tiny/scenario.yaml'));
  const { summary } = await runPlatform(prepared, { metrics: [SPARE] });
  expect(summary.userMetrics?.map(({ name, value }) => [name, value])).toEqual([
    ['spare.tasks', summary.metrics['tasks.succeeded']],
  ]);
});
