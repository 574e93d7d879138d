import type { RunResult, RunSummary } from '../experiment/result.ts';
import { stripControl } from '../io/terminal-text.ts';
import { SHORT_METRICS } from '../model/metrics.ts';
import { formatDurationMs } from '../units.ts';
import { costTreeLines } from './cost-tree-text.ts';
import { ecsLines } from './ecs-text.ts';
import { metricOf, shownMetric, userMetricNames } from './metric-lookup.ts';
import { decimal, formatMetric, formatPercent, formatUsd } from './number-format.ts';
import { OTHER_PRICES, pricesPhrase } from './provenance.ts';
import {
  bulletText,
  finishText,
  type Paint,
  type TextOptions,
  type TextStyle,
  textStyle,
  textTable,
} from './text-layout.ts';

export interface RunTextOptions extends TextOptions {
  /** The command that makes this result again; the last line. */
  readonly reproduce: string;
  /** Metrics to show, in this order. Default: the short list. */
  readonly metrics?: readonly string[];
}

/** Names are padded with dots to one width over all blocks, as in k6. */
const NAME_WIDTH = 26;

/**
 * The summary of one run for a terminal: checks first, then every number the run supports, the bill as a tree, why
 * tasks found no room, notes, fingerprint and the command that reproduces it all. Ends with a newline.
 */
export function renderRunText(result: RunResult, options: RunTextOptions): string {
  const style = textStyle(options);
  const { paint } = style;
  const { summary } = result;
  const lines = [
    ...titleLines(summary, paint),
    ...warmUpLines(summary, style),
    ...checkLines(summary, paint),
    ...metricLines(summary, options.metrics ?? [...SHORT_METRICS, ...userMetricNames([summary])], paint),
    '',
    paint('heading', 'Bill'),
    ...costTreeLines(summary.cost.tree, paint),
    ...billFootLines(summary, paint),
    ...cutLines(summary, paint),
    ...allocationLines(summary, paint),
    ...spotLines(summary, style),
    ...ecsLines(summary, paint),
    ...unplacedLines(summary, paint),
    ...noteLines(summary.notes, style),
    '',
    paint('dim', `${pricesPhrase(summary.catalogue)}, ${summary.region}; seed ${summary.seed}`),
    paint('dim', OTHER_PRICES),
    paint('dim', `fingerprint ${summary.fingerprint.behaviour} ${summary.fingerprint.events}`),
    paint('dim', `plan ${summary.planHash}`),
    `reproduce: ${stripControl(options.reproduce)}`,
  ];
  return finishText(lines, style);
}

function titleLines(summary: RunSummary, paint: Paint): string[] {
  const { name, scheduler } = summary.platform;
  const scenario = paint('heading', stripControl(summary.scenario));
  const title = `${scenario} on ${stripControl(name)} (${stripControl(scheduler)})`;
  const lines = [`${title}, ${formatDurationMs(summary.horizonMs)}`];
  if (!summary.complete) {
    lines.push(paint('warning', `incomplete: stopped at ${formatDurationMs(summary.endedMs)}`));
  }
  return lines;
}

/** What was left out, and how sure the mean wait is. */
function warmUpLines({ warmUp, metrics }: RunSummary, { width }: TextStyle): string[] {
  if (warmUp === undefined) return [];
  const { method, fromMs, tasksLeftOut, isTooShort, waitMeanHalfWidthS } = warmUp;
  const found = method === 'mser-5' ? ', as MSER-5 finds it' : '';
  const cut = `Waits, responses and slowdowns leave out the first ${formatDurationMs(fromMs)} (${decimal(tasksLeftOut, 0)} tasks)${found}`;
  const mean = metrics['wait.mean'];
  const sure =
    waitMeanHalfWidthS === null || mean === null
      ? 'too few tasks for an interval'
      : `mean wait ${decimal(mean, 2)} s ± ${decimal(waitMeanHalfWidthS, 2)} s (95 %, batch means)`;
  const short = isTooShort ? ' The run is too short to see where its warm-up ends.' : '';
  return bulletText(`${cut}; ${sure}.${short} All other numbers are of the whole run.`, width);
}

function checkLines(summary: RunSummary, paint: Paint): string[] {
  if (summary.checks.length === 0) return [];
  const rows = summary.checks.map((check) => [
    check.passed ? paint('good', '✓ pass') : paint('bad', '✗ FAIL'),
    stripControl(check.text),
    formatMetric(check.metric, check.value),
  ]);
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'left' },
    { title: '', align: 'right' },
  ] as const;
  const table = textTable(columns, rows, paint).map((line) => `  ${line}`);
  return ['', paint('heading', 'Checks'), ...table];
}

function metricLines(summary: RunSummary, wanted: readonly string[], paint: Paint): string[] {
  const shown = wanted.filter((name) => metricOf(summary, name) !== null);
  const width = Math.max(NAME_WIDTH, ...shown.map((name) => name.length + 2));
  const families = [...new Set(shown.map(familyOf))];
  return families.flatMap((family) => [
    '',
    paint('heading', family),
    ...shown
      .filter((name) => familyOf(name) === family)
      .map((name) => metricLine(summary, name, { width, paint })),
  ]);
}

