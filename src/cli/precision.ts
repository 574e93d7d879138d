import type { Diagnostic } from '../errors.ts';
import { InputError } from '../errors.ts';
import { widestInterval } from '../experiment/seeds-verdict.ts';
import type { RunSummary } from '../experiment/result.ts';
import { parseCheck } from '../io/scenario/checks.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { METRIC_NAMES } from '../model/metrics.ts';
import type { Arguments } from './commands.ts';
import { SHORT_NAMES } from './fail-if.ts';
import type { SeedsWish } from './seeds.ts';
import { flagProblem, usage } from './usage.ts';

/** How narrow the interval of a metric is to be: half of it, as a share of the baseline's mean or in the metric's unit. */
export interface PrecisionTarget {
  readonly metric: string;
  readonly value: number;
  readonly isShare: boolean;
}

const FORM = /^([A-Za-z][\w.-]*)\s*=\s*(\S.*)$/;
const SHARE = /^(\d{1,3}(?:\.\d{1,6})?)\s*%$/;
const DECIMAL = /^\d{1,15}(?:\.\d{1,12})?$/;

/**
 * What `--seeds auto` goes on for: the metrics of `--precision`, else the cost. `own`: names of plug-ins' metrics. Errors:
 * E5001 with the nearest metric, all in one pass.
 */
export function precisionOf(
  args: Arguments,
  wish: SeedsWish | null,
  own: readonly string[],
): PrecisionTarget[] {
  const texts = (args['precision'] as readonly string[] | undefined) ?? [];
  if (wish?.kind !== 'auto') {
    if (texts.length > 0) throw usage('--precision says when --seeds auto is done', 'add --seeds auto');
    return [];
  }
  if (texts.length > 0 && wish.precision !== null)
    throw usage('cannot use --precision and --seeds auto:N% together', 'write --precision cost=1% too');
  if (texts.length === 0)
    return [{ metric: 'cost.total', value: wish.precision ?? DEFAULT_SHARE, isShare: true }];
  const problems: Diagnostic[] = [];
  const targets = texts.flatMap((text) => {
    const read = targetOf(text, own);
    if ('metric' in read) return [read];
    problems.push(flagProblem('--precision', text, { code: 'E5001', ...read }));
    return [];
  });
  if (problems.length > 0) throw new InputError(problems);
  return targets;
}

const DEFAULT_SHARE = 0.01;

function targetOf(
  text: string,
  own: readonly string[],
): PrecisionTarget | { readonly message: string; readonly hint: string | undefined } {
  const how = 'write METRIC=VALUE: cost=1%, wait.p95=500ms';
  const match = FORM.exec(text.trim());
  if (match === null) return { message: `cannot read "${text}"`, hint: how };
  const [, name, value] = match as unknown as [string, string, string];
  const metric = SHORT_NAMES[name] ?? name;
  const known: readonly string[] = [...METRIC_NAMES, ...own];
  if (!known.includes(metric)) {
    const hint = didYouMean(name, known) ?? 'stowage catalog metrics lists them';
    return { message: `there is no metric "${name}"`, hint };
  }
  const share = SHARE.exec(value);
  const number = share === null ? absoluteOf(metric, value, own) : Number(share[1]) / 100;
  if (number === undefined)
    return { message: `cannot read "${value}" as a precision of ${metric}`, hint: how };
  if (number <= 0) return { message: `nothing is as precise as "${text}"`, hint: how };
  return { metric, value: number, isShare: share !== null };
}

/** In the unit of the metric, written as in checks; of a metric of one's own a plain number. */
function absoluteOf(metric: string, text: string, own: readonly string[]): number | undefined {
  if (own.includes(metric)) return DECIMAL.test(text) ? Number(text) : undefined;
  const check = parseCheck(`${metric} <= ${text}`);
  return 'message' in check ? undefined : check.value;
}

/**
 * Targets that the runs so far do not meet, in words. With half the width at most γ/(1+γ) of the estimate the true relative
 * error is at most γ (A. M. Law, Simulation Modeling and Analysis, sequential procedure).
 */
export function missedTargets(
  targets: readonly PrecisionTarget[],
  summaries: readonly RunSummary[],
  baseline: string,
): string[] {
  return targets.flatMap(({ metric, value, isShare }) => {
    const width = widestInterval(summaries, baseline, metric);
    if (width === null) return [`${metric}: a run has no such number`];
    const { absolute, share } = width;
    if (!isShare) {
      if (absolute <= value) return [];
      return [`${metric}: the widest interval is ± ${absolute.toPrecision(3)}, asked for ± ${value}`];
    }
    // Of a mean of nothing there is no share: its interval has to have no width.
    if (share === null ? absolute === 0 : share <= value / (1 + value)) return [];
    const percent = share === null ? `± ${absolute.toPrecision(3)}` : `± ${(share * 100).toFixed(2)} %`;
    return [`${metric}: the widest interval is ${percent} of the baseline's, asked for ${value * 100} %`];
  });
}
