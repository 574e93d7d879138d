import { accessSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { ReplicationRequest } from '../experiment/replication-request.ts';
import { resultFolder } from '../io/result-folder.ts';
import type { RunResult } from '../experiment/result.ts';
import type { ResultTiming } from '../experiment/result-directory.ts';
import { cannotWrite, exists, existsAlready, writeFileAtomic } from '../io/atomic-files.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { shellWord } from './shell-word.ts';
import { VERSION } from './version.ts';

/** Is this a folder, and no file? Results are, scenarios are not. */
export function isFolder(name: string, { workingDirectory }: Pick<CommandIo, 'workingDirectory'>): boolean {
  if (name === '-') return false;
  try {
    return statSync(resolve(workingDirectory, name)).isDirectory();
  } catch {
    // Whoever reads it says what is wrong with it.
    return false;
  }
}

/** The command that makes the same result again, fit for pasting into a shell. */
export function reproduceLine(io: CommandIo): string {
  return ['stowage', ...io.commandLine].map(shellWord).join(' ');
}

/** Flags that name a file to write. */
const FILE_FLAGS = ['report', 'markdown', 'log'] as const;

/**
 * Says before a long run what could not be written after it: E4003 for what exists (unless `--force`), E4002 where
 * nothing can be written. Changes nothing.
 */
export function requireWritable(
  args: Arguments,
  io: CommandIo,
  prepared: PreparedScenario,
  platforms: readonly string[],
  seeds: readonly number[] = [prepared.plan.seed],
): void {
  const { name: scenario } = prepared.plan;
  const folders =
    args['out'] === undefined
      ? []
      : seeds.flatMap((seed) =>
          platforms.map((platform) => resultFolder(String(args['out']), { scenario, platform, seed })),
        );
  const files = FILE_FLAGS.flatMap((flag) => fileOf(args, flag) ?? []);
  const problems = [
    ...folders.map((path) => problemOf(path, io, args['force'] === true, 'folder')),
    ...files.map((path) => problemOf(path, io, args['force'] === true, 'file')),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InputError(problems.flatMap(({ diagnostics }) => diagnostics));
}

function problemOf(path: string, io: CommandIo, force: boolean, kind: 'file' | 'folder'): InputError | null {
  const full = resolve(io.workingDirectory, path);
  try {
    const isFolder = exists(full) && statSync(full).isDirectory();
    if (kind === 'file' && isFolder) return notWritable(path, 'it is a folder');
    const isFree = !exists(full) || (isFolder && readdirSync(full).length === 0);
    if (!isFree && !force) return existsAlready(path);
    let parent = dirname(full);
    while (!exists(parent)) parent = dirname(parent);
    if (!statSync(parent).isDirectory()) return notWritable(path, `${parent} is no folder`);
    accessSync(parent, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const problem = cannotWrite(path, error);
    if (problem instanceof InputError) return problem;
    throw problem;
  }
}

function notWritable(path: string, reason: string): InputError {
  return new InputError([{ severity: 'error', code: 'E4002', message: `Cannot write ${path}: ${reason}` }]);
}

/** Where `--out` puts a result. */
export function folderOf(args: Arguments, { summary: { scenario, platform, seed } }: RunResult): string {
  return resultFolder(String(args['out']), { scenario, platform: platform.name, seed });
}

/** As `requireWritable` for one file. */
export function requireFree(file: string, io: CommandIo, force: boolean): void {
  const problem = problemOf(file, io, force, 'file');
  if (problem !== null) throw problem;
}

/** The file that a flag names; `--report` alone means report.html. */
function fileOf(args: Arguments, flag: (typeof FILE_FLAGS)[number]): string | undefined {
  const value = args[flag];
  if (value === undefined) return undefined;
  return flag === 'report' && value === '' ? 'report.html' : String(value);
}

/** `--out`: one result directory. */
export async function saveResult(
  args: Arguments,
  io: CommandIo,
  prepared: PreparedScenario,
  result: RunResult,
  { reproduce, wallMs }: { readonly reproduce: string; readonly wallMs: number },
): Promise<void> {
  if (args['out'] === undefined) return;
  const { writeResult } = await import('../experiment/result-directory.ts');
  const { renderPlan } = await import('../io/scenario/render-plan.ts');
  const folder = folderOf(args, result);
  const path = resolve(io.workingDirectory, folder);
  makeFolder(dirname(path), folder);
  await writeResult(
    path,
    result,
    {
      engineVersion: VERSION,
      reproduce,
      startEpochMs: prepared.plan.startEpochMs,
      plan: renderPlan(prepared.plan),
      timing: { wallMs, ...madeHere(prepared, io) },
    },
    { force: args['force'] === true },
  );
  io.note(`wrote ${folder}`);
}

/** Where a result is made. */
function madeHere({ file }: PreparedScenario, io: CommandIo): Omit<ResultTiming, 'wallMs'> {
  return {
    node: process.version,
    os: `${process.platform} ${process.arch}`,
    folder: dirname(resolve(io.workingDirectory, file)),
  };
}

/** `--out` for the other seeds, whose results are written where they are made. */
export function saveRequestOf(
  args: Arguments,
  io: CommandIo,
  prepared: PreparedScenario,
): Pick<ReplicationRequest, 'save'> {
  if (args['out'] === undefined) return {};
  return {
    save: {
      folder: resolve(io.workingDirectory, String(args['out'])),
      force: args['force'] === true,
      engineVersion: VERSION,
      reproduce: reproduceLine(io),
      timing: { wallMs: null, ...madeHere(prepared, io) },
    },
  };
}

/** `--report`, `--markdown`: a text in a file of its own, if the flag was given. */
export async function saveText(
  flag: 'report' | 'markdown',
  args: Arguments,
  io: CommandIo,
  render: () => Promise<string>,
): Promise<void> {
  const file = fileOf(args, flag);
  if (file === undefined) return;
  writeText(file, await render(), io, args['force'] === true);
  io.note(`wrote ${file}`);
}

/** A file that appears whole or not at all; missing folders are made. Errors: E4002, E4003 with the name as typed. */
export function writeText(file: string, text: string, io: CommandIo, force: boolean): void {
  const path = resolve(io.workingDirectory, file);
  makeFolder(dirname(path), file);
  if (!force && exists(path)) throw existsAlready(file);
  writeFileAtomic(path, text, { force });
}

/**
 * Makes a folder and those above it that are missing, for `file`. One by one: `mkdirSync` with `recursive` never comes
 * back from a file system that answers ENOENT, as /proc does (Node 20.20). Errors: E4002.
 */
export function makeFolder(folder: string, file: string): void {
  try {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
    makeFolder(dirname(folder), file);
    mkdirSync(folder);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}
