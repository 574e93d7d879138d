import { PENDING_SHARE } from '../experiment/packing/cell.ts';
import { type PackingReport, packingReports } from '../experiment/packing/packing-report.ts';
import { parseShare } from '../io/scenario/rates.ts';
import { stripControl } from '../io/terminal-text.ts';
import { inline, markdownTable } from '../report/markdown.ts';
import { formatDuration, NO_NUMBER } from '../report/number-format.ts';
import { bulletText, textTable } from '../report/text-layout.ts';
import { decimal, formatDurationMs, formatPercent, SECOND } from '../units.ts';
import { type AnswerColumn, csvOf } from './answer-csv.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { reproduceLine } from './outputs.ts';
import { platformsOf } from './platforms.ts';
import { scenarioOf } from './scenario-input.ts';
import { timeOf } from './time-argument.ts';
import { usage } from './usage.ts';

/** As in Verma et al. */
const PERMUTATIONS = 11;

/** Measures how well each platform packs. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const permutations = permutationsOf(args);
  const pendingShare = pendingShareOf(args);
  const prepared = await scenarioOf(args, io);
  const at = args['at'] as string | undefined;
  const reports = await packingReports(prepared, {
    platforms: platformsOf(args, prepared),
    atMs: at === undefined ? null : timeOf('--at', at, prepared.plan),
    permutations,
    pendingShare,
    onStep: (platform, step) => {
      if (io.stderrIsTerminal) io.redraw(`${platform}: ${step}`);
    },
  });
  if (io.stderrIsTerminal) io.redraw('');
  const form = formOf(args);
  const { name, seed } = prepared.plan;
  if (form === 'json' || form === 'yaml') {
    await printDocument(io, form, { scenario: name, seed, permutations, pendingShare, platforms: reports });
  } else if (form === 'csv') io.out(csvOf(CSV_COLUMNS, reports.flatMap(csvRows)));
  else if (form === 'markdown') io.out(markdown(name, reports, { permutations, pendingShare }));
  else printText(name, reports, { permutations, pendingShare }, io);
  return EXIT.success;
}

function permutationsOf(args: Arguments): number {
  const count = (args['permutations'] as number | undefined) ?? PERMUTATIONS;
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw usage(`cannot use --permutations ${count}`, 'a whole number from 1 to 1000');
}

function pendingShareOf(args: Arguments): number {
  const text = args['pending'] as string | undefined;
  if (text === undefined) return PENDING_SHARE;
  const share = parseShare(text);
  if (share !== undefined && share < 1) return share;
  throw usage(`cannot use --pending '${text}'`, 'a share below 100%: 0.2%');
}

/** A line of the report; null: no number. `text`: for people. */
interface Line {
  readonly name: string;
  readonly title: string;
  readonly value: (report: PackingReport) => number | null;
  readonly text: (value: number) => string;
}

const percent = (value: number) => formatPercent(value, 'down');
const over = (value: number) => `+${decimal(value * 100, 1)}%`;
const count = (value: number) => decimal(value, 0);
const seconds = (value: number) => formatDuration(value);

const SECTIONS: readonly { readonly title: string; readonly lines: readonly Line[] }[] = [
  {
    title: 'Over the run',
    lines: [
      { name: 'utilisation_cpu', title: 'CPU requested', value: (r) => r.utilisationCpu, text: percent },
      {
        name: 'utilisation_memory',
        title: 'memory requested',
        value: (r) => r.utilisationMemory,
        text: percent,
      },
      { name: 'density', title: 'packing density', value: (r) => r.density, text: percent },
      {
        name: 'holes',
        title: 'hole filling, tasks of median size',
        value: (r) => r.holes,
        text: (v) => decimal(v, 1),
      },
    ],
  },
  {
    title: 'Packed again from scratch',
    lines: [
      { name: 'tasks', title: 'tasks', value: (r) => r.tasks, text: count },
      { name: 'machines', title: 'machines that the run had', value: (r) => r.machines, text: count },
      {
        name: 'compaction_p90',
        title: 'cell compaction, 90th percentile',
        value: (r) => r.compaction?.typical ?? null,
        text: count,
      },
      { name: 'compaction_min', title: '  least', value: (r) => r.compaction?.min ?? null, text: count },
      { name: 'compaction_max', title: '  most', value: (r) => r.compaction?.max ?? null, text: count },
      { name: 'lower_bound_l1', title: 'lower bound L1', value: (r) => r.lowerBound1, text: count },
      { name: 'lower_bound_l2', title: 'lower bound L2', value: (r) => r.lowerBound2, text: count },
      {
        name: 'compaction_gap',
        title: '90th percentile over the bound',
        value: (r) => r.compactionGap,
        text: over,
      },
      {
        name: 'inflation_p10',
        title: 'workload inflation, 10th percentile',
        value: (r) => r.inflation?.typical ?? null,
        text: (v) => `${v.toFixed(2)}×`,
      },
      {
        name: 'inflation_min',
        title: '  least',
        value: (r) => r.inflation?.min ?? null,
        text: (v) => `${v.toFixed(2)}×`,
      },
      {
        name: 'inflation_max',
        title: '  most',
        value: (r) => r.inflation?.max ?? null,
        text: (v) => `${v.toFixed(2)}×`,
      },
    ],
  },
  {
    title: 'Schedule of the tasks that end',
    lines: [
      { name: 'makespan_s', title: 'makespan', value: (r) => r.makespanSeconds, text: seconds },
      {
        name: 'makespan_bound_s',
        title: 'lower bound on the largest fleet',
        value: (r) => r.makespanBoundSeconds,
        text: seconds,
      },
      { name: 'makespan_gap', title: 'makespan over the bound', value: (r) => r.makespanGap, text: over },
    ],
  },
];

