import { InputError } from '../errors.ts';
import { metricOf } from '../experiment/metric-value.ts';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import { replicateAll } from '../experiment/replicate.ts';
import type { ReplicationRequest } from '../experiment/replication-request.ts';
import { FIRST_STAGE, type Selection, selectByOcba, selectByRinott } from '../experiment/select-best.ts';
import { stripControl } from '../io/terminal-text.ts';
import type { UserMetricDefinition } from '../model/user-metric.ts';
import { metricFormat } from '../report/number-format.ts';
import { textTable, wrapText } from '../report/text-layout.ts';
import { rinottConstant } from '../statistics/ranking-selection.ts';
import { decimal } from '../units.ts';
import { type AnswerColumn, csvOf } from './answer-csv.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { reproduceLine } from './outputs.ts';
import { rankedMetric } from './ranked-metric.ts';
import { shareOf } from './table-options.ts';
import { usage } from './usage.ts';

/** Replications of one platform at the most; beyond, nothing is promised, and that is said. */
const MOST_REPLICATIONS = 2000;

/** What needs a comparison. */
const FOREIGN_FLAGS = [
  ...['out', 'report', 'markdown', 'fingerprint', 'fail-if', 'exit-code'],
  ...['metrics', 'ci', 'min-effect', 'only-changed', 'by', 'check'],
] as const;

interface SelectionWish {
  /** By its name: one of stowage, or of the plug-ins of the scenario. */
  readonly metric: string;
  readonly confidence: number;
  /** Share of the baseline's mean. */
  readonly indifference: number;
  /** Replications in all, shared out by OCBA; null: Rinott's procedure. */
  readonly budget: number | null;
}

/** The same, its metric found. */
type RankedWish = Omit<SelectionWish, 'metric'> & { readonly metric: UserMetricDefinition };

/** What `--select` asks for; null: nothing. Errors: E5001. */
export function selectionOf(args: Arguments): SelectionWish | null {
  const text = args['select'] as string | undefined;
  const flags = ['confidence', 'indifference', 'budget'].filter((flag) => args[flag] !== undefined);
  if (text === undefined) {
    if (flags.length > 0) throw usage(`--${flags[0]} is for --select`, 'compare --select best');
    return null;
  }
  const [best, metric = 'cost.total', more] = text.split(':');
  if (best !== 'best' || more !== undefined)
    throw usage(`cannot use --select '${text}'`, 'write best, or best:wait.p95');
  if (args['seeds'] !== undefined)
    throw usage('cannot use --select and --seeds together: it chooses how many');
  const foreign = FOREIGN_FLAGS.find((flag) => args[flag] !== undefined && args[flag] !== false);
  if (foreign !== undefined)
    throw usage(`cannot use --select and --${foreign} together: it makes no comparison`);
  if (formOf(args) === 'markdown') throw usage('--select answers as text, json, yaml or csv');
  const budget = (args['budget'] as number | undefined) ?? null;
  if (budget !== null && (!Number.isInteger(budget) || budget < 20 || budget > 1e6)) {
    throw usage(`cannot use --budget ${budget}`, 'replications in all: a whole number from 20');
  }
  return {
    metric,
    confidence: shareOf(args, 'confidence', '0.95') ?? 0.95,
    indifference: shareOf(args, 'indifference', '1%') ?? 0.01,
    budget,
  };
}

