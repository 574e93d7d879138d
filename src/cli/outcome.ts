import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { RunSummary } from '../experiment/result.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOfSignal } from './signals.ts';
import { usage } from './usage.ts';

/** What makes the exit code 5: failed checks unless `never`, and whatever else `--fail-on` names. Errors: E5001. */
export function failOnOf(args: Arguments): ReadonlySet<string> {
  const wanted = new Set(args['fail-on'] as readonly string[]);
  if (!wanted.has('never')) return wanted.add('checks');
  if (wanted.size > 1) throw usage("cannot use --fail-on 'never' together with others");
  return new Set();
}

/** Exit code of finished runs: interrupted, then what `--fail-on` names; 0 else. */
export function exitCodeFor(
  summaries: readonly RunSummary[],
  { warnings }: Pick<PreparedScenario, 'warnings'>,
  failOn: ReadonlySet<string>,
  io: CommandIo,
): number {
  const signal = io.signals.received;
  if (signal !== null) return exitCodeOfSignal(signal);
  const fails =
    (failOn.has('checks') && summaries.some(({ checks }) => checks.some(({ passed }) => !passed))) ||
    (failOn.has('unplaced') && summaries.some(({ metrics }) => (metrics.unplaced ?? 0) > 0)) ||
    (failOn.has('warnings') && warnings.length > 0);
  return fails ? EXIT.checkFailed : EXIT.success;
}
