import type { RunResult } from '../experiment/result.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';

/** Exit code of finished runs: interrupted, checks, what `--fail-on` names; 0 else. */
export function exitCodeFor(runs: readonly RunResult[], args: Arguments, io: CommandIo): number {
  const signal = io.stopRequested();
  if (signal !== null) return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  const failOn = args['fail-on'];
  const failed = runs.some(({ summary }) => summary.checks.some(({ passed }) => !passed));
  const unplaced = runs.some(({ summary }) => (summary.metrics.unplaced ?? 0) > 0);
  if (failOn === 'checks' && failed) return EXIT.checkFailed;
  if (failOn === 'unplaced' && (failed || unplaced)) return EXIT.checkFailed;
  return EXIT.success;
}