/** Runs as many replications of each platform as it takes to name the best one, and says which. */
export async function selectBest(
  { plan, userMetrics }: PreparedScenario,
  request: ReplicationRequest,
  wish: SelectionWish,
  jobs: number,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const { platforms } = request;
  if (platforms.length < 2) throw usage('--select needs two platforms at least');
  const metric = rankedMetric('--select', wish.metric, userMetrics);
  const done = platforms.map(() => 0);
  const replicate = async (alternative: number, count: number): Promise<readonly number[]> => {
    // Every platform has seeds of its own: the guarantee is for independent replications.
    const from = done[alternative]!;
    done[alternative] = from + count;
    const seeds = Array.from(
      { length: count },
      (_, at) => plan.seed + (from + at) * platforms.length + alternative,
    );
    if (io.stderrIsTerminal)
      io.redraw(`${platforms[alternative]}: replications ${from + 1} to ${from + count}`);
    const summaries = await replicateAll({ ...request, platforms: [platforms[alternative]!] }, seeds, {
      jobs,
    });
    return summaries.map(
      (summary) => metricOf(summary, metric.name) ?? fail(metric.name, platforms[alternative]!, summary.seed),
    );
  };
  const options = {
    alternatives: platforms.length,
    lessIsBetter: metric.better === 'less',
    replicate,
  };
  const { confidence: probability, indifference, budget } = wish;
  const selection =
    budget === null
      ? await selectByRinott(options, {
          probability,
          constant: rinottConstant(platforms.length, FIRST_STAGE, probability),
          indifference: (first) => Math.abs(first) * indifference || Number.MIN_VALUE,
          most: MOST_REPLICATIONS,
        })
      : await selectByOcba(options, budget);
  if (io.stderrIsTerminal) io.redraw('');
  await print(selection, platforms, { ...wish, metric }, args, io);
}

function fail(metric: string, platform: string, seed: number): never {
  const message = `Cannot select by ${metric}: with seed ${seed} ${platform} has no such number`;
  throw new InputError([{ severity: 'error', code: 'E5001', message }]);
}

interface Row {
  readonly platform: string;
  readonly replications: number;
  readonly mean: number;
  readonly deviation: number;
  readonly selected: string;
}

const COLUMNS: readonly AnswerColumn<Row>[] = [
  { title: 'platform', align: 'left', name: 'platform', value: (row) => row.platform },
  { title: 'replications', align: 'right', name: 'replications', value: (row) => row.replications },
  { title: 'mean', align: 'right', name: 'mean', value: (row) => row.mean },
  { title: 'deviation', align: 'right', name: 'deviation', value: (row) => row.deviation },
  { title: '', align: 'left', name: 'selected', value: (row) => row.selected },
];

async function print(
  { selected, alternatives, probability, isMet }: Selection,
  platforms: readonly string[],
  wish: RankedWish,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const { metric, indifference, budget } = wish;
  const method = budget === null ? 'rinott' : 'ocba';
  const rows = alternatives.map((one, at): Row => {
    return { platform: platforms[at]!, ...one, selected: at === selected ? 'selected' : '' };
  });
  const form = formOf(args);
  if (form === 'csv') io.out(csvOf(COLUMNS, rows));
  else if (form === 'json' || form === 'yaml') {
    const answer = {
      selected: platforms[selected]!,
      metric: metric.name,
      method,
      probability,
      indifference,
      isMet,
    };
    await printDocument(io, form, { ...answer, platforms: rows.map(({ selected: _, ...row }) => row) });
  } else {
    const format = metricFormat(metric, [
      ...rows.map((row) => row.mean),
      ...rows.map((row) => row.deviation),
    ]);
    const cells = rows.map((row) => [
      stripControl(row.platform),
      String(row.replications),
      format(row.mean),
      format(row.deviation),
      row.selected,
    ]);
    for (const line of wrapText(sentence(platforms[selected]!, { probability, isMet }, wish), io.width))
      io.print(line);
    for (const line of textTable(COLUMNS, cells, io.paint)) io.print(line);
    io.print(`reproduce: ${reproduceLine(io)}`);
  }
}

function sentence(
  best: string,
  { probability, isMet }: Pick<Selection, 'probability' | 'isMet'>,
  { metric: { name: metric }, indifference, budget }: RankedWish,
): string {
  const percent = `${decimal(probability * 100, 1)} %`;
  if (budget !== null) {
    return (
      `${best} is best in mean ${metric}, with an estimated probability of ${percent} or more (optimal computing ` +
      `budget allocation, ${budget} replications with independent seeds).`
    );
  }
  const zone = `${decimal(indifference * 100, 2)} % of the baseline`;
  if (!isMet) {
    return `${best} has the best mean ${metric}, but nothing is promised: ${MOST_REPLICATIONS} replications are too few for ${zone}.`;
  }
  return (
    `${best} is best in mean ${metric} with a probability of at least ${percent}, if it is better than every other by ${zone} ` +
    `or more (Rinott's two stages, the first of ${FIRST_STAGE} replications, independent seeds).`
  );
}
