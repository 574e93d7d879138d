import { mergeParts } from '../../experiment/sweep/merge.ts';
import { readLosses } from '../../experiment/sweep/losses.ts';
import { decodeRecord } from '../../experiment/sweep/record.ts';
import { resolve } from 'node:path';
import { decimal } from '../../units.ts';
import { formOf, printDocument } from '../answer.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { corePriceOf, failureCost, noteFailureCost } from './losses-text.ts';
import { planOfFolders } from './stored-sweep.ts';
import { noteMissing } from './sweep-answer.ts';

/** `sweep status`: how much of a sweep the folders hold. */
export async function statusAction(args: Arguments, io: CommandIo): Promise<number> {
  if (args['queue'] !== undefined) return (await import('./queue-status.ts')).queueStatus(args, io);
  const folders = (args['inputs'] as readonly string[] | undefined) ?? ['sweep'];
  const stored = planOfFolders(folders, io);
  const paths = folders.map((folder) => resolve(io.workingDirectory, folder));
  const corePrice = corePriceOf(args);
  const losses = paths.flatMap((path) => readLosses(path));
  let failed = 0;
  const outcome = mergeParts(stored.plan, paths, (line) => {
    if ('error' in decodeRecord(line)) failed += 1;
  });
  const { runs, scenario, hash } = stored.plan;
  const done = runs - outcome.missingCount;
  if (formOf(args) === 'json') {
    const { missing, missingCount, damaged, duplicates } = outcome;
    await printDocument(io, 'json', {
      scenario: scenario.name,
      plan: hash,
      results: outcome.hash,
      runs,
      done: done - failed,
      failed,
      missing: missingCount,
      missingRuns: missing,
      damaged,
      duplicates,
      failures: failureCost(losses, corePrice),
    });
  } else {
    io.print(
      `${scenario.name}: ${decimal(done, 0)} of ${decimal(runs, 0)} runs are done, ${decimal(failed, 0)} of them failed; ${decimal(outcome.missingCount, 0)} are missing`,
    );
    io.print(`plan ${hash}`);
    io.print(`results ${outcome.hash}`);
  }
  noteFailureCost(losses, args, io);
  noteMissing(outcome, stored, folders[0]!, io);
  return outcome.missingCount > 0 || failed > 0 ? EXIT.incomplete : EXIT.success;
}
