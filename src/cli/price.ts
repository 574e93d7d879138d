import { resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { billDifference, type DifferenceLine } from '../experiment/bill-difference.ts';
import { type Commitment, commitmentText, parseCommitment } from '../experiment/commitments.ts';
import {
  bestCommitments,
  type CommitmentChoice,
  priceAgain,
  type PriceChanges,
} from '../experiment/price-again.ts';
import { readResult, type StoredResult } from '../experiment/result-directory.ts';
import type { UsageRecord } from '../experiment/usage-record.ts';
import { loadCatalogue } from '../io/catalogue.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { RESERVED_KEYS, SAVINGS_PLAN_KEYS } from '../model/offer.ts';
import { OTHER_PRICES } from '../report/provenance.ts';
import { textTable } from '../report/text-layout.ts';
import { formatUsd, usdFormat } from '../units.ts';
import { type AnswerColumn, csvOf } from './answer-csv.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { namedCatalogue } from './price-input.ts';
import { flagProblem, usage } from './usage.ts';

/** Rows of the table of commitments for people. */
const CHOICES_SHOWN = 12;

/** Bills a finished run again. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const folder = String(args['result']);
  const stored = readResult(resolve(io.workingDirectory, folder));
  const record = stored.result.usage?.();
  if (record === undefined) throw noUsage(folder);
  const { commitments, ...changes } = await changesOf(args, io);
  if (args['best-commitment'] !== undefined) {
    if (commitments !== undefined) throw usage('cannot use --best-commitment and --set commitments together');
    await printBest(stored, record, changes, args, io);
  } else await printDifference(stored, record, { ...changes, commitments }, args, io);
  return EXIT.success;
}

function noUsage(folder: string): InputError {
  const message = `${folder} has no usage record: its run is older than this version of stowage`;
  return new InputError([{ severity: 'error', code: 'E4004', message, hint: 'run it again with --out' }]);
}

const SETS = ['region', 'commitments'] as const;

async function changesOf(args: Arguments, io: CommandIo): Promise<PriceChanges> {
  const sets = new Map<string, string>();
  for (const text of (args['set'] as readonly string[] | undefined) ?? []) {
    const at = text.indexOf('=');
    const [name, value] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
    if (at <= 0 || value === '') throw usage(`cannot use --set '${text}'`, 'write --set region=eu-west-1');
    if (!(SETS as readonly string[]).includes(name)) {
      throw usage(`cannot set '${name}' of a finished run`, didYouMean(name, SETS));
    }
    if (sets.has(name)) throw usage(`--set ${name} is given more than once`);
    sets.set(name, value);
  }
  const region = sets.get('region');
  const list = args['prices'] as string | undefined;
  const catalogue =
    list !== undefined ? await namedCatalogue(list, io) : region === undefined ? undefined : loadCatalogue();
  if (region !== undefined && !catalogue!.regions.includes(region)) {
    throw usage(`there is no region '${region}'`, didYouMean(region, catalogue!.regions));
  }
  const texts = sets.get('commitments');
  return { catalogue, region, ...(texts !== undefined && { commitments: commitmentsOf(texts) }) };
}

/** Between commas or blanks. */
function commitmentsOf(text: string): Commitment[] {
  const read = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => ({ part, commitment: parseCommitment(part) }));
  const wrong = read.flatMap(({ part, commitment }) =>
    typeof commitment === 'string'
      ? [
          flagProblem('--set', part, {
            code: 'E5001',
            message: `cannot read the commitment '${part}'`,
            hint: commitment,
          }),
        ]
      : [],
  );
  if (wrong.length > 0) throw new InputError(wrong);
  const commitments = read.map(({ commitment }) => commitment as Commitment);
  for (const kind of ['compute', 'ec2-instance']) {
    const keys = new Set(commitments.map(({ key }) => key).filter((key) => key.startsWith(kind)));
    if (keys.size > 1)
      throw usage(`cannot use ${[...keys].join(' and ')} together`, `one term for all ${kind} plans`);
  }
  return commitments;
}

async function printDifference(
  { result }: StoredResult,
  record: UsageRecord,
  changes: PriceChanges,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const before = priceAgain(record, {}).bill;
  const { bill: after, isEstimated } = priceAgain(record, changes);
  const { lines, total } = billDifference(before, after);
  const form = formOf(args);
  if (form === 'csv') io.out(csvOf(DIFFERENCE_COLUMNS, [...lines, total]));
  else if (form !== 'text') {
    const commitments = changes.commitments?.map(commitmentText) ?? [];
    await printDocument(io, form === 'yaml' ? 'yaml' : 'json', { lines, total, commitments, isEstimated });
  } else {
    const { scenario, platform, seed } = result.summary;
    io.print(`${scenario} on ${platform.name}, seed ${seed}: as it was, and ${describe(changes)}`);
    const usd = usdFormat([total.beforeUsd, total.afterUsd]);
    const signed = (value: number) => (value > 0 ? `+${usd(value)}` : usd(value));
    const rows = [...lines, total].map((line) => [
      line.dimension,
      line.type === '-' ? '' : line.type,
      usd(line.beforeUsd),
      usd(line.afterUsd),
      signed(line.differenceUsd),
    ]);
    for (const line of textTable(TEXT_COLUMNS, rows, io.paint)) io.print(line);
    io.note(io.paintNote('dim', pricesText(result.summary.catalogue, changes, isEstimated)));
  }
}

