import type { Round, RoundDecision, RoundGoal, RoundsEnd } from '../../experiment/sweep/rounds.ts';
import type { SweepPlan } from '../../experiment/sweep/sweep-plan.ts';
import { sweepMetric, sweepMetricNames } from '../../experiment/sweep/sweep-metric.ts';
import { didYouMean } from '../../io/scenario/did-you-mean.ts';
import { decimal } from '../../units.ts';
import type { Arguments } from '../commands.ts';
import { usage } from '../usage.ts';

/** Enough for an interval that means something. */
const FIRST_SEEDS = 8;

/** `--target`, `--halve`, `--first-seeds`; null: no rounds. Metrics are those of the plan. Errors: E5001. */
export function roundGoalOf(args: Arguments, plan: Pick<SweepPlan, 'userMetrics'>): RoundGoal | null {
  const target = args['target'] as string | undefined;
  const halve = args['halve'] as string | undefined;
  const firstSeeds = args['first-seeds'] as number | undefined;
  if (target === undefined && halve === undefined) {
    if (firstSeeds !== undefined) throw usage('--first-seeds is for rounds: add --target or --halve');
    return null;
  }
  if (firstSeeds !== undefined && !(Number.isInteger(firstSeeds) && firstSeeds >= 2))
    throw usage(`cannot use --first-seeds ${firstSeeds}`, 'a whole number from 2: one seed has no interval');
  return {
    target: target === undefined ? null : targetOf(target, plan),
    halve: halve === undefined ? null : metricOf('--halve', halve, plan),
    firstSeeds: firstSeeds ?? FIRST_SEEDS,
  };
}

function targetOf(text: string, plan: Pick<SweepPlan, 'userMetrics'>): RoundGoal['target'] {
  const match = /^\s*([\w.-]*\w)\s*(?:±|\+-|\+\/-)\s*(\d{1,3}(?:\.\d{1,6})?)\s*%\s*$/.exec(text);
  const percent = Number(match?.[2] ?? 0);
  if (match === null || percent <= 0)
    throw usage(`cannot use --target '${text}'`, "write 'cost.total±2%', or cost.total+-2%");
  return { metric: metricOf('--target', match[1]!, plan), share: percent / 100 };
}

/** `cost` is what everybody writes. */
function metricOf(flag: string, text: string, plan: Pick<SweepPlan, 'userMetrics'>): string {
  const known = sweepMetricNames(plan);
  const name = text === 'cost' ? 'cost.total' : text;
  if (!known.includes(name)) {
    throw usage(
      `there is no metric '${name}' for ${flag}`,
      didYouMean(name, known) ?? 'stowage catalog metrics lists them',
    );
  }
  if (flag === '--halve' && sweepMetric(name, plan).better === 'neither')
    throw usage(`cannot use --halve ${name}: neither more nor less of it is better`);
  return name;
}

/** What a round has shown, in one line. */
export function roundLine(
  { number }: Round,
  { seeds, runs }: SweepPlan,
  { verdicts, next }: RoundDecision,
  { target, halve }: RoundGoal,
): string {
  const metric = halve ?? target!.metric;
  const each = verdicts.map(({ platform, mean, precision, isKept }) => {
    const value = mean === null ? 'no value' : String(Number(mean.toPrecision(4)));
    const width = target === null ? '' : precision === null ? ' ±?' : ` ±${(precision * 100).toFixed(2)}%`;
    return `${platform} ${value}${width}${isKept ? '' : ' dropped'}`;
  });
  const then = typeof next === 'string' ? next : `round ${next.number} next`;
  return `round ${number}: seeds ${seeds}, ${decimal(runs, 0)} runs; ${metric}: ${each.join(', ')}; ${then}`;
}

/** Why the rounds have ended, and what the answer leaves out. */
export function roundsEndText(end: RoundsEnd, rounds: number, missing: number): string {
  const why = {
    precise: 'the target is reached',
    'one platform': 'one platform is left',
    'no seeds left': 'the seeds are used up',
  } as const;
  const dropped =
    missing === 0
      ? ''
      : `; ${decimal(missing, 0)} runs of dropped platforms were not made, their means are over fewer seeds`;
  return `${why[end]} after ${rounds} ${rounds === 1 ? 'round' : 'rounds'}${dropped}`;
}
