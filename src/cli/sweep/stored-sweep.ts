import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../../errors.ts';
import { PLAN_FILE, writePlanFile } from '../../experiment/sweep/part-files.ts';
import { readSweepPlan, type SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import type { CommandIo } from '../command-io.ts';
import { shellWord } from '../shell-word.ts';
import { usage } from '../usage.ts';
import { VERSION } from '../version.ts';

/** A plan and the file that it stands in. */
export interface StoredPlan {
  readonly plan: SweepPlan;
  /** Absolute. */
  readonly folder: string;
}

/** Is this the text of a plan, and no scenario? */
export function looksLikePlan(text: string): boolean {
  return /^\s*\{\s*"kind":\s*"stowage-sweep"/.test(text);
}

/** The plan that `path` names: a plan file, or a folder of results. null: it is something else. Errors: E4001, E4004. */
export function findPlan(path: string, io: CommandIo): StoredPlan | null {
  const full = resolve(io.workingDirectory, path);
  const isFolder = statSync(full, { throwIfNoEntry: false })?.isDirectory() === true;
  const file = isFolder ? join(full, PLAN_FILE) : full;
  const shown = isFolder ? join(path, PLAN_FILE) : path;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : String(code);
    throw new InputError([{ severity: 'error', code: 'E4001', message: `Cannot read ${shown}: ${reason}` }]);
  }
  if (!isFolder && !looksLikePlan(text)) return null;
  return { plan: readSweepPlan(text, shown, VERSION), folder: dirname(file) };
}

/** As `findPlan`, for actions that need one. */
export function requirePlan(path: string, io: CommandIo): StoredPlan {
  const stored = findPlan(path, io);
  if (stored !== null) return stored;
  throw usage(`${path} is no plan of a sweep`, 'stowage sweep plan writes one');
}

/** The plan of several folders of results, which must be the same. Errors: E4004. */
export function planOfFolders(paths: readonly string[], io: CommandIo): StoredPlan {
  const [first, ...others] = paths.map((path) => ({ path, stored: requirePlan(path, io) }));
  if (first === undefined) throw usage('name the folders of the results');
  const other = others.find(({ stored }) => stored.plan.hash !== first.stored.plan.hash);
  if (other === undefined) return first.stored;
  const message = `${first.path} and ${other.path} are results of different sweeps: ${first.stored.plan.hash.slice(0, 12)} and ${other.stored.plan.hash.slice(0, 12)}`;
  throw new InputError([{ severity: 'error', code: 'E4004', message }]);
}

/**
 * Puts the plan into the folder of its results, with its paths as they are from there; the one that is there already
 * stays. Errors: E4003 when the folder holds another sweep, E4002.
 */
export function settlePlan({ plan, folder }: StoredPlan, out: string, io: CommandIo): StoredPlan {
  const target = resolve(io.workingDirectory, out);
  if (statSync(join(target, PLAN_FILE), { throwIfNoEntry: false }) !== undefined) {
    const there = requirePlan(out, io);
    if (there.plan.hash === plan.hash) return there;
    const message = `${out} holds another sweep, ${there.plan.hash.slice(0, 12)}`;
    const hint = 'name another folder with --out; results are not replaced';
    throw new InputError([{ severity: 'error', code: 'E4003', message, hint }]);
  }
  const moved = (path: string) => relative(target, join(folder, path)).split(sep).join('/');
  const settled = {
    ...plan,
    scenario: { ...plan.scenario, file: moved(plan.scenario.file) },
    prices: plan.prices === null ? null : moved(plan.prices),
  };
  writePlanFile(target, planText(settled));
  return { plan: settled, folder: target };
}

/** As it stands in files. */
export function planText(plan: SweepPlan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}

/** The words of a command from the folder of a plan, as one to paste where we are. */
export function commandLineHere(
  words: readonly string[],
  { plan, folder }: StoredPlan,
  io: CommandIo,
): string {
  const here = (path: string) => relative(io.workingDirectory, join(folder, path)) || '.';
  const paths = [plan.scenario.file, ...(plan.prices === null ? [] : [plan.prices])];
  return words.map((word) => shellWord(paths.includes(word) ? here(word) : word)).join(' ');
}

/** A folder as it would be typed here. */
export function typedPath(path: string, io: CommandIo): string {
  const way = relative(io.workingDirectory, path);
  return way === '' ? '.' : way.startsWith(`..${sep}..`) || basename(way) === '' ? path : way;
}
