import { resolve } from 'node:path';
import { ALL_WORK } from '../../experiment/sweep/local-chunks.ts';
import { readLosses } from '../../experiment/sweep/losses.ts';
import { decimal } from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { EXIT } from '../exit-codes.ts';
import { shellWord } from '../shell-word.ts';
import { usage } from '../usage.ts';
import { budgetOf, carryOut, machineFlags, noteQuarantined, signalCode } from './carry-out.ts';
import { noteFailureCost } from './losses-text.ts';
import { planOf } from './plan-input.ts';
import { PLANNING_FLAGS } from './planning-flags.ts';
import { roundGoalOf } from './rounds-text.ts';
import { findPlan, settlePlan, type StoredPlan } from './stored-sweep.ts';
import { answerWish, noteFailures, printAnswer, readAnswer } from './sweep-answer.ts';

/** `sweep run`: all of a sweep on this machine, and its answer. Started again, it goes on. */
export async function runAction(args: Arguments, io: CommandIo): Promise<number> {
  const inputs = (args['inputs'] as readonly string[] | undefined) ?? [];
  if (inputs.length !== 1) throw usage('name one scenario, plan, or folder of results to run');
  budgetOf(args);
  const { given, out } = await sweepOf(inputs[0]!, args, io);
  const goal = roundGoalOf(args, given.plan);
  const wish = answerWish(args, given.plan);
  if (goal !== null) return (await import('./rounds-run.ts')).roundsRun(given, out, wish, goal, args, io);
  if (args['queue'] !== undefined) return (await import('./queue-run.ts')).queueRun(given, wish, args, io);
  const stored = settlePlan(given, out, io);
  const end = await carryOut(stored, stored.folder, ALL_WORK, args, io);
  const { answer, outcome } = readAnswer(stored.plan, [stored.folder], wish);
  if (answer.done + answer.failed > 0 || args['output'] !== 'text') await printAnswer(answer, args, io);
  noteFailures(answer, stored, io);
  noteQuarantined(end, io);
  noteFailureCost(readLosses(stored.folder), args, io);
  if (outcome.missingCount > 0) {
    const why = { signal: 'stopped', budget: 'the budget is used up' } as const;
    const reason = end.stoppedBy === null ? 'incomplete' : why[end.stoppedBy];
    io.note(
      `${reason}: ${decimal(outcome.missingCount, 0)} of ${decimal(answer.runs, 0)} runs are left; go on with`,
    );
    io.note(`  stowage sweep run ${shellWord(out)}${machineFlags(stored.plan, args)}`);
  }
  const signal = signalCode(io);
  if (signal !== null) return signal;
  return outcome.missingCount > 0 || answer.failed > 0 ? EXIT.incomplete : EXIT.success;
}

/** The sweep that the command line means, and the folder of its results. */
async function sweepOf(
  input: string,
  args: Arguments,
  io: CommandIo,
): Promise<{ readonly given: StoredPlan; readonly out: string }> {
  const found = input === '-' ? null : findPlan(input, io);
  const isFolder = found !== null && found.folder === resolve(io.workingDirectory, input);
  const out = (args['out'] as string | undefined) ?? (isFolder ? input : 'sweep');
  if (found === null) {
    const folder = resolve(io.workingDirectory, out);
    const { plan } = await planOf(args, io, input, folder);
    return { given: { plan, folder }, out };
  }
  const answered = PLANNING_FLAGS.find((flag) => args[flag] !== undefined);
  if (answered !== undefined) throw usage(`--${answered} is for scenarios: ${input} is planned already`);
  return { given: found, out };
}
