import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../usage.ts';
import { countsText } from './queue-notes.ts';
import { planNameOf, withSession } from './queue-session.ts';

/** `sweep cancel HASH|PLAN --queue URL`: takes a sweep out of its queue. What is done is kept. */
export async function cancelAction(args: Arguments, io: CommandIo): Promise<number> {
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  if (inputs.length !== 1) throw usage('name one plan to cancel, by its file or the start of its hash');
  return withSession(
    args,
    io,
    planNameOf(inputs[0]!, io),
    async ({ shelf, queue, sweep }) => {
      const counts = await queue.counts();
      // The plan first: workers that find their queue empty then know why.
      await shelf.remove(sweep.plan.hash);
      await queue.destroy();
      io.print(`cancelled ${sweep.plan.hash.slice(0, 12)}: ${countsText(counts)}. What is done is kept.`);
      return EXIT.success;
    },
    { isPut: false },
  );
}
