import { type Diagnostic, InputError } from '../errors.ts';
import { formatDiagnostics, summariseDiagnostics } from '../io/scenario/format-diagnostics.ts';
import { formOf } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { asTyped, diagnosticsText, exitCodeOf } from './report-failure.ts';
import { shellWord } from './shell-word.ts';
import { prepareFile } from './scenario-input.ts';
import { usage } from './usage.ts';

/** Checks files; findings go to stdout, for this is the answer. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const files = args['scenario'] as readonly string[];
  if (files.filter((file) => file === '-').length > 1) throw usage('cannot read standard input twice');
  const form = formOf(args) as 'text' | 'json' | 'github';
  const all: Diagnostic[] = [];
  let exitCode: number = EXIT.success;
  for (const file of files) {
    try {
      const prepared = await prepareFile(file, args, io);
      all.push(...prepared.warnings);
      // A trace is input too: its rows are read as a run would read them.
      await prepared.drawTables(0);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      all.push(...error.diagnostics);
      exitCode = Math.max(exitCode, exitCodeOf(error));
    }
  }
  const found = all.map((diagnostic) => asTyped(diagnostic, io));
  if (form === 'text') {
    const text = found.length === 0 ? '' : `${diagnosticsText(found, io, io.paint)}\n`;
    io.print(`${text}${summariseDiagnostics(found, files.length)}`);
    if (exitCode === EXIT.success) {
      const first = shellWord(files[0]!);
      io.suggest([`stowage plan ${first}`, `stowage compare ${first}`]);
    }
  } else if (form === 'json' || found.length > 0) {
    io.out(formatDiagnostics(found, form));
  }
  return exitCode;
}
