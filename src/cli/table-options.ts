import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { parseShare } from '../io/scenario/rates.ts';
import { METRIC_NAMES } from '../model/metrics.ts';
import type { TableOptions } from '../report/comparison-table.ts';
import type { Split } from '../report/difference-parts.ts';
import type { Arguments } from './commands.ts';
import { usage } from './usage.ts';

/**
 * `--metrics`: `all`, or names separated by commas, of which `carbon` stands for all that begin so. Undefined: the short
 * list. `own`: names of plug-ins. Errors: E5001 with the nearest name.
 */
export function metricsOf(args: Arguments, own: readonly string[] = []): readonly string[] | undefined {
  const text = args['metrics'] as string | undefined;
  if (text === undefined) return undefined;
  const known = [...METRIC_NAMES, ...own];
  if (text.trim() === 'all') return known;
  const wanted = text.split(',').flatMap((part) => {
    const name = part.trim();
    const found = known.filter((metric) => metric === name || metric.startsWith(`${name}.`));
    if (name !== '' && found.length > 0) return found;
    const families = [...new Set(known.map((metric) => metric.split('.')[0]!))];
    const hint = didYouMean(name, [...known, ...families]) ?? 'stowage catalog metrics lists them';
    throw usage(`there is no metric '${name}' for --metrics`, hint);
  });
  return [...new Set(wanted)];
}

/** What the table of a comparison shows, and how sure it wants to be. Errors: E5001. */
export function tableOptionsOf(args: Arguments, own: readonly string[] = []): TableOptions {
  const metrics = metricsOf(args, own);
  const level = shareOf(args, 'ci', '0.95 or 95%');
  const minEffect = shareOf(args, 'min-effect', '1%');
  return {
    ...(metrics !== undefined && { metrics }),
    ...(level !== undefined && { level }),
    ...(minEffect !== undefined && { minEffect }),
    ...(args['by'] !== undefined && { by: args['by'] as Split }),
    ...(args['only-changed'] === true && { onlyChanged: true }),
  };
}

/** A share strictly between 0 and 1. */
export function shareOf(args: Arguments, flag: string, example: string): number | undefined {
  const text = args[flag] as string | undefined;
  if (text === undefined) return undefined;
  const share = parseShare(text);
  if (share !== undefined && share > 0 && share < 1) return share;
  throw usage(`cannot use --${flag} '${text}'`, `a share between 0 and 1: ${example}`);
}
