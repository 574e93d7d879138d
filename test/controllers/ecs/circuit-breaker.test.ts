import { expect, test } from 'vitest';
import {
  type BreakerEvent,
  breakerThreshold,
  CircuitBreaker,
  type CircuitBreakerSettings,
} from '../../../src/controllers/ecs/circuit-breaker.ts';

const settings = (rest: Partial<CircuitBreakerSettings> = {}): CircuitBreakerSettings => ({
  enable: true,
  rollback: false,
  resetOnHealthyTask: true,
  threshold: { type: 'BOUNDED_PERCENT', value: 50 },
  ...rest,
});

test.each([
  // ceil(1 * 0.5) = 1, at least 3
  { desired: 1, type: 'BOUNDED_PERCENT' as const, value: 50, threshold: 3 },
  // ceil(25 * 0.5) = 13
  { desired: 25, type: 'BOUNDED_PERCENT' as const, value: 50, threshold: 13 },
  // ceil(800 * 0.5) = 400, at most 200
  { desired: 800, type: 'BOUNDED_PERCENT' as const, value: 50, threshold: 200 },
  { desired: 800, type: 'UNBOUNDED_PERCENT' as const, value: 50, threshold: 400 },
  // ceil(0) = 0, at least 1
  { desired: 0, type: 'UNBOUNDED_PERCENT' as const, value: 50, threshold: 1 },
  { desired: 800, type: 'COUNT' as const, value: 7, threshold: 7 },
])(
  'breakerThreshold() of $desired tasks by $type $value is $threshold',
  ({ desired, type, value, threshold }) => {
    expect(breakerThreshold(settings({ threshold: { type, value } }), desired)).toBe(threshold);
  },
);

test.each<{ title: string; events: BreakerEvent[]; failures: number; failed: boolean }>([
  {
    title: 'starts that fail count until a task has run',
    events: ['startFailed', 'startFailed', 'running', 'startFailed'],
    failures: 2,
    failed: false,
  },
  {
    title: 'failed health checks count once a task has run',
    events: ['healthCheckFailed', 'running', 'healthCheckFailed'],
    failures: 1,
    failed: false,
  },
  {
    title: 'a healthy task sets the count back',
    events: ['startFailed', 'startFailed', 'healthy'],
    failures: 0,
    failed: false,
  },
  {
    title: 'nothing counts after the failure',
    events: ['startFailed', 'startFailed', 'startFailed', 'healthy', 'startFailed'],
    failures: 3,
    failed: true,
  },
])('CircuitBreaker: $title', ({ events, failures, failed }) => {
  const breaker = new CircuitBreaker(settings(), 1);
  for (const event of events) breaker.tell(event);
  expect([breaker.failures, breaker.failed]).toEqual([failures, failed]);
});

test('CircuitBreaker.tell() is true for the event that fails the deployment, and that one alone', () => {
  const breaker = new CircuitBreaker(settings(), 1);
  expect([1, 2, 3, 4].map(() => breaker.tell('startFailed'))).toEqual([false, false, true, false]);
});
