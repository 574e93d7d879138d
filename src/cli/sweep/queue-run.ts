import { decimal } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { withFetched } from './fetched.ts';
import { placeOf, queueAddressOf, queueJobsOf, queueSettingsOf } from './queue-arguments.ts';
import { againCommand, countsText } from './queue-notes.ts';
import { withSession } from './queue-session.ts';
import { endCode, workHere } from './queue-work-action.ts';
import type { StoredPlan } from './stored-sweep.ts';
import { type AnswerWish, noteFailures, printAnswer, readAnswer } from './sweep-answer.ts';

/** `sweep run … --queue URL`: shares the plan out, takes part unless `--jobs 0`, waits for all, and answers. */
export async function queueRun(
  given: StoredPlan,
  wish: AnswerWish,
  args: Arguments,
  io: CommandIo,
): Promise<number> {
  const place = placeOf(args, queueAddressOf(args, io), io);
  queueJobsOf(args);
  queueSettingsOf(args);
  return withSession(
    args,
    io,
    { kind: 'file', stored: given },
    async (session) => {
      const { plan } = session.sweep;
      const { address } = session.server;
      io.note(`plan ${plan.hash} is on ${address.shown}`);
      const end = await workHere(session, place, null, args, io);
      const table = place.kind === 'table' ? place.address : null;
      return withFetched(table, plan.hash, async (fetched) => {
        const folders = place.kind === 'folder' ? [place.folder] : fetched;
        const { answer, outcome } = readAnswer(plan, folders, wish);
        if (answer.done + answer.failed > 0 || args['output'] !== 'text') await printAnswer(answer, args, io);
        noteFailures(answer, session.stored, io);
        const code = await endCode(session, place, end, args, io);
        if (code !== EXIT.success || outcome.missingCount === 0)
          return code === EXIT.success && answer.failed > 0 ? EXIT.incomplete : code;
        // Done, but not where we look: in folders of other machines, or lost.
        io.note(
          `${countsText(end.counts)}, but ${decimal(outcome.missingCount, 0)} runs are not in the results here.`,
        );
        io.note('join the folders of all machines with sweep merge; what is lost is run again by');
        io.note(`  ${againCommand(session, outcome.missing, args, address, io)}`);
        return EXIT.incomplete;
      });
    },
    { isPut: true },
  );
}
