import { METRIC_NAMES, METRICS, type MetricName, type Unit } from '../../model/metrics.ts';
import type { Check } from '../../model/plan.ts';
import type { UserMetricDefinition } from '../../model/user-metric.ts';
import { HOUR, parseDurationMs } from '../../units.ts';
import { didYouMean } from './did-you-mean.ts';

/** Why a check cannot be read, and how to write it. */
export interface CheckProblem {
  readonly message: string;
  readonly hint?: string | undefined;
}

const FORM = /^([A-Za-z][\w.-]*)\s*(<=|>=|==|!=|<|>)\s*(.+)$/;
const DECIMAL = /^(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?$/;

/** How values of each unit are written, for hints. */
const EXAMPLES: Readonly<Record<Unit, string>> = {
  USD: '1200 USD',
  s: '30s',
  h: '100h',
  count: '0',
  ratio: '80% or 0.8',
  vCPU: '4 vCPU',
  GiB: '16 GiB',
  GPU: '2 GPU',
  vCPU·s: '3600',
  GiB·s: '3600',
  '1/s': '0.5/s',
  kWh: '10 kWh',
  gCO2e: '500 gCO2e',
};

/**
 * A condition on a metric: `wait.p95 < 30s`, `cost.total < 1200 USD`, `unplaced == 0`, `utilisation.cpu >= 60%`.
 * The value carries the metric's unit; durations are written as everywhere. `own`: metrics of plug-ins.
 */
export function parseCheck(
  text: string,
  own: readonly Pick<UserMetricDefinition, 'name' | 'unit'>[] = [],
): Check | CheckProblem {
  const match = FORM.exec(text.trim());
  if (!match) {
    return {
      message: `cannot read the check "${text}"`,
      hint: 'write metric, comparison, value: wait.p95 < 30s',
    };
  }
  const [, metric, operator, valueText] = match as unknown as [string, string, Check['operator'], string];
  const unit = Object.hasOwn(METRICS, metric)
    ? METRICS[metric as MetricName].unit
    : own.find(({ name }) => name === metric)?.unit;
  if (unit === undefined) {
    const known = [...METRIC_NAMES, ...own.map(({ name }) => name)];
    const hint = didYouMean(metric, known) ?? 'stowage catalog metrics lists them';
    return { message: `there is no metric "${metric}"`, hint };
  }
  const value = parseValue(valueText.trim(), unit);
  if (value === undefined) {
    return {
      message: `cannot read "${valueText}" as a value of ${metric}`,
      hint: `write it like ${EXAMPLES[unit]}`,
    };
  }
  return { text, metric, operator, value };
}

function parseValue(text: string, unit: Unit): number | undefined {
  switch (unit) {
    case 's':
      return scaled(parseDurationMs(text), 1000);
    case 'h':
      return scaled(parseDurationMs(text), HOUR);
    case 'USD':
      return decimal(text.replace(/\s*USD$/, ''));
    case 'vCPU':
    case 'GiB':
    case 'GPU':
    case 'kWh':
    case 'gCO2e':
      return decimal(text.endsWith(unit) ? text.slice(0, -unit.length).trimEnd() : text);
    case '1/s':
      return decimal(text.replace(/\s*\/\s*s$/, ''));
    case 'ratio':
      return text.endsWith('%') ? scaled(decimal(text.slice(0, -1).trimEnd()), 100) : decimal(text);
    case 'count':
    case 'vCPU·s':
    case 'GiB·s':
      return decimal(text);
  }
}

function decimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

function scaled(value: number | undefined, divisor: number): number | undefined {
  return value === undefined ? undefined : value / divisor;
}
