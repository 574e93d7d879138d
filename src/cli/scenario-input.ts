import { InputError } from '../errors.ts';
import { type PreparedScenario, prepareScenario } from '../experiment/prepare-scenario.ts';
import { formatDiagnostics } from '../io/scenario/format-diagnostics.ts';
import type { SetArgument } from '../io/scenario/apply-sets.ts';
import type { Arguments, CommandIo } from './commands.ts';

/** The scenario named on the command line, read, checked and resolved; warnings go to stderr. */
export async function scenarioOf(args: Arguments, io: CommandIo): Promise<PreparedScenario> {
  const prepared = await prepareScenario(String(args['scenario']), scenarioOptions(args, io));
  if (prepared.warnings.length > 0) io.note(formatDiagnostics(prepared.warnings, 'text'));
  return prepared;
}

/** Options of `prepareScenario` from flags and environment. */
export function scenarioOptions(args: Arguments, io: CommandIo): NonNullable<Parameters<typeof prepareScenario>[1]> {
  const tracesFolder = (args['traces'] as string | undefined) ?? io.environment['STOWAGE_TRACES'];
  return {
    sets: [...setsOf(args), ...runSets(args)],
    allowPlugins: args['allow-plugins'] === true,
    ...(tracesFolder === undefined || tracesFolder === '' ? {} : { tracesFolder }),
  };
}

function setsOf(args: Arguments): SetArgument[] {
  return ((args['set'] as readonly string[] | undefined) ?? []).map((text) => {
    const at = text.indexOf('=');
    if (at <= 0) throw usage(`Cannot use --set '${text}': write path=value, as in --set horizon=1d`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/** Flags that are a shorter way to set a value of the scenario. */
function runSets(args: Arguments): SetArgument[] {
  const sets: SetArgument[] = [];
  const { seed, until } = args as { readonly seed?: number; readonly until?: string };
  if (seed !== undefined) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw usage(`Cannot use --seed ${seed}: a whole number from 0 on`);
    sets.push(['seed', String(seed)]);
  }
  if (until !== undefined) sets.push(['horizon', until]);
  return sets;
}

/** A value on the command line that cannot be used: exit code 2. */
export function usage(message: string, hint?: string): InputError {
  return new InputError([{ severity: 'error', code: 'E5001', message, hint }]);
}
