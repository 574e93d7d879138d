import { type Diagnostic, InputError } from '../errors.ts';

/** A command line that cannot be used: exit code 2. */
export function usage(message: string, hint?: string): InputError {
  return new InputError([{ severity: 'error', code: 'E5001', message, hint }]);
}

/** What is wrong with the value of a flag that is written in a language of its own, shown like a line of a file. */
export function flagProblem(
  flag: string,
  text: string,
  { code, message, hint }: Pick<Diagnostic, 'code' | 'message' | 'hint'>,
): Diagnostic {
  const position = { file: flag, line: 1, column: 1, length: Math.max(1, [...text].length) };
  return { severity: 'error', code, message, position, excerpt: text, hint };
}
