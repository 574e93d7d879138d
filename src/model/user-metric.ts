import { METRIC_NAMES, type MetricDefinition, UNITS } from './metrics.ts';

/**
 * A metric of one's own, from the result of a run: it stands in every table and in the summary beside those of stowage.
 * `value` gives a finite number in the unit, or null where the run does not support one; it must not depend on anything but
 * the result.
 */
export interface UserMetric<Result> extends Pick<MetricDefinition, 'unit' | 'better' | 'about'> {
  /** Letters, digits, points, dashes; none of stowage's own names. Words before the first point are its family. */
  readonly name: string;
  readonly value: (result: Result) => number | null;
}

/** What checks and tables need to know of it. */
export type UserMetricDefinition = Omit<UserMetric<never>, 'value'>;

const NAME = /^[A-Za-z][\w.-]{0,63}$/;

/** What keeps a value from being a metric; null when nothing does. */
export function userMetricProblem(value: unknown): string | null {
  const { name, unit, better, about, value: compute } = (value ?? {}) as Partial<UserMetric<never>>;
  if (typeof compute !== 'function' || typeof about !== 'string')
    return 'it has no value(result), or no about';
  if (typeof name !== 'string' || !NAME.test(name))
    return 'its name is not letters, digits, points and dashes';
  if ((METRIC_NAMES as readonly string[]).includes(name)) return `${name} is a metric of stowage already`;
  if (!(UNITS as readonly unknown[]).includes(unit)) return `its unit is none of ${UNITS.join(', ')}`;
  if (!['less', 'more', 'neither'].includes(better as string)) return 'better is less, more or neither';
  return null;
}