interface Settings {
  readonly permutations: number;
  readonly pendingShare: number;
}

function cells({ value, text }: Line, reports: readonly PackingReport[]): string[] {
  return reports.map((report) => {
    const number = value(report);
    return number === null ? NO_NUMBER : text(number);
  });
}

/** What the numbers mean, and what to mind. */
function remarks(reports: readonly PackingReport[], { permutations, pendingShare }: Settings): string[] {
  const [first] = reports;
  const sizes = new Set(reports.map(({ tasks }) => tasks));
  const anomalous = reports.filter(({ compaction }) => (compaction?.anomalies ?? 0) > 0);
  const without = reports.filter(({ compaction, tasks }) => compaction === null && tasks > 0);
  return [
    `Machines and tasks of ${formatDurationMs((first?.atSeconds ?? 0) * SECOND)}. ${permutations} random orders of the machines, ` +
      `or of the copies; at most ${decimal(pendingShare * 100, 2)} % of the tasks may stay without room. ` +
      'Method: Verma et al., Evaluating job packing in warehouse-scale computing, 2014.',
    ...(sizes.size > 1
      ? [
          'The platforms had different numbers of tasks in the system at that moment: compare gaps, not machines.',
        ]
      : []),
    ...anomalous.map(
      ({ platform, compaction }) =>
        `${platform}: in ${compaction!.anomalies} of ${permutations} orders fewer machines did where more did not (a scheduling anomaly); the fewer count.`,
    ),
    ...reports
      .filter(({ machines, tasks }) => machines === 0 && tasks > 0)
      .map(
        ({ platform }) =>
          `${platform}: no machine was ready at that moment; one of each group in each zone, as often as it takes, stands for the fleet.`,
      ),
    ...without.map(({ platform }) => `${platform}: no number of these machines holds the tasks.`),
  ];
}

function printText(name: string, reports: readonly PackingReport[], settings: Settings, io: CommandIo): void {
  io.print(io.paint('heading', `${stripControl(name)}: packing`));
  const columns = [
    { title: '', align: 'left' as const },
    ...reports.map(({ platform }) => ({ title: stripControl(platform), align: 'right' as const, gap: 3 })),
  ];
  const rows = SECTIONS.flatMap(({ title, lines }) => [
    [io.paint('heading', title), ...reports.map(() => '')],
    ...lines.map((line) => [`  ${line.title}`, ...cells(line, reports)]),
  ]);
  for (const line of textTable(columns, rows, io.paint)) io.print(line);
  io.print('');
  for (const remark of remarks(reports, settings))
    for (const line of bulletText(remark, io.width)) io.print(line);
  io.print(`reproduce: ${reproduceLine(io)}`);
}

function markdown(name: string, reports: readonly PackingReport[], settings: Settings): string {
  const rows = SECTIONS.flatMap(({ title, lines }) => [
    [`**${title}**`, ...reports.map(() => '')],
    ...lines.map((line) => [line.title.trim(), ...cells(line, reports)]),
  ]);
  const head = ['', ...reports.map(({ platform }) => inline(platform))];
  const notes = remarks(reports, settings).map((remark) => `- ${inline(remark)}`);
  const table = markdownTable(`l${'r'.repeat(reports.length)}`, head, rows);
  return `# ${inline(name)}: packing\n\n${table}\n\n${notes.join('\n')}\n`;
}

interface CsvRow {
  readonly platform: string;
  readonly metric: string;
  readonly value: number | null;
}

function csvRows(report: PackingReport): CsvRow[] {
  const lines = SECTIONS.flatMap((section) => section.lines);
  const orders = (report.compaction?.values ?? []).map((value, index) => ({
    platform: report.platform,
    metric: `compaction_order_${index + 1}`,
    value,
  }));
  return [
    ...lines.map(({ name, value }) => ({ platform: report.platform, metric: name, value: value(report) })),
    ...orders,
  ];
}

const CSV_COLUMNS: readonly AnswerColumn<CsvRow>[] = [
  { title: 'platform', align: 'left', name: 'platform', value: ({ platform }) => platform },
  { title: 'metric', align: 'left', name: 'metric', value: ({ metric }) => metric },
  { title: 'value', align: 'right', name: 'value', value: ({ value }) => value },
];
