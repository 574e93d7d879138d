import { InputError, InvariantError } from '../errors.ts';
import { formatDiagnostics } from '../io/scenario/format-diagnostics.ts';
import type { Diagnostic } from '../errors.ts';
import type { Paint } from '../report/text-layout.ts';
import type { CommandIo } from './command-io.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { VERSION } from './version.ts';

/**
 * Prints what went wrong and returns the exit code: findings about the input with their positions; anything else is a
 * bug, printed with what a report of it needs. With `-o json` stdout still gets exactly one document.
 */
export function reportFailure(error: unknown, io: CommandIo): number {
  const { commandLine: argv } = io;
  if (error instanceof InputError) {
    const [first] = error.diagnostics;
    if (wantsJson(argv)) {
      const records = error.diagnostics.map(record);
      io.out(
        JSON.stringify({
          error: first && record(first),
          ...(records.length > 1 && { diagnostics: records }),
        }),
      );
    }
    io.note(diagnosticsText(error.diagnostics, io.paintNote, argv));
    return exitCodeOf(error);
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (wantsJson(argv))
    io.out(JSON.stringify({ error: { code: 'internal', message: message.split('\n')[0] } }));
  const kind = error instanceof InvariantError ? 'an invariant does not hold' : 'an unexpected error';
  io.note(
    `stowage ${VERSION}: ${kind}. This is a bug in stowage, not in your input.\n${message}\n\n` +
      `Please report it with this command line and the output of 'stowage doctor':\n  stowage ${argv.join(' ')}\n`,
  );
  return EXIT.internal;
}

/** Findings as text for a terminal, severities in colour. */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  paint: Paint,
  argv: readonly string[] = [],
): string {
  const command = COMMANDS.find(({ name }) => argv.includes(name));
  return (
    formatDiagnostics(diagnostics, 'text')
      // What the code of a usage error means is no help; what the command takes is.
      .replaceAll(
        'stowage catalog codes E5001',
        command === undefined ? 'stowage --help' : `stowage ${command.name} --help`,
      )
      .replace(/^(?:error|warning)\[\w+\]/gm, (head) =>
        paint(head.startsWith('error') ? 'bad' : 'warning', head),
      )
  );
}

/** 2 when all that is wrong was typed on the command line, 4 when files are the trouble, else 3. */
export function exitCodeOf({ diagnostics }: InputError): number {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.every(({ code, position }) => code.startsWith('E5') || position?.file.startsWith('--')))
    return EXIT.usage;
  return errors.every(({ code }) => code.startsWith('E4')) ? EXIT.files : EXIT.invalidInput;
}

/** The line may be one that cannot be parsed. */
function wantsJson(argv: readonly string[]): boolean {
  return /(?:^| )(?:--json|(?:-o|--output|--format)[ =]json)(?: |$)/.test(argv.join(' '));
}

function record({ severity, code, message, path, position, hint }: Diagnostic): object {
  const { file, line, column } = position ?? {};
  return { severity, code, message, path, file, line, column, hint };
}
