import { join, resolve } from 'node:path';
import { makeAnswer } from '../../experiment/sweep/make-answer.ts';
import { fetchResults } from '../../experiment/sweep/queue/fetch-results.ts';
import { readLosses } from '../../experiment/sweep/losses.ts';
import { ALL_WORK } from '../../experiment/sweep/local-chunks.ts';
import { mergeParts } from '../../experiment/sweep/merge.ts';
import {
  decideRound,
  firstRound,
  hashOfRounds,
  readRound,
  type Round,
  type RoundDecision,
  type RoundGoal,
  roundPlan,
} from '../../experiment/sweep/rounds.ts';
import { openSweep } from '../../experiment/sweep/sweep-plan.ts';
import { SweepValues } from '../../experiment/sweep/sweep-values.ts';
import { decimal } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { reproduceLine, writeText } from '../outputs.ts';
import { budgetOf, carryOut, noteQuarantined, signalCode } from './carry-out.ts';
import { noteFailureCost } from './losses-text.ts';
import { placeOf, queueAddressOf } from './queue-arguments.ts';
import { withSession } from './queue-session.ts';
import { endCode, workHere } from './queue-work-action.ts';
import { roundLine, roundsEndText } from './rounds-text.ts';
import { settlePlan, type StoredPlan } from './stored-sweep.ts';
import { type AnswerWish, noteFailures, printAnswer } from './sweep-answer.ts';

/** One round and what came of it: a line of `rounds.json`. */
interface RoundRecord extends RoundDecision {
  readonly round: Round;
  readonly seeds: string;
  readonly plan: string;
  readonly results: string;
}

/**
 * `sweep run … --target` or `--halve`: a sweep in rounds, each in a folder of its own below `out`, and the answer of them
 * all. Started again it takes over the rounds that are done, and decides the same.
 */
export async function roundsRun(
  given: StoredPlan,
  out: string,
  wish: AnswerWish,
  goal: RoundGoal,
  args: Arguments,
  io: CommandIo,
): Promise<number> {
  const startedMs = io.nowMs();
  const budgetMs = budgetOf(args);
  const base = settlePlan(given, out, io);
  const sweep = openSweep(base.plan);
  const values = new SweepValues(sweep, metricsOf(wish, goal));
  const records: RoundRecord[] = [];
  let next: RoundDecision['next'] = firstRound(sweep, goal);
  while (typeof next !== 'string') {
    const round: Round = next;
    const folder = join(out, `round-${round.number}`);
    const plan = roundPlan(sweep, round);
    const left = budgetMs === null ? null : Math.max(1, budgetMs - (io.nowMs() - startedMs));
    const budget = left === null ? {} : { budget: `${left}ms` };
    const code = await oneRound({ plan, folder: base.folder }, folder, { ...args, ...budget }, io);
    if (code !== EXIT.success) {
      io.note(`round ${round.number} is not done, and nothing is decided by a part of it; go on with`);
      io.note(`  ${reproduceLine(io)}`);
      return code;
    }
    const results = readRound(sweep, round, resolve(io.workingDirectory, folder), values);
    const decision: RoundDecision = decideRound(sweep, round, values, goal);
    records.push({ round, seeds: plan.seeds, plan: plan.hash, results, ...decision });
    io.note(roundLine(round, plan, decision, goal));
    next = decision.next;
  }
  return conclude(base, out, records, next, wish, args, io);
}

/** The work of one round, here or through a queue; its results are in `folder` afterwards. 0 when all of it is done. */
async function oneRound(given: StoredPlan, folder: string, args: Arguments, io: CommandIo): Promise<number> {
  const stored = settlePlan(given, folder, io);
  if (args['queue'] === undefined) {
    noteQuarantined(await carryOut(stored, stored.folder, ALL_WORK, args, io), io);
    noteFailureCost(readLosses(stored.folder), args, io);
  } else {
    const address = queueAddressOf(args, io);
    // Results in a database are copied into the folder of the round when it is done; others are made there.
    const isTable =
      args['results'] !== undefined || (args['out'] === undefined && address.kind === 'postgres');
    const placed = { ...args, out: isTable ? undefined : folder };
    const place = placeOf(placed, address, io);
    const code = await withSession(
      placed,
      io,
      { kind: 'file', stored },
      async (session) =>
        endCode(session, place, await workHere(session, place, null, placed, io), placed, io),
      { isPut: true },
    );
    if (code !== EXIT.success) return code;
    if (place.kind === 'table') await fetchResults(place.address, stored.plan.hash, stored.folder);
  }
  const { missingCount } = mergeParts(stored.plan, [stored.folder], () => {});
  if (missingCount === 0) return EXIT.success;
  const where =
    args['queue'] === undefined ? '' : ': they are in folders of other machines; name one that all share';
  io.note(`${decimal(missingCount, 0)} runs are not in ${folder}${where}`);
  return signalCode(io) ?? EXIT.incomplete;
}

/** The answer of all rounds together: the seeds that were used, and all platforms. */
async function conclude(
  base: StoredPlan,
  out: string,
  records: readonly RoundRecord[],
  end: Exclude<RoundDecision['next'], Round>,
  wish: AnswerWish,
  args: Arguments,
  io: CommandIo,
): Promise<number> {
  const sweep = openSweep(base.plan);
  const last = records.at(-1)!.round;
  const used = openSweep(
    roundPlan(sweep, { platforms: sweep.plan.platforms, seeds: { first: 0, last: last.seeds.last } }),
  );
  const values = new SweepValues(used, wish.metrics);
  for (const { round } of records) {
    readRound(sweep, round, resolve(io.workingDirectory, out, `round-${round.number}`), values);
  }
  const resultHash = hashOfRounds(records.map(({ results }) => results));
  const missing = used.plan.runs - values.done - values.failed;
  const whole = makeAnswer(values, { ...wish, resultHash, missing });
  // Shares of the variance are of balanced designs: platforms that were dropped have fewer seeds.
  const answer = missing === 0 ? whole : { ...whole, importance: [] };
  writeText(join(out, 'rounds.json'), `${JSON.stringify({ end, rounds: records }, null, 2)}\n`, io, true);
  io.note(roundsEndText(end, records.length, missing));
  await printAnswer(answer, args, io);
  noteFailures(answer, base, io);
  const isAnswered = end !== 'no seeds left' || args['target'] === undefined;
  if (!isAnswered) io.note('more seeds (--seeds) may reach it; rounds that are done are not done again');
  return answer.failed > 0 || !isAnswered ? EXIT.incomplete : EXIT.success;
}

function metricsOf({ metrics }: AnswerWish, { target, halve }: RoundGoal): AnswerWish['metrics'] {
  const more = [...(target === null ? [] : [target.metric]), ...(halve === null ? [] : [halve])];
  return [...new Set([...metrics, ...more])];
}
