import type { OptionsProblem } from '../../schedulers/scheduler.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path, Problems } from './locate.ts';

/** Without the keys that were not given: what is not there takes the scheduler's default. */
export function present(options: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** May the scenario have code run? Says it if not. */
export function mayRun(file: string, path: Path, allowPlugins: boolean, problems: Problems): boolean {
  if (allowPlugins) return true;
  const hint = 'add --allow-plugins if you trust it';
  problems.error('E1207', path, `the scenario wants to run the code in "${file}"`, { hint });
  return false;
}

/** What a scheduler found about its options, as a finding at `at` of a document; `place` goes before the message. */
export function reportOption(
  { path, message, validNames, code }: OptionsProblem,
  options: object,
  at: Path,
  place: string,
  problems: Problems,
): void {
  const word = path.length > 0 ? textIn(options, path) : undefined;
  const hint = validNames === undefined || word === undefined ? undefined : didYouMean(word, validNames);
  const usual = validNames === undefined ? 'E1103' : 'E1204';
  const isKey = code === 'E1203' && path.length > 0;
  problems.error(code ?? usual, at, `${place}${message}`, { hint, ...(isKey && { part: 'key' as const }) });
}

/** The text at `path`, or the last key when that is what is unknown. */
function textIn(options: object, path: Path): string {
  let value: unknown = options;
  for (const segment of path) {
    value =
      typeof value === 'object' && value !== null
        ? (value as Record<string | number, unknown>)[segment]
        : undefined;
  }
  return typeof value === 'string' ? value : String(path[path.length - 1]);
}
