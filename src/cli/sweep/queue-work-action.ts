import { type IndexRange, parseRanges } from '../../experiment/sweep/index-ranges.ts';
import type { ResultPlace } from '../../experiment/sweep/queue/result-place.ts';
import { formOf } from '../answer.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../usage.ts';
import { budgetOf, signalCode } from './carry-out.ts';
import { corePriceOf, failureCost, noteFailureCost } from './losses-text.ts';
import { settingOf } from './plan-input.ts';
import { placeOf, queueAddressOf, queueJobsOf, queueSettingsOf } from './queue-arguments.ts';
import { carryOutQueue, type QueueWorkEnd } from './queue-carry-out.ts';
import { againCommand, countsText, noteQuarantine } from './queue-notes.ts';
import { type PlanName, planNameOf, type QueueSession, withSession } from './queue-session.ts';
import { settlePlan } from './stored-sweep.ts';

/** `sweep work [HASH|PLAN] --queue URL`: chunks from a queue, until there are none. */
export async function queueWorkAction(args: Arguments, io: CommandIo): Promise<number> {
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  for (const flag of ['shard', 'shards']) {
    if (args[flag] !== undefined)
      throw usage(`cannot use --${flag} and --queue together: a queue shares out by itself`);
  }
  const only = onlyOf(args);
  const place = placeOf(args, queueAddressOf(args, io), io);
  // What was typed is looked at before the server is.
  budgetOf(args);
  queueSettingsOf(args);
  if (queueJobsOf(args) === 0) throw usage('sweep work with --jobs 0 would do nothing');
  const [operand, second] = inputs;
  if (second !== undefined) throw usage('name one plan to work on, or none to work on all that are there');
  if (operand === undefined) {
    if (only !== null) throw usage('--only takes a plan: name one');
    return (await import('./queue-serve.ts')).workOnAll(args, io);
  }
  if (args['linger'] !== undefined) throw usage('--linger is for a worker of all plans: name none');
  return workOnPlan(planNameOf(operand, io), place, only, args, io);
}

/** The chunks of one plan, until there are none. */
export function workOnPlan(
  name: PlanName,
  place: ResultPlace,
  only: readonly IndexRange[] | null,
  args: Arguments,
  io: CommandIo,
): Promise<number> {
  return withSession(
    args,
    io,
    name,
    async (session) => {
      const end = await workHere(session, place, only, args, io);
      const { counts, isCancelled } = end;
      const { hash } = session.sweep.plan;
      if (formOf(args) === 'json') {
        const chunksAside = await session.queue.quarantined();
        const failures = failureCost(await session.shelf.losses(hash), corePriceOf(args));
        io.out(JSON.stringify({ plan: hash, ...counts, isCancelled, chunksAside, failures }));
      } else io.print(`${hash.slice(0, 12)}: ${countsText(counts)}, ${placeText(place)}`);
      return endCode(session, place, end, args, io);
    },
    { isPut: true },
  );
}

/** Does the work with the files and the folder of this machine. */
export function workHere(
  session: QueueSession,
  place: ResultPlace,
  only: readonly IndexRange[] | null,
  args: Arguments,
  io: CommandIo,
): Promise<QueueWorkEnd> {
  const { stored, filesFolder } = session;
  if (place.kind === 'folder') settlePlan(stored, place.folder, io);
  const setting = settingOf(args, io, stored.folder);
  const files = setting.scenarioFolder ?? filesFolder;
  const order = { place, only, setting: files === null ? setting : { ...setting, scenarioFolder: files } };
  return carryOutQueue(session, order, args, io);
}

/** Says what is left and how it goes on. 130 or 143 after a signal, 7 if chunks are left, else 0. */
export async function endCode(
  session: QueueSession,
  place: ResultPlace,
  { counts, isCancelled, stoppedBy }: QueueWorkEnd,
  args: Arguments,
  io: CommandIo,
): Promise<number> {
  const { address } = session.server;
  if (isCancelled) {
    io.note('the sweep was cancelled; what is done is kept');
    return signalCode(io) ?? EXIT.incomplete;
  }
  noteFailureCost(await session.shelf.losses(session.sweep.plan.hash), args, io);
  noteQuarantine(await session.queue.quarantined(), session, place, args, io);
  if (counts.waiting + counts.active > 0) {
    const why = { signal: 'stopped', budget: 'the budget is used up' } as const;
    io.note(`${stoppedBy === null ? 'incomplete' : why[stoppedBy]}; go on with`);
    io.note(`  ${againCommand(session, [], args, address, io)}`);
  }
  return signalCode(io) ?? (counts.done < counts.chunks ? EXIT.incomplete : EXIT.success);
}

/** Where results are, for people. */
export function placeText(place: ResultPlace): string {
  return place.kind === 'folder' ? `in ${place.folder}` : `in ${place.address.shown}`;
}

function onlyOf(args: Arguments): readonly IndexRange[] | null {
  const text = args['only'] as string | undefined;
  if (text === undefined) return null;
  const only = parseRanges(text);
  if (only === null) throw usage(`cannot use --only '${text}'`, 'write runs like 0-499,1500');
  return only;
}
