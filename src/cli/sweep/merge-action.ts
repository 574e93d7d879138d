import { dirname, resolve } from 'node:path';
import type { MergeOutcome } from '../../experiment/sweep/merge.ts';
import { MergedFile } from '../../experiment/sweep/merged-file.ts';
import { exists, existsAlready } from '../../io/atomic-files.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { makeFolder } from '../outputs.ts';
import { planOfFolders, type StoredPlan } from './stored-sweep.ts';
import { answerWish, noteFailures, noteMissing, printAnswer, readAnswer } from './sweep-answer.ts';

/** `sweep merge`: the answer of the results in several folders, and one file of them all. */
export async function mergeAction(args: Arguments, io: CommandIo): Promise<number> {
  if (args['queue'] !== undefined || args['results'] !== undefined)
    return (await import('./queue-merge.ts')).queueMerge(args, io);
  const folders = (args['inputs'] as readonly string[] | undefined) ?? [];
  const stored = planOfFolders(folders, io);
  const paths = folders.map((folder) => resolve(io.workingDirectory, folder));
  return mergeFolders(stored, paths, args, io, (outcome) => noteMissing(outcome, stored, folders[0]!, io));
}

/** Checks and joins the results in the folders. `onOutcome` says what is missing. */
export async function mergeFolders(
  stored: StoredPlan,
  paths: readonly string[],
  args: Arguments,
  io: CommandIo,
  onOutcome: (outcome: MergeOutcome) => void,
): Promise<number> {
  const wish = answerWish(args, stored.plan);
  const out = args['out'] as string | undefined;
  const file = out === undefined ? null : openMerged(out, args, io);
  let isKept = false;
  try {
    const { answer, outcome } = readAnswer(stored.plan, paths, wish, (line) => file?.add(line.bytes));
    file?.finish();
    isKept = true;
    await printAnswer(answer, args, io);
    if (out !== undefined) io.note(`wrote ${out}`);
    noteFailures(answer, stored, io);
    onOutcome(outcome);
    return outcome.missingCount > 0 || answer.failed > 0 ? EXIT.incomplete : EXIT.success;
  } finally {
    if (!isKept) file?.discard();
  }
}

function openMerged(out: string, args: Arguments, io: CommandIo): MergedFile {
  const path = resolve(io.workingDirectory, out);
  if (args['force'] !== true && exists(path)) throw existsAlready(out);
  makeFolder(dirname(path), out);
  return new MergedFile(path);
}
