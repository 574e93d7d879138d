import { type Diagnostic, InputError } from '../errors.ts';
import { prepareScenario } from '../experiment/prepare-scenario.ts';
import { formatDiagnostics, summariseDiagnostics } from '../io/scenario/format-diagnostics.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { exitCodeOf } from './report-failure.ts';
import { scenarioOptions } from './scenario-input.ts';

/** Checks files; findings go to stdout, for this is the answer. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const files = (args['scenario'] as readonly unknown[]).map(String);
  const form = args['format'] as 'text' | 'json' | 'github';
  const found: Diagnostic[] = [];
  let exitCode: number = EXIT.success;
  for (const file of files) {
    try {
      const { warnings } = await prepareScenario(file, scenarioOptions(args, io));
      found.push(...warnings);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      found.push(...error.diagnostics);
      exitCode = Math.max(exitCode, exitCodeOf(error));
    }
  }
  if (form !== 'text' || found.length > 0) io.out(formatDiagnostics(found, form));
  if (form === 'text') io.out(summariseDiagnostics(found, files.length));
  return exitCode;
}
