import type { EcsDefault } from '../ecs-defaults.ts';

/** How an essential container is asked whether it is well. Source: Amazon ECS API reference, HealthCheck. */
export interface ContainerHealthCheck {
  /** From the end of one check, or from RUNNING, to the next. */
  readonly intervalMs: number;
  /** A check that has no answer by then has failed. */
  readonly timeoutMs: number;
  /** Failures in a row that make the container UNHEALTHY. */
  readonly retries: number;
  /** Checks that fail so early do not count. */
  readonly startPeriodMs: number;
}

/** Of every health check that says nothing else. */
export const HEALTH_CHECK_DEFAULTS: ContainerHealthCheck = {
  intervalMs: 30_000,
  timeoutMs: 5000,
  retries: 3,
  startPeriodMs: 0,
};

/** The same as rows of a table. */
export const HEALTH_CHECK_ROWS: readonly EcsDefault[] = (
  [
    ['interval', HEALTH_CHECK_DEFAULTS.intervalMs, 'ms'],
    ['timeout', HEALTH_CHECK_DEFAULTS.timeoutMs, 'ms'],
    ['retries', HEALTH_CHECK_DEFAULTS.retries, 'count'],
    ['startPeriod', HEALTH_CHECK_DEFAULTS.startPeriodMs, 'ms'],
  ] as const
).map(([name, value, unit]) => ({
  name: `health check ${name}`,
  value,
  unit,
  evidence: 'documented',
  source: 'Amazon ECS API reference, HealthCheck',
  setting: `template.ecs.healthCheck.${name}`,
}));

/** What is behind the answers: the container answers from `readyMs` after RUNNING until `sickMs`; Infinity is never. */
export interface ContainerState {
  readonly readyMs: number;
  readonly sickMs: number;
}

/** The status of a container's health changes, so long after RUNNING. */
export interface HealthChange {
  readonly afterMs: number;
  readonly isHealthy: boolean;
}

/**
 * What the checks of one container find, in order. One that is answered passes at once, one that is not fails when its
 * timeout is over (both chosen); the container is HEALTHY with the first check that passes, and UNHEALTHY with the last of
 * `retries` failures in a row, not counting those that end within the start period. Source: Amazon ECS API reference,
 * HealthCheck; moby daemon/health.go for the order of things.
 */
export function healthChanges(
  check: ContainerHealthCheck,
  { readyMs, sickMs }: ContainerState,
): HealthChange[] {
  const { intervalMs, timeoutMs, retries, startPeriodMs } = check;
  const changes: HealthChange[] = [];
  let atMs = intervalMs;
  let failures = 0;
  // Not up yet.
  while (atMs < readyMs || atMs >= sickMs) {
    const endMs = atMs + timeoutMs;
    if (endMs >= startPeriodMs) failures += 1;
    if (failures === retries) changes.push({ afterMs: endMs, isHealthy: false });
    atMs = endMs + intervalMs;
    if (failures >= retries && (readyMs === Number.POSITIVE_INFINITY || atMs >= sickMs)) return changes;
  }
  changes.push({ afterMs: atMs, isHealthy: true });
  if (sickMs === Number.POSITIVE_INFINITY) return changes;
  const firstFailureMs = atMs + Math.ceil((sickMs - atMs) / intervalMs) * intervalMs + timeoutMs;
  changes.push({ afterMs: firstFailureMs + (retries - 1) * (intervalMs + timeoutMs), isHealthy: false });
  return changes;
}
