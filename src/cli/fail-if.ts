import type { Diagnostic } from '../errors.ts';
import { InputError } from '../errors.ts';
import type { Comparison } from '../experiment/result.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { METRIC_NAMES, type MetricName } from '../model/metrics.ts';
import { allRows, comparisonRow, comparisonTable, type TableOptions } from '../report/comparison-table.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { flagProblem } from './usage.ts';

/** A difference to the baseline that is too large: `cost.total > +2%`. */
interface Limit {
  readonly text: string;
  readonly metric: string;
  readonly operator: '<' | '>';
  readonly ratio: number;
}

const FORM = /^([A-Za-z][\w.-]*)\s*(<|>)\s*([+-]?\d{1,6}(?:\.\d{1,6})?)\s*%$/;
/** What people call the metrics that they gate on. */
export const SHORT_NAMES: Readonly<Record<string, MetricName>> = { cost: 'cost.total', wait: 'wait.p95' };

/** The conditions of `--fail-if`. `own`: names of plug-ins' metrics. Errors: E5001 with the nearest metric, all in one pass. */
export function limitsOf(args: Arguments, own: readonly string[]): readonly Limit[] {
  const problems: Diagnostic[] = [];
  const known: readonly string[] = [...METRIC_NAMES, ...own];
  const limits = ((args['fail-if'] as readonly string[] | undefined) ?? []).flatMap((text): Limit[] => {
    const match = FORM.exec(text.trim());
    const problem = (message: string, hint: string | undefined) => {
      problems.push(flagProblem('--fail-if', text, { code: 'E5001', message, hint }));
      return [];
    };
    if (match === null)
      return problem(`cannot read "${text}"`, "write metric, < or >, percent: 'cost.total > +2%'");
    const [, name, operator, percent] = match as unknown as [string, string, '<' | '>', string];
    const metric = SHORT_NAMES[name] ?? name;
    if (!known.includes(metric)) {
      return problem(
        `there is no metric "${name}"`,
        didYouMean(name, known) ?? 'stowage catalog metrics lists them',
      );
    }
    return [{ text, metric, operator, ratio: Number(percent) / 100 }];
  });
  if (problems.length > 0) throw new InputError(problems);
  return limits;
}

/** What makes a comparison fail. */
interface Gate {
  readonly limits: readonly Limit[];
  /** Anything that is better or worse in the table. */
  readonly anyDifference: boolean;
  readonly table: TableOptions;
}

/**
 * Does a platform differ from the baseline as no platform may? With several seeds only a difference counts that is
 * none of chance. Says on stderr which.
 */
export function differsTooMuch(
  comparison: Comparison,
  { limits, anyDifference, table: options }: Gate,
  io: CommandIo,
): boolean {
  const table = comparisonTable(comparison, options);
  const found: string[] = [];
  for (const { text, metric, operator, ratio } of limits) {
    comparisonRow(table.platforms, metric, metric, table).cells.forEach(({ difference, mark }, index) => {
      const actual = difference?.ratio ?? null;
      if (actual === null || mark === 'unclear') return;
      if (operator === '>' ? actual > ratio : actual < ratio) {
        const sign = actual < 0 ? '−' : '+';
        const percent = `${sign}${Math.abs(actual * 100).toFixed(2)} %`;
        found.push(`${table.platforms[index]!.name}: ${metric} ${percent} (--fail-if '${text}')`);
      }
    });
  }
  if (anyDifference) {
    for (const { metric, cells } of allRows(table)) {
      cells.forEach(({ mark }, index) => {
        if (mark === 'same' || mark === 'unclear') return;
        found.push(`${table.platforms[index]!.name}: ${metric} is ${mark} (--exit-code)`);
      });
    }
  }
  for (const line of found) io.note(`${line}\n`);
  return found.length > 0;
}
