import { resolve } from 'node:path';
import { type Diagnostic, InputError } from '../errors.ts';
import { withChecks } from '../experiment/added-checks.ts';
import {
  type PreparedScenario,
  type PrepareOptions,
  prepareScenario,
} from '../experiment/prepare-scenario.ts';
import type { ReplicationRequest } from '../experiment/replication-request.ts';
import { SET_FILE } from '../io/scenario/apply-sets.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { MAX_SCENARIO_BYTES } from '../io/scenario/decode-text.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { diagnosticsText } from './report-failure.ts';
import { usage } from './usage.ts';

/** Name of standard input in messages. */
const STDIN = '<stdin>';

/** Flags that are a shorter way to set a value of the scenario. */
const SHORTCUTS = [
  { flag: '--seed', path: 'seed' },
  { flag: '--until', path: 'horizon' },
] as const;

/** The scenario named on the command line, read, checked and resolved; warnings go to stderr. */
export async function scenarioOf(args: Arguments, io: CommandIo): Promise<PreparedScenario> {
  return (await scenarioAndSource(args, io)).prepared;
}

/** The same, with what it takes to prepare it again with another seed. */
export async function scenarioAndSource(
  args: Arguments,
  io: CommandIo,
): Promise<{ readonly prepared: PreparedScenario; readonly source: Omit<ReplicationRequest, 'platforms'> }> {
  const checks = checksOf(args);
  const file = String(args['scenario']);
  const options = await optionsOf(file, args, io);
  const prepared = await prepareFile(file, args, io, options);
  if (prepared.warnings.length > 0) io.note(diagnosticsText(prepared.warnings, io, io.paintNote));
  const source = { file: file === '-' ? STDIN : file, options, checks };
  return { prepared: withChecks(prepared, checks), source };
}

/**
 * One scenario file, or standard input for `-`; the files that the latter names are relative to the working directory.
 * Values from flags are named in findings by the flag that was typed.
 */
export async function prepareFile(
  file: string,
  args: Arguments,
  io: CommandIo,
  options?: PrepareOptions,
): Promise<PreparedScenario> {
  try {
    return await prepareScenario(file === '-' ? STDIN : file, options ?? (await optionsOf(file, args, io)));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.diagnostics.map((diagnostic) => atShortcut(diagnostic, args)));
  }
}

async function optionsOf(file: string, args: Arguments, io: CommandIo): Promise<PrepareOptions> {
  const tracesFolder = (args['traces'] as string | undefined) ?? io.environment['STOWAGE_TRACES'];
  return {
    sets: setsOf(args),
    allowPlugins: args['allow-plugins'] === true,
    ...(tracesFolder === undefined || tracesFolder === '' ? {} : { tracesFolder }),
    ...(args['prices'] === undefined ? {} : { prices: resolve(io.workingDirectory, String(args['prices'])) }),
    ...(file === '-' ? { content: await readStdin(io) } : {}),
  };
}

/** One byte over the limit is enough to be refused; more would only fill the memory. */
async function readStdin(io: CommandIo): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of io.readStdin()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_SCENARIO_BYTES) break;
  }
  return Buffer.concat(chunks);
}

/** `--set` and its shortcuts, as typed. Errors: E5001. */
export function setsOf(args: Arguments): [path: string, value: string][] {
  const sets = ((args['set'] as readonly string[] | undefined) ?? []).map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at <= 0) throw usage(`cannot use --set '${text}'`, 'write path=value: --set horizon=1d');
    return [text.slice(0, at), text.slice(at + 1)];
  });
  for (const { flag, path } of SHORTCUTS) {
    const value = args[flag.slice(2)];
    if (value === undefined) continue;
    if (sets.some(([other]) => other === path)) throw usage(`cannot use ${flag} and --set ${path} together`);
    sets.push([path, String(value)]);
  }
  return sets;
}

/** A finding in `--set seed=x`, which nobody typed, as one in `--seed x`. */
function atShortcut(diagnostic: Diagnostic, args: Arguments): Diagnostic {
  const { position, excerpt } = diagnostic;
  if (position?.file !== SET_FILE) return diagnostic;
  const shortcut = SHORTCUTS.find(({ flag, path }) => excerpt === `${path}=${String(args[flag.slice(2)])}`);
  if (shortcut === undefined) return diagnostic;
  const prefix = shortcut.path.length + 1;
  return {
    ...diagnostic,
    position: { ...position, file: shortcut.flag, column: Math.max(1, position.column - prefix) },
    excerpt: excerpt?.slice(prefix),
  };
}

/** `--check`: conditions beside those of the scenario, as written. */
export function checksOf(args: Arguments): readonly string[] {
  return (args['check'] as readonly string[] | undefined) ?? [];
}

/** A platform that a flag names. Errors: E5001. */
export function requirePlatform(flag: string, name: string, known: readonly string[]): void {
  if (!known.includes(name))
    throw usage(`there is no platform '${name}' for ${flag}`, didYouMean(name, known));
}
