import { InputError, InvariantError } from '../errors.ts';
import { formatDiagnostics } from '../io/scenario/format-diagnostics.ts';
import { EXIT } from './exit-codes.ts';
import { VERSION } from './version.ts';

/**
 * Prints what went wrong and returns the exit code: findings about the input with their positions; anything else is a
 * bug, printed with what a report of it needs. With `-o json` stdout still gets exactly one document.
 */
export function reportFailure(
  error: unknown,
  argv: readonly string[],
  note: (text: string) => void,
  out: (text: string) => void,
): number {
  const json = argv.includes('--json') || argv.some((arg, index) => arg === 'json' && /^(-o|--output)$/.test(argv[index - 1] ?? ''));
  if (error instanceof InputError) {
    if (json) out(`${JSON.stringify({ error: firstOf(error) })}\n`);
    note(formatDiagnostics(error.diagnostics, 'text'));
    return exitCodeOf(error);
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) out(`${JSON.stringify({ error: { code: 'internal', message: message.split('\n')[0] } })}\n`);
  const kind = error instanceof InvariantError ? 'an invariant does not hold' : 'an unexpected error';
  note(
    `stowage ${VERSION}: ${kind}. This is a bug in stowage, not in your input.\n${message}\n\n` +
      `Please report it with this command line and the output of 'stowage doctor':\n  stowage ${argv.join(' ')}\n`,
  );
  return EXIT.internal;
}

/** 2 for a value on the command line, 4 when files are the trouble, else 3. */
export function exitCodeOf(error: InputError): number {
  const errors = error.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.every(({ code }) => code.startsWith('E5'))) return EXIT.usage;
  if (errors.every(({ code }) => code.startsWith('E4'))) return EXIT.files;
  return EXIT.invalidInput;
}

function firstOf(error: InputError): object {
  const { code, message, path, position, hint } = error.diagnostics[0]!;
  return { code, message, path, file: position?.file, line: position?.line, column: position?.column, hint };
}
