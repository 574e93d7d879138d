import { resolve } from 'node:path';
import { InputError } from '../errors.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { StoredPlan } from '../experiment/result-directory.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';

/**
 * The scenario of a finished run, ready to make the run again. Its files are looked for where they were, or in
 * `--files`; traces in `--traces`. Errors: those of reading a result, of preparing a scenario, and E4007 when the plan
 * comes to another hash.
 */
export async function storedScenario(
  directory: string,
  args: Arguments,
  io: CommandIo,
): Promise<{ readonly prepared: PreparedScenario; readonly stored: StoredPlan }> {
  const { readStoredPlan } = await import('../experiment/result-directory.ts');
  const { prepareScenario } = await import('../experiment/prepare-scenario.ts');
  const stored = readStoredPlan(resolve(io.workingDirectory, directory));
  const tracesFolder = (args['traces'] as string | undefined) ?? io.environment['STOWAGE_TRACES'];
  const prepared = await prepareScenario(`${directory}/plan.json`, {
    scenario: stored.plan,
    folder: args['files'] === undefined ? stored.folder : resolve(io.workingDirectory, String(args['files'])),
    allowPlugins: args['allow-plugins'] === true,
    ...(tracesFolder === undefined || tracesFolder === '' ? {} : { tracesFolder }),
  });
  if (prepared.planHash !== stored.planHash) {
    const message = `Cannot make ${directory} again: its plan comes to another hash in this version`;
    throw new InputError([
      { severity: 'error', code: 'E4007', message, hint: `it was made by ${stored.engineVersion}` },
    ]);
  }
  return { prepared, stored };
}
