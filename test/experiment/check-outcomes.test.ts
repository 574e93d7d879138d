import { expect, test } from 'vitest';
import { checkOutcomes } from '../../src/experiment/check-outcomes.ts';
import type { MetricName } from '../../src/model/metrics.ts';
import type { Check } from '../../src/model/plan.ts';

function metricsWith(known: Partial<Record<MetricName, number>>) {
  return (name: string) => known[name as MetricName] ?? null;
}

test.each<{ operator: Check['operator']; below: boolean; equal: boolean; above: boolean }>([
  { operator: '<', below: true, equal: false, above: false },
  { operator: '<=', below: true, equal: true, above: false },
  { operator: '>', below: false, equal: false, above: true },
  { operator: '>=', below: false, equal: true, above: true },
  { operator: '==', below: false, equal: true, above: false },
  { operator: '!=', below: true, equal: false, above: true },
])('checkOutcomes(): wait.p95 $operator 30', ({ operator, below, equal, above }) => {
  const check: Check = { text: `wait.p95 ${operator} 30s`, metric: 'wait.p95', operator, value: 30 };
  const passed = [29.9, 30, 30.1].map(
    (value) => checkOutcomes([check], metricsWith({ 'wait.p95': value }))[0]!.passed,
  );
  expect(passed).toEqual([below, equal, above]);
});

test('checkOutcomes() fails a check on a number that the run does not support, whatever it asks', () => {
  const check = (operator: Check['operator']): Check => ({
    text: '',
    metric: 'cost.perTask',
    operator,
    value: 0,
  });
  const outcomes = checkOutcomes([check('>='), check('!='), check('<')], metricsWith({}));
  expect(outcomes.map(({ value, passed }) => [value, passed])).toEqual([
    [null, false],
    [null, false],
    [null, false],
  ]);
});

test('checkOutcomes() keeps text, order and value', () => {
  const checks: Check[] = [
    { text: 'unplaced == 0', metric: 'unplaced', operator: '==', value: 0 },
    { text: 'cost.total < 5 USD', metric: 'cost.total', operator: '<', value: 5 },
  ];
  expect(checkOutcomes(checks, metricsWith({ unplaced: 0, 'cost.total': 7 }))).toEqual([
    { text: 'unplaced == 0', metric: 'unplaced', value: 0, passed: true },
    { text: 'cost.total < 5 USD', metric: 'cost.total', value: 7, passed: false },
  ]);
  expect(checkOutcomes([], metricsWith({}))).toEqual([]);
});