function familyOf(name: string): string {
  return FAMILIES[name.split('.')[0]!] ?? 'Own metrics';
}
/** Heading of each family of metrics, by the first word of the name. */
const FAMILIES: Readonly<Record<string, string>> = {
  cost: 'Cost',
  instances: 'Instances',
  wait: 'Tasks',
  packing: 'Packing',
  utilisation: 'Packing',
  usage: 'Packing',
  fragmentation: 'Packing',
  stranded: 'Packing',
  response: 'Tasks',
  slowdown: 'Tasks',
  slo: 'Tasks',
  unplaced: 'Tasks',
  tasks: 'Tasks',
  services: 'Whole run',
  outage: 'Whole run',
  disruption: 'Whole run',
  fairness: 'Whole run',
  makespan: 'Whole run',
  throughput: 'Whole run',
  energy: 'Energy and carbon (estimates)',
  carbon: 'Energy and carbon (estimates)',
};

function metricLine(
  summary: RunSummary,
  name: string,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string {
  const metric = shownMetric(name, [summary]);
  const dots = '.'.repeat(width - name.length);
  const number = formatMetric(metric, metricOf(summary, name)).padStart(12);
  return `  ${stripControl(name)}${paint('dim', dots)} ${number}  ${paint('dim', stripControl(metric.about))}`;
}

/** What a reader must know of the tree above it. */
function billFootLines({ cost, complete }: RunSummary, paint: Paint): string[] {
  const { monthUsd, cash, lines } = cost;
  return [
    ...(lines.some(({ stated }) => stated)
      ? ['* rests on amounts that the billing section states, not on the simulation']
      : []),
    ...(cash === null
      ? []
      : [
          `paid for Reserved Instances in the run: ${formatUsd(cash.upfrontUsd)} upfront, ${formatUsd(cash.recurringUsd)} hourly fees`,
        ]),
    ...(monthUsd !== null && complete ? [`${formatUsd(monthUsd)} for 730 h at this rate: a projection`] : []),
  ].map((line) => paint('dim', `  ${line}`));
}

/** The total by option and by tag, where that says something. */
function cutLines({ cost }: RunSummary, paint: Paint): string[] {
  const isMixed = cost.lines.some(({ option }) => option === 'ri' || option === 'sp' || option === 'spot');
  const shown = cost.cuts.filter(
    ({ by, parts }) => parts.length > 1 && (by.startsWith('tag ') || (by === 'option' && isMixed)),
  );
  return shown.flatMap(({ by, parts }) => {
    const rows = parts.map(({ name, usd }) => [stripControl(name), formatUsd(usd)]);
    const columns = [
      { title: '', align: 'left' },
      { title: '', align: 'right' },
    ] as const;
    const heading = paint('heading', `Total by ${stripControl(by)}`);
    return ['', heading, ...textTable(columns, rows, paint).map((line) => `  ${line}`)];
  });
}

function allocationLines(summary: RunSummary, paint: Paint): string[] {
  const { allocation, roundingUsd } = summary.cost;
  if (allocation.length === 0) return [];
  const rows = allocation.map(({ name, usd, share }) => [
    stripControl(name),
    formatUsd(usd),
    formatPercent(share, name === '(idle)' ? 'up' : 'down'),
  ]);
  const columns = [
    { title: '', align: 'left' },
    { title: '', align: 'right' },
    { title: '', align: 'right' },
  ] as const;
  return [
    '',
    paint('heading', 'Instances and volumes by who asked for the room'),
    ...textTable(columns, rows, paint).map((line) => `  ${line}`),
    ...(roundingUsd > 0
      ? [paint('dim', `  rounding up to seconds and minutes cost ${formatUsd(roundingUsd)}`)]
      : []),
  ];
}

function spotLines({ spot }: RunSummary, { paint, width }: TextStyle): string[] {
  if (spot === undefined) return [];
  const notices = spot.noticesForCapacity + spot.noticesForPrice;
  const told = [
    `${decimal(spot.instances, 0)} Spot instances from ${spot.pools.filter(({ launched }) => launched > 0).length} of ${spot.pools.length} pools`,
    `${decimal(spot.recommendations, 0)} rebalance recommendations, ${decimal(notices, 0)} notices (${decimal(spot.noticesForPrice, 0)} for the price), ` +
      `${decimal(spot.interrupted, 0)} ended by AWS, ${decimal(spot.rebalanced, 0)} replaced before`,
    `${decimal(spot.tasksLost, 0)} tasks lost with their instance, ${decimal(spot.tasksDrained, 0)} moved off at the notice`,
  ];
  return ['', paint('heading', 'Spot'), ...told.flatMap((text) => bulletText(text, width))];
}

function unplacedLines(summary: RunSummary, paint: Paint): string[] {
  if (summary.unplaced.length === 0) return [];
  const rows = summary.unplaced.map(({ reason, tasks }) => [decimal(tasks, 0), stripControl(reason)]);
  const columns = [
    { title: '', align: 'right' },
    { title: '', align: 'left' },
  ] as const;
  return [
    '',
    paint('warning', 'Why tasks found no room'),
    ...textTable(columns, rows, paint).map((line) => `  ${line}`),
  ];
}

function noteLines(notes: readonly string[], style: TextStyle): string[] {
  if (notes.length === 0) return [];
  return ['', style.paint('heading', 'Notes'), ...notes.flatMap((note) => bulletText(note, style.width))];
}
