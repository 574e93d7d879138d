import type { SweepAnswer } from '../../experiment/sweep/answer.ts';
import { formatRanges } from '../../experiment/sweep/index-ranges.ts';
import { makeAnswer } from '../../experiment/sweep/make-answer.ts';
import { mergeParts, type MergeOutcome } from '../../experiment/sweep/merge.ts';
import type { RecordLine } from '../../experiment/sweep/record.ts';
import { openSweep, type SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import { sweepMetric, sweepMetricNames } from '../../experiment/sweep/sweep-metric.ts';
import { SweepValues } from '../../experiment/sweep/sweep-values.ts';
import type { MetricName } from '../../model/metrics.ts';
import { decimal } from '../../units.ts';
import { didYouMean } from '../../io/scenario/did-you-mean.ts';
import { formOf } from '../answer.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { reproduceLine } from '../outputs.ts';
import { shellWord } from '../shell-word.ts';
import { requirePlatform } from '../scenario-input.ts';
import { usage } from '../usage.ts';
import { VERSION } from '../version.ts';
import { commandLineHere, type StoredPlan, typedPath } from './stored-sweep.ts';

/** What an answer is about, if nothing else is asked for: cost, waiting, disruption, and work that was left undone. */
const OBJECTIVES: readonly MetricName[] = ['cost.total', 'wait.p95', 'tasks.interrupted', 'unplaced'];
/** A command line takes no more than this; the rest is asked for again. */
const MOST_RANGES = 1000;

/** What the flags ask the answer to hold. */
export interface AnswerWish {
  readonly metrics: readonly string[];
  readonly objectives: readonly string[];
  readonly baseline: string;
}

/** `--metrics`, `--objectives`, `--baseline`. Errors: E5001. */
export function answerWish(args: Arguments, plan: Pick<SweepPlan, 'platforms' | 'userMetrics'>): AnswerWish {
  const { platforms, userMetrics = [] } = plan;
  const known = sweepMetricNames(plan);
  const objectives = metricsOf('--objectives', args['objectives'] as string | undefined, known) ?? OBJECTIVES;
  const neutral = objectives.find((metric) => sweepMetric(metric, plan).better === 'neither');
  if (neutral !== undefined) throw usage(`${neutral} is no objective: neither more nor less of it is better`);
  const asked = args['metrics'] === 'all' ? known : metricsOf('--metrics', args['metrics'] as string, known);
  const metrics = [...new Set([...objectives, ...(asked ?? userMetrics.map(({ name }) => name))])];
  const baseline = (args['baseline'] as string | undefined) ?? platforms[0]!;
  requirePlatform('--baseline', baseline, platforms);
  return { metrics, objectives, baseline };
}

function metricsOf(
  flag: string,
  text: string | undefined,
  known: readonly string[],
): readonly string[] | undefined {
  return text?.split(',').map((part) => {
    const name = part.trim();
    if (known.includes(name)) return name;
    throw usage(
      `there is no metric '${name}' for ${flag}`,
      didYouMean(name, known) ?? 'stowage catalog metrics lists them',
    );
  });
}

/** Reads what the folders hold. `onLine` sees every run in order of its index. */
export function readAnswer(
  plan: SweepPlan,
  folders: readonly string[],
  wish: AnswerWish,
  onLine: (line: RecordLine) => void = () => {},
): { readonly answer: SweepAnswer; readonly outcome: MergeOutcome } {
  const values = new SweepValues(openSweep(plan), wish.metrics);
  const outcome = mergeParts(plan, folders, (line) => {
    values.add(line);
    onLine(line);
  });
  const { hash: resultHash, missingCount: missing } = outcome;
  return { answer: makeAnswer(values, { ...wish, resultHash, missing }), outcome };
}

/** The answer on stdout, in the form asked for. */
export async function printAnswer(answer: SweepAnswer, args: Arguments, io: CommandIo): Promise<void> {
  const reproduce = reproduceLine(io);
  const form = formOf(args);
  if (form === 'csv' || form === 'json') {
    const { sweepToCsv, sweepToJson } = await import('../../report/sweep-export.ts');
    const pieces = form === 'csv' ? sweepToCsv(answer) : sweepToJson(answer);
    for (const piece of pieces) io.out(piece);
  } else if (form === 'markdown') {
    const { renderSweepMarkdown } = await import('../../report/sweep-markdown.ts');
    io.out(renderSweepMarkdown(answer, { reproduce, version: VERSION }));
  } else {
    const { renderSweepText } = await import('../../report/sweep-text.ts');
    io.print(renderSweepText(answer, { width: io.width, ascii: io.ascii, paint: io.paint, reproduce }));
  }
}

/** Says what failed, with the command that shows it. */
export function noteFailures(answer: SweepAnswer, stored: StoredPlan, io: CommandIo): void {
  for (const { index, error, reproduce } of answer.failures) {
    io.note(`run ${index} failed, ${error.code}: ${error.message}`);
    io.note(`  ${commandLineHere(reproduce, stored, io)}`);
  }
  const more = answer.failed - answer.failures.length;
  if (more > 0) io.note(`and ${decimal(more, 0)} more failed runs`);
}

/** Says what is missing, with the command that runs it into `out`. */
export function noteMissing(
  { missing, missingCount, damaged }: MergeOutcome,
  stored: StoredPlan,
  out: string,
  io: CommandIo,
): void {
  for (const path of damaged) io.note(`damaged: ${typedPath(path, io)}; what is whole at its start was read`);
  if (missingCount === 0) return;
  const some = missing.slice(0, MOST_RANGES);
  const rest = some.length < missing.length ? '; then ask again for the rest' : '';
  const folder = shellWord(typedPath(stored.folder, io));
  io.note(`${decimal(missingCount, 0)} runs are missing. They are run by${rest}:`);
  const flags = stored.plan.runsCode ? ' --allow-plugins' : '';
  io.note(`  stowage sweep work ${folder} --only ${formatRanges(some)} --out ${shellWord(out)}${flags}`);
}
