import type { Comparison } from '../experiment/result.ts';
import { stripControl } from '../io/terminal-text.ts';
import { formatDurationMs } from '../units.ts';
import { checkRows } from './check-table.ts';
import { differenceText } from './comparison-text.ts';
import {
  type ComparisonRow,
  type ComparisonTable,
  comparisonTable,
  MARK_SIGNS,
  type PlatformColumn,
  type TableOptions,
} from './comparison-table.ts';
import { costBars, mergeCostTrees } from './cost-parts.ts';
import { decimal, formatUsd, metricFormat, NO_NUMBER, unitFormat } from './number-format.ts';
import {
  detailSentence,
  distinctNotes,
  OTHER_PRICES,
  pricesPhrase,
  seedsSentence,
  sentence,
  uncertaintySentence,
} from './provenance.ts';
import { splitTable, whySentences } from './why.ts';

export interface MarkdownOptions {
  /** The command that makes this document again. */
  readonly reproduce: string;
  /** Version of stowage. */
  readonly version: string;
  /** What the main table shows. */
  readonly table?: TableOptions;
  /** Pictures beside the document, linked in this order. Without any, a bar chart of text stands in. */
  readonly charts?: ReadonlyArray<{ readonly title: string; readonly file: string }>;
}

/** A comparison as a Markdown document (GitHub flavour), complete enough to be read alone. Ends with a newline. */
export function renderComparisonMarkdown(comparison: Comparison, options: MarkdownOptions): string {
  const table = comparisonTable(comparison, options.table);
  const detail = detailSentence(comparison.seeds);
  const blocks = [
    `# ${inline(comparison.scenario)}: ${table.platforms.map((platform) => inline(platform.name)).join(', ')}`,
    ...(comparison.description === '' ? [] : [inline(sentence(comparison.description))]),
    `**${inline(sentence(comparison.verdict))}**`,
    ...table.warnings.map((warning) => `> ${inline(warning)}.`),
    ...chartBlocks(table, options),
    '## Comparison',
    mainTable(table),
    `${inline(uncertaintySentence(comparison.seeds, table))}.`,
    ...(detail === null ? [] : [detail]),
    ...whyBlocks(table),
    ...checkBlocks(table),
    ...costTreeBlocks(table),
    ...groupBlocks(table),
    ...unplacedBlocks(table),
    ...noteBlocks(table),
    '## Inputs',
    inputsTable(comparison, table, options.version),
    'Reproduce with',
    fenced(options.reproduce, 'sh'),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** Text in a line of Markdown: what could start markup is escaped, also inside table cells. */
export function inline(text: string): string {
  return stripControl(text).replace(/[\\`*_[\]<>|#~&!]/g, '\\$&');
}

/** A code block that its content cannot end. */
export function fenced(text: string, language: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  const lines = text.split('\n').map(stripControl).join('\n');
  return `${fence}${language}\n${lines}\n${fence}`;
}

/** A table in GitHub flavour; cells as they are. `align`: one letter per column, l or r. */
export function markdownTable(
  align: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = [...align].map((letter) => (letter === 'r' ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function chartBlocks(table: ComparisonTable, options: MarkdownOptions): string[] {
  const charts = options.charts ?? [];
  if (charts.length > 0) {
    return charts.map(({ title, file }) => `![${inline(title)}](<${file.replace(/[<>\n]/g, '')}>)`);
  }
  const bars = costBars(table.platforms);
  const largest = Math.max(0, ...bars.map((bar) => bar.totalUsd));
  if (largest === 0) return [];
  const nameWidth = Math.max(...bars.map((bar) => bar.platform.length));
  const lines = bars.map(({ platform, totalUsd, roomUsd, idleUsd }) => {
    const cells = (usd: number) => Math.round((usd / largest) * 48);
    const used = cells(roomUsd - idleUsd);
    const room = cells(roomUsd);
    const bar = '#'.repeat(used) + '.'.repeat(room - used) + '+'.repeat(cells(totalUsd) - room);
    return `${platform.padEnd(nameWidth)}  ${bar.padEnd(48)}  ${formatUsd(totalUsd)}`;
  });
  return [
    fenced([...lines, '', '# asked for by tasks   . idle   + control plane and the rest'].join('\n'), ''),
  ];
}

function mainTable(table: ComparisonTable): string {
  const names = table.platforms.map((platform) => inline(platform.name));
  const head = ['', names[0] ?? '', ...names.slice(1).flatMap((name) => [name, 'Δ', ''])];
  const rows = table.sections.flatMap((section) => [
    [`**${section.title}**`, ...head.slice(1).map(() => '')],
    ...section.rows.map(tableRow),
  ]);
  return markdownTable(`lr${'rrl'.repeat(names.length - 1)}`, head, rows);
}

function tableRow(row: ComparisonRow): string[] {
  const format = metricFormat(
    row.definition,
    row.cells.map((cell) => cell.value),
  );
  const values = row.cells.map((cell) => (cell.value === null ? NO_NUMBER : format(cell.value)));
  return [
    row.label,
    values[0] ?? '',
    ...row.cells
      .slice(1)
      .flatMap((cell, index) => [
        values[index + 1] ?? '',
        differenceText(row, cell),
        cell.mark === 'same' ? '' : inline(`${MARK_SIGNS[cell.mark]} ${cell.mark}`),
      ]),
  ];
}

/** Why the bills differ, and the table that was asked for. */
function whyBlocks(table: ComparisonTable): string[] {
  const sentences = whySentences(table).map((sentence) => `- ${inline(sentence)}`);
  const { by } = table;
  const split = by === undefined || table.platforms.length < 2 ? null : splitTable(table, by);
  return [
    ...(sentences.length === 0 ? [] : ['## Why', sentences.join('\n')]),
    ...(split === null
      ? []
      : [
          `## Cost by ${split.by}`,
          markdownTable(
            `l${'r'.repeat(split.head.length - 1)}`,
            split.head.map(inline),
            split.rows.map((row) => row.map(inline)),
          ),
        ]),
  ];
}

function checkBlocks(table: ComparisonTable): string[] {
  const checks = checkRows(table.platforms);
  if (checks.length === 0) return [];
  const rows = checks.map(({ text, cells }) => [
    inline(text),
    ...cells.map((cell) => (cell ? `${cell.value} ${cell.passed ? 'pass' : '**FAIL**'}` : NO_NUMBER)),
  ]);
  const head = ['check', ...table.platforms.map((platform) => inline(platform.name))];
  return ['## Checks', markdownTable(`l${'r'.repeat(table.platforms.length)}`, head, rows)];
}

/** The bills of the first seed side by side. */
function costTreeBlocks(table: ComparisonTable): string[] {
  const trees = table.platforms.flatMap(({ name, runs }) => {
    const tree = runs[0]?.summary.cost.tree;
    return tree ? [{ name, tree }] : [];
  });
  const rows = mergeCostTrees(trees.map(({ tree }) => tree)).map((line) => [
    `${'&nbsp;&nbsp;'.repeat(line.depth)}${inline(line.name)}`,
    ...line.nodes.flatMap((node) => (node ? [formatUsd(node.usd), inline(node.detail)] : [NO_NUMBER, ''])),
  ]);
  const head = ['', ...trees.flatMap(({ name }) => [inline(name), ''])];
  return ['## Bill', markdownTable(`l${'rl'.repeat(trees.length)}`, head, rows)];
}

function groupBlocks(table: ComparisonTable): string[] {
  const entries = table.platforms.flatMap(({ name, runs }) =>
    (runs[0]?.summary.groups ?? []).map((group) => ({ platform: name, group })),
  );
  if (entries.length === 0) return [];
  const usd = unitFormat(
    'USD',
    entries.map(({ group }) => group.usd),
  );
  const wait = unitFormat(
    's',
    entries.flatMap(({ group }) => [group.waitMeanS, group.waitP95S]),
  );
  const seconds = (value: number | null) => (value === null ? NO_NUMBER : wait(value));
  const names = [...new Set(entries.map(({ group }) => group.name))];
  const rows = names.flatMap((groupName) =>
    entries
      .filter(({ group }) => group.name === groupName)
      .map(({ platform, group }) => [
        inline(groupName),
        group.kind,
        inline(platform),
        decimal(group.submitted, 0),
        decimal(group.placed, 0),
        seconds(group.waitMeanS),
        seconds(group.waitP95S),
        decimal(group.cpuHours, 0),
        usd(group.usd),
      ]),
  );
  const head = [
    'group',
    'kind',
    'platform',
    'submitted',
    'placed',
    'wait mean',
    'wait p95',
    'vCPU-hours',
    'cost',
  ];
  return ['## Workload', markdownTable('lllrrrrrr', head, rows)];
}

function unplacedBlocks(table: ComparisonTable): string[] {
  const rows = table.platforms.flatMap(({ name, runs }) =>
    (runs[0]?.summary.unplaced ?? []).map(({ reason, tasks }) => [
      inline(name),
      decimal(tasks, 0),
      inline(reason),
    ]),
  );
  if (rows.length === 0) return [];
  return ['## Why tasks found no room', markdownTable('lrl', ['platform', 'tasks', 'reason'], rows)];
}

function noteBlocks(table: ComparisonTable): string[] {
  const notes = distinctNotes(table.platforms);
  if (notes.length === 0) return [];
  const items = notes.map(({ note, platforms }) =>
    platforms === null ? `- ${inline(note)}` : `- ${platforms.map(inline).join(', ')}: ${inline(note)}`,
  );
  return ['## Notes', items.join('\n')];
}

function inputsTable(comparison: Comparison, table: ComparisonTable, version: string): string {
  const summaries = table.platforms.flatMap(({ runs }) => runs.map((run) => run.summary));
  const distinct = (values: readonly string[]) => [...new Set(values)].map(inline).join(', ');
  const fingerprints = table.platforms.map((platform) => [
    fingerprintLabel(platform),
    fingerprintsOf(platform),
  ]);
  return markdownTable(
    'll',
    ['', ''],
    [
      ['stowage', inline(version)],
      ['plan', distinct(table.platforms.map(({ first }) => first.summary.planHash))],
      ['seeds', inline(seedsSentence(comparison.seeds))],
      ['region', distinct(summaries.map((summary) => summary.region))],
      ['prices', `${distinct(summaries.map(({ catalogue }) => pricesPhrase(catalogue)))}; ${OTHER_PRICES}`],
      ['horizon', distinct(summaries.map((summary) => formatDurationMs(summary.horizonMs)))],
      ...fingerprints,
    ],
  );
}

function fingerprintLabel(platform: PlatformColumn): string {
  return `fingerprint ${inline(platform.name)}`;
}

/** Of the first seed. */
function fingerprintsOf({ first }: PlatformColumn): string {
  const { behaviour, events } = first.summary.fingerprint;
  return inline(`${behaviour} ${events}`);
}
