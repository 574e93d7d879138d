import { type Diagnostic, InputError } from '../errors.ts';
import { formatDiagnostics, summariseDiagnostics } from '../io/scenario/format-diagnostics.ts';
import { formOf } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { diagnosticsText, exitCodeOf } from './report-failure.ts';
import { prepareFile } from './scenario-input.ts';
import { usage } from './usage.ts';

/** Checks files; findings go to stdout, for this is the answer. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const files = args['scenario'] as readonly string[];
  if (files.filter((file) => file === '-').length > 1) throw usage('cannot read standard input twice');
  const form = formOf(args) as 'text' | 'json' | 'github';
  const found: Diagnostic[] = [];
  let exitCode: number = EXIT.success;
  for (const file of files) {
    try {
      found.push(...(await prepareFile(file, args, io)).warnings);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      found.push(...error.diagnostics);
      exitCode = Math.max(exitCode, exitCodeOf(error));
    }
  }
  if (form === 'text') {
    const text = found.length === 0 ? '' : `${diagnosticsText(found, io.paint, io.commandLine)}\n`;
    io.print(`${text}${summariseDiagnostics(found, files.length)}`);
    if (exitCode === EXIT.success) io.suggest([`stowage plan ${files[0]}`, `stowage compare ${files[0]}`]);
  } else if (form === 'json' || found.length > 0) {
    io.out(formatDiagnostics(found, form));
  }
  return exitCode;
}
