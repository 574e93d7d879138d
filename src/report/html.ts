import { createHash } from 'node:crypto';
import type { DecisionSample } from '../experiment/explanation.ts';
import type { Comparison, RunResult } from '../experiment/result.ts';
import { comparisonTable, type TableOptions } from './comparison-table.ts';
import { costSection } from './html/cost-section.ts';
import { checksSection, comparisonSection, platformCards, verdictBlock } from './html/headline.ts';
import {
  decisionsSection,
  lifetimesSection,
  packedDecisions,
  packFrames,
  packingSection,
  pageFacts,
} from './html/packing-section.ts';
import { provenanceSection } from './html/provenance-section.ts';
import { STYLE } from './html/style.ts';
import { timeData, timeSection } from './html/time-section.ts';
import { waitsSection } from './html/waits-section.ts';
import { instancesSection, workloadSection } from './html/workload-section.ts';
import { embeddedJson, html, Markup } from './markup.ts';
import { pageScript } from './page-script.ts';
import { comparisonOfRun } from './run-sentence.ts';
import { timeCharts } from './time-charts.ts';

export interface HtmlOptions {
  /** What the main table shows. */
  readonly table?: TableOptions;
  /** The command that makes this page again. */
  readonly reproduce: string;
  /** Version of stowage. */
  readonly version: string;
  /** Whom or what the page is for, beside the name of the tool. Default: nothing. */
  readonly generatedFor?: string;
  /** Decisions to explain, by platform. Default: none. */
  readonly decisions?: readonly DecisionSample[];
  /** Result directories by platform, for the commands that the page proposes. Default: none. */
  readonly directories?: ReadonlyMap<string, string>;
  /** The command that writes these directories. Default: they are there. */
  readonly writtenBy?: string;
  /** The page may be so large: of longer runs the packing shows a part. Default 10 MB. */
  readonly maxBytes?: number;
}

export const DEFAULT_MAX_BYTES = 10_000_000;

/**
 * A comparison as one HTML file that needs nothing else: no network, no font, light and dark, for screen, keyboard,
 * screen reader and paper. Its content security policy allows this style and this script by their hashes, and nothing
 * else. The same input gives the same bytes.
 */
export function renderComparisonHtml(comparison: Comparison, options: HtmlOptions): string {
  const table = comparisonTable(comparison, options.table);
  const charts = timeCharts(table.platforms);
  const { decisions = [], directories = new Map<string, string>(), maxBytes = DEFAULT_MAX_BYTES } = options;
  const sections: Section[] = [
    ['checks', 'Checks', checksSection(table)],
    ['cost', 'Cost', costSection(table)],
    ['time', 'Over time', timeSection(charts)],
    ['waits', 'Waits', waitsSection(table)],
    ['numbers', 'Numbers', comparisonSection(comparison, table)],
    ['workload', 'Workload', workloadSection(table)],
    ['decisions', 'Decisions', decisionsSection(decisions)],
    ['instances', 'Instances', instancesSection(table)],
    ['assumptions', 'Assumptions', provenanceSection(comparison, table, options)],
  ];
  const series = html`<script type="application/json" id="series">${embeddedJson(timeData(charts))}</script>`;
  const decisionData = packedDecisions(decisions);
  const rest = [...sections.map(([, , content]) => content), series, decisionData];
  const taken = rest.reduce((sum, { text }) => sum + text.length, PAGE_BYTES + pageScript().length);
  const frames = packFrames(table, Math.max(0, maxBytes - taken));
  // Behind the money and the waits the picture says why.
  sections.splice(
    3,
    0,
    ['packing', 'Packing', packingSection(frames)],
    ['lifetimes', 'Heat map', lifetimesSection(frames)],
  );
  const shown = sections.filter(([, , content]) => content.text !== '');
  const links = shown.map(([id, title]) => html`<a href="#${id}">${title}</a>`);
  const body = html`<a class="skip" href="#main">Skip to the content</a><div class="page">
<header><div class="brand"><span><b>stowage</b>${options.generatedFor === undefined ? null : html` for ${options.generatedFor}`}</span><nav aria-label="Sections">${links}</nav></div>
${verdictBlock(comparison, table)}</header>
<main id="main">${platformCards(table)}
${shown.map(([, , content]) => content)}</main>
<footer>Simulated by stowage ${options.version}. Prices are list prices of the day named; taxes and data transfer are not on the bill unless it lists them.</footer></div>
${series}
${pageFacts(table, directories, options.writtenBy ?? null)}
${decisionData}
${frames.blocks}`;
  return page(`${comparison.scenario}: stowage`, body);
}

type Section = readonly [id: string, title: string, content: Markup];

/** Style sheet, header and cards, generously. */
const PAGE_BYTES = 40_000;

/** One run as a page of the same kind. */
export function renderRunHtml(result: RunResult, options: HtmlOptions): string {
  return renderComparisonHtml(comparisonOfRun(result), options);
}

function page(title: string, body: Markup): string {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${sha256(STYLE)}'`,
    `script-src 'sha256-${sha256(pageScript())}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  // The policy comes before everything it governs.
  return `<!doctype html>
${
  html`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${title}</title>
<style>${new Markup(STYLE)}</style></head>
<body>${body}
<script>${new Markup(pageScript())}</script></body></html>`.text
}
`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}
