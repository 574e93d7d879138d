import { isAbsolute, relative } from 'node:path';
import { type Diagnostic, InputError, InvariantError } from '../errors.ts';
import { formatDiagnostics } from '../io/scenario/format-diagnostics.ts';
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
    if (wantsJson(argv)) {
      const records = error.diagnostics.map((diagnostic) => record(diagnostic, io));
      io.out(JSON.stringify({ error: records[0], ...(records.length > 1 && { diagnostics: records }) }));
    }
    io.note(diagnosticsText(error.diagnostics, io, io.paintNote));
    return exitCodeOf(error);
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (wantsJson(argv))
    io.out(JSON.stringify({ error: { code: 'internal', message: message.split('\n')[0] } }));
  const kind = error instanceof InvariantError ? 'an invariant does not hold' : 'an unexpected error';
  io.note(
    `stowage ${VERSION}: ${kind}. This is a bug in stowage, not in your input.\n${message}\n\n` +
      `Please report it with this command line and the output of 'stowage doctor':\n  stowage ${argv.join(' ')}`,
  );
  return EXIT.internal;
}

/** Findings as text for a terminal, severities in colour. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], io: CommandIo, paint: Paint): string {
  // The first word that is one: values and operands may be named like other commands.
  const names = COMMANDS.map(({ name }) => name);
  const typed = io.commandLine.find((word) => names.includes(word));
  const command = COMMANDS.find(({ name }) => name === typed);
  return (
    formatDiagnostics(
      diagnostics.map((diagnostic) => asTyped(diagnostic, io)),
      'text',
    )
      // What the code of a usage error means is no help; what the command takes is.
      .replaceAll(
        'stowage explain E5001',
        command === undefined ? 'stowage --help' : `stowage ${command.name} --help`,
      )
      .replace(/^(?:error|warning)\[\w+\]/gm, (head) =>
        paint(head.startsWith('error') ? 'bad' : 'warning', head),
      )
  );
}

/**
 * 2 when all that is wrong was typed on the command line, 8 for what cannot be made again, 7 when workers died, 4 for
 * files, else 3.
 */
export function exitCodeOf({ diagnostics }: InputError): number {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const isTyped = ({ code, position }: Diagnostic) =>
    code.startsWith('E5') || position?.file.startsWith('--') === true;
  if (errors.every(isTyped)) return EXIT.usage;
  if (errors.some(({ code }) => code === 'E4007')) return EXIT.notReproducible;
  if (errors.some(({ code }) => code === 'E4011')) return EXIT.incomplete;
  return errors.every(({ code }) => code.startsWith('E4')) ? EXIT.files : EXIT.invalidInput;
}

/** The line may be one that cannot be parsed. */
function wantsJson(argv: readonly string[]): boolean {
  return /(?:^| )(?:--json|(?:-o|--output|--format)[ =]json)(?: |$)/.test(argv.join(' '));
}

function record(diagnostic: Diagnostic, io: CommandIo): object {
  const { severity, code, message, path, position, hint } = asTyped(diagnostic, io);
  const { file, line, column } = position ?? {};
  return { severity, code, message, path, file, line, column, hint };
}

/** Files below the working directory by their relative name, unless they were named otherwise. */
export function asTyped(diagnostic: Diagnostic, { workingDirectory, commandLine }: CommandIo): Diagnostic {
  const { position } = diagnostic;
  if (position === undefined || !isAbsolute(position.file) || commandLine.includes(position.file))
    return diagnostic;
  const file = relative(workingDirectory, position.file);
  return file.startsWith('..') ? diagnostic : { ...diagnostic, position: { ...position, file } };
}