const TEXT_COLUMNS = [
  { title: 'line', align: 'left' },
  { title: 'type', align: 'left' },
  { title: 'before', align: 'right' },
  { title: 'after', align: 'right' },
  { title: 'difference', align: 'right' },
] as const;

const DIFFERENCE_COLUMNS: readonly AnswerColumn<DifferenceLine>[] = [
  { title: 'service', align: 'left', name: 'service', value: ({ service }) => service },
  { title: 'line', align: 'left', name: 'dimension', value: ({ dimension }) => dimension },
  { title: 'type', align: 'left', name: 'type', value: ({ type }) => type },
  { title: 'before', align: 'right', name: 'before_usd', value: ({ beforeUsd }) => beforeUsd },
  { title: 'after', align: 'right', name: 'after_usd', value: ({ afterUsd }) => afterUsd },
  {
    title: 'difference',
    align: 'right',
    name: 'difference_usd',
    value: ({ differenceUsd }) => differenceUsd,
  },
];

function describe({ region, catalogue, commitments = [] }: PriceChanges): string {
  const parts = [
    ...(region === undefined ? [] : [`in ${region}`]),
    ...(catalogue?.list == null ? [] : [`at the prices of ${catalogue.list.id}`]),
    ...(commitments.length === 0 ? [] : [`with ${commitments.map(commitmentText).join(' and ')}`]),
  ];
  return parts.length === 0 ? 'again' : parts.join(', ');
}

function pricesText(
  run: { readonly id: string; readonly date: string },
  { catalogue }: Pick<PriceChanges, 'catalogue'>,
  isEstimated: boolean,
): string {
  const { id, date } = catalogue ?? run;
  const estimate = isEstimated
    ? ' Prices of commitments are estimates: On-Demand × the median ratios of the list of November 2017; import a price list for real ones.'
    : '';
  return `Instance prices of ${id} of ${date}, ${OTHER_PRICES}; nothing was simulated again.${estimate}`;
}

async function printBest(
  { result }: StoredResult,
  record: UsageRecord,
  changes: Omit<PriceChanges, 'commitments'>,
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const wanted = String(args['best-commitment']);
  const keys: readonly string[] = [...SAVINGS_PLAN_KEYS, ...RESERVED_KEYS];
  if (wanted !== '' && !keys.includes(wanted)) {
    throw usage(`there is no commitment '${wanted}'`, didYouMean(wanted, keys) ?? `use ${keys.join(', ')}`);
  }
  const best = bestCommitments(record, changes, wanted === '' ? keys : [wanted]);
  const form = formOf(args);
  if (form === 'csv') io.out(csvOf(CHOICE_COLUMNS, best.choices));
  else if (form !== 'text') {
    await printDocument(io, form === 'yaml' ? 'yaml' : 'json', {
      withoutUsd: best.withoutUsd,
      choices: best.choices.map((choice) =>
        Object.fromEntries(CHOICE_COLUMNS.map(({ name, value }) => [name, value(choice)])),
      ),
      tried: best.tried,
      isEstimated: best.isEstimated,
    });
  } else {
    const { scenario, platform, seed } = result.summary;
    io.print(
      `${scenario} on ${platform.name}, seed ${seed}: ${formatUsd(best.withoutUsd)} without a commitment`,
    );
    if (best.choices.length === 0) io.print('No single Savings Plan or reservation would have paid.');
    const shown = best.choices.slice(0, CHOICES_SHOWN);
    const cells = shown.map((choice) =>
      CHOICE_COLUMNS.map(({ value, text }) => text?.(choice) ?? String(value(choice))),
    );
    if (shown.length > 0) for (const line of textTable(CHOICE_COLUMNS, cells, io.paint)) io.print(line);
    if (best.choices.length > shown.length)
      io.note(`${best.choices.length - shown.length} more: -o csv has them all`);
    io.note(
      io.paintNote(
        'dim',
        `One commitment at a time, each at its best size; as if all hours of the term were like the hours of the run. ` +
          pricesText(result.summary.catalogue, changes, best.isEstimated),
      ),
    );
    const [first] = best.choices;
    if (first !== undefined) {
      io.suggest([
        `stowage price ${String(args['result'])} --set commitments=${commitmentText(first.commitment)}`,
      ]);
    }
  }
}

const CHOICE_COLUMNS: readonly AnswerColumn<CommitmentChoice>[] = [
  {
    title: 'commitment',
    align: 'left',
    name: 'commitment',
    value: ({ commitment }) => commitmentText(commitment),
  },
  {
    title: 'bill',
    align: 'right',
    name: 'total_usd',
    value: ({ totalUsd }) => totalUsd,
    text: ({ totalUsd }) => formatUsd(totalUsd),
  },
  {
    title: 'saves',
    align: 'right',
    name: 'saved_usd',
    value: ({ savedUsd }) => savedUsd,
    text: ({ savedUsd }) => formatUsd(savedUsd),
  },
  {
    title: 'used',
    align: 'right',
    name: 'used_ratio',
    value: ({ used }) => used,
    text: ({ used }) => `${(used * 100).toFixed(1)}%`,
  },
  {
    title: 'pays from',
    align: 'right',
    name: 'break_even_ratio',
    value: ({ breakEven }) => breakEven,
    text: ({ breakEven }) => `${(breakEven * 100).toFixed(1)}%`,
  },
];
