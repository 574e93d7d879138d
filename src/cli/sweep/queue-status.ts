import type { QueueCounts } from '../../experiment/sweep/queue/chunk-queue.ts';
import { decimal } from '../../units.ts';
import { formOf } from '../answer.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../usage.ts';
import { signalCode } from './carry-out.ts';
import { corePriceOf, failureCost, noteFailureCost } from './losses-text.ts';
import { pauseFor } from './queue-carry-out.ts';
import { countsText, noteQuarantine } from './queue-notes.ts';
import { planNameOf, type QueueSession, withSession } from './queue-session.ts';

/** Between two looks of `--watch`. */
const WATCH_MS = 2000;

/** `sweep status HASH|PLAN --queue URL [--watch]`: how far the chunks of a queue are, and who works on them. */
export async function queueStatus(args: Arguments, io: CommandIo): Promise<number> {
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  if (inputs.length !== 1) throw usage('name one plan, by its file or the start of its hash');
  return withSession(args, io, planNameOf(inputs[0]!, io), (session) => report(session, args, io), {
    isPut: false,
  });
}

async function report(session: QueueSession, args: Arguments, io: CommandIo): Promise<number> {
  const { shelf, queue, sweep } = session;
  const corePrice = corePriceOf(args);
  const isWatch = args['watch'] === true;
  const isJson = formOf(args) === 'json';
  const never = new AbortController().signal;
  if (isWatch) io.signals.hold();
  let counts = await queue.counts();
  let shown = '';
  for (;;) {
    const text = await look(session, counts, isJson ? { corePrice } : null);
    // A document a line in JSON; for people only what is new.
    if (text !== shown) (isJson ? io.out : io.print)(text);
    shown = text;
    const isOver = counts.waiting + counts.active === 0;
    if (!isWatch || isOver || io.signals.received !== null || !(await shelf.has(sweep.plan.hash))) break;
    await pauseFor(WATCH_MS, never);
    counts = await queue.counts();
  }
  noteFailureCost(await shelf.losses(sweep.plan.hash), args, io);
  noteQuarantine(await queue.quarantined(), session, null, args, io);
  return signalCode(io) ?? (counts.done < counts.chunks ? EXIT.incomplete : EXIT.success);
}

/** `json`: as a document; null: in words. */
async function look(
  { shelf, queue, sweep }: QueueSession,
  counts: QueueCounts,
  json: { readonly corePrice: bigint | null } | null,
): Promise<string> {
  const workers = await queue.workers();
  const { plan } = sweep;
  if (json !== null) {
    const aside = await queue.quarantined();
    return JSON.stringify({
      scenario: plan.scenario.name,
      plan: plan.hash,
      runs: plan.runs,
      ...counts,
      workers,
      chunksAside: aside,
      failures: failureCost(await shelf.losses(plan.hash), json.corePrice),
    });
  }
  const who = workers.length === 1 ? '1 worker' : `${decimal(workers.length, 0)} workers`;
  return `${plan.scenario.name} ${plan.hash.slice(0, 12)}: ${countsText(counts)}; ${who}`;
}
