import { InputError } from '../errors.ts';

/** A name, number or time that the run does not have. */
export function unknown(message: string, hint?: string): InputError {
  return new InputError([{ severity: 'error', code: 'E5001', message, hint }]);
}

/** The run, made again, is another one. */
export function notReproducible(reason: string): InputError {
  const message = `Cannot make the result again: ${reason}`;
  const hint = 'results are made again by the version of stowage, the traces and the plug-ins that made them';
  return new InputError([{ severity: 'error', code: 'E4007', message, hint }]);
}
