import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { MergeOutcome } from '../../experiment/sweep/merge.ts';
import { decimal } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { usage } from '../usage.ts';
import { withFetched } from './fetched.ts';
import { mergeFolders } from './merge-action.ts';
import { addressOf, queueAddressOf, queueFlag, tableOf } from './queue-arguments.ts';
import { MOST_RANGES, onlyFlag, workFlags } from './queue-notes.ts';
import { planNameOf, withSession } from './queue-session.ts';
import type { StoredPlan } from './stored-sweep.ts';

/** `sweep merge HASH|PLAN [DIR…] --queue URL`: results from a database, and from folders beside it. */
export async function queueMerge(args: Arguments, io: CommandIo): Promise<number> {
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  const [first, ...others] = inputs;
  if (first === undefined)
    throw usage(
      'name the plan, by its file or the start of its hash, and folders of results if there are any',
    );
  const name = planNameOf(first, io);
  const results = args['results'] as string | undefined;
  if (args['queue'] === undefined) {
    if (name.kind === 'hash')
      throw usage(`to find the plan ${first} it takes --queue`, 'or name the file of the plan');
    return merge(name.stored, addressOf('--results', results!, io));
  }
  const table = tableOf(args, queueAddressOf(args, io), io);
  if (name.kind === 'file') return merge(name.stored, table);
  return withSession(args, io, name, ({ stored }) => merge(stored, table), { isPut: false });

  function merge(stored: StoredPlan, address: ReturnType<typeof tableOf>): Promise<number> {
    const folders = [...(isFolder(first!, io) ? [first!] : []), ...others].map((folder) =>
      resolve(io.workingDirectory, folder),
    );
    return withFetched(address, stored.plan.hash, (fetched) =>
      mergeFolders(stored, [...folders, ...fetched], args, io, (outcome) =>
        noteMissingHere(outcome, stored, args, io),
      ),
    );
  }
}

function isFolder(path: string, io: CommandIo): boolean {
  return statSync(resolve(io.workingDirectory, path), { throwIfNoEntry: false })?.isDirectory() === true;
}

function noteMissingHere(
  { missing, missingCount }: MergeOutcome,
  { plan }: StoredPlan,
  args: Arguments,
  io: CommandIo,
): void {
  if (missingCount === 0) return;
  const queue = args['queue'] === undefined ? '--queue URL' : queueFlag(args, queueAddressOf(args, io));
  const rest = missing.length > MOST_RANGES ? '; then ask again for the rest' : '';
  io.note(`${decimal(missingCount, 0)} runs are missing. They are run by${rest}:`);
  // The file that this command writes is not the folder of the results.
  const { out: _, ...others } = args;
  io.note(
    `  stowage sweep work ${plan.hash.slice(0, 12)} ${queue}${onlyFlag(missing)}${workFlags(plan, others, io)}`,
  );
}
