import { openSweep } from '../../experiment/sweep/sweep-plan.ts';
import { chunksOfWork, type LocalWork } from '../../experiment/sweep/local-chunks.ts';
import { parseRanges } from '../../experiment/sweep/index-ranges.ts';
import { readLosses } from '../../experiment/sweep/losses.ts';
import { isFinished } from '../../experiment/sweep/part-files.ts';
import { decimal } from '../../units.ts';
import { formOf, printDocument } from '../answer.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { reproduceLine } from '../outputs.ts';
import { usage } from '../usage.ts';
import { budgetOf, carryOut, noteQuarantined, signalCode } from './carry-out.ts';
import { corePriceOf, failureCost, noteFailureCost } from './losses-text.ts';
import { shardOf } from './shard.ts';
import { requirePlan, settlePlan } from './stored-sweep.ts';

/** `sweep work`: the part of a sweep that is this machine's. */
export async function workAction(args: Arguments, io: CommandIo): Promise<number> {
  if (args['queue'] !== undefined) return (await import('./queue-work-action.ts')).queueWorkAction(args, io);
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  if (inputs.length !== 1) throw usage('name one plan to work on');
  budgetOf(args);
  const work = workOf(args, io);
  const given = requirePlan(inputs[0]!, io);
  const out = (args['out'] as string | undefined) ?? 'sweep';
  const stored = settlePlan(given, out, io);
  const end = await carryOut(stored, stored.folder, work, args, io);
  const sweep = openSweep(stored.plan);
  let chunks = 0;
  let done = 0;
  for (const chunk of chunksOfWork(sweep, work)) {
    chunks += 1;
    if (isFinished(stored.folder, chunk)) done += 1;
  }
  noteQuarantined(end, io);
  const losses = readLosses(stored.folder);
  noteFailureCost(losses, args, io);
  const { index, count } = work.shard;
  if (formOf(args) === 'json') {
    const { quarantined } = end;
    await printDocument(io, 'json', {
      plan: stored.plan.hash,
      shard: { index, count },
      runs: end.runs,
      chunks,
      done,
      quarantined,
      failures: failureCost(losses, corePriceOf(args)),
    });
  } else {
    const part = count === 1 ? '' : `shard ${index}/${count}: `;
    io.print(`${part}${decimal(done, 0)} of ${decimal(chunks, 0)} chunks are done, in ${out}`);
  }
  if (done < chunks) io.note(`go on with\n  ${reproduceLine(io)}`);
  return signalCode(io) ?? (done < chunks ? EXIT.incomplete : EXIT.success);
}

function workOf(args: Arguments, io: CommandIo): LocalWork {
  const text = args['only'] as string | undefined;
  if (text === undefined) return { shard: shardOf(args, io.environment), only: null };
  const only = parseRanges(text);
  if (only === null) throw usage(`cannot use --only '${text}'`, 'write runs like 0-499,1500');
  if (args['shard'] !== undefined || args['shards'] !== undefined)
    throw usage('cannot use --only and --shard together');
  return { shard: { index: 0, count: 1 }, only };
}
