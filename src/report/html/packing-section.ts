import { gzipSync } from 'node:zlib';
import type { DecisionSample } from '../../experiment/explanation.ts';
import { stripControl } from '../../io/terminal-text.ts';
import { formatTimeTick } from '../charts/ticks.ts';
import { encodeFrames } from '../frames/frames-codec.ts';
import { framesOf } from '../frames/frames-of.ts';
import type { Frames } from '../frames/frames.ts';
import type { ComparisonTable } from '../comparison-table.ts';
import { embeddedJson, html, Markup } from '../markup.ts';
import { decimal } from '../number-format.ts';
import type { PageFacts } from '../page-facts.ts';

/** What the script replays, packed, and what of it was left out. */
export interface PackedFrames {
  readonly platforms: readonly Frames[];
  readonly blocks: readonly Markup[];
  readonly bytes: number;
}

/** Bytes of base64 that an attempt takes, at least: where the search for a size that fits begins. */
const BYTES_PER_ATTEMPT = 8;

/** Frames of all platforms in at most `maxBytes`: longer runs are thinned out until they fit. */
export function packFrames(table: ComparisonTable, maxBytes: number): PackedFrames {
  let most = Math.max(1, Math.floor(maxBytes / BYTES_PER_ATTEMPT / table.platforms.length));
  for (;;) {
    const platforms = table.platforms.map(({ first }) => framesOf(first, most));
    const blocks = platforms.map((frames, index) => packedBlock(`frames-${index}`, encodeFrames(frames)));
    const bytes = blocks.reduce((sum, { text }) => sum + text.length, 0);
    if (bytes <= maxBytes || most <= 1) return { platforms, blocks, bytes };
    // In proportion, and a little more: the head does not shrink.
    most = Math.max(1, Math.floor(most * Math.min(0.9, maxBytes / bytes)));
  }
}

/** Where the packing is shown, and what stands there without a script. Empty when no instance was ever there. */
export function packingSection({ platforms }: PackedFrames): Markup {
  if (platforms.every(({ instances }) => instances.names.length === 0)) return html``;
  return html`<section id="packing" class="broad"><h2>Packing</h2>
<p class="lead">Every box is an instance, as wide as its CPU and as high as its memory; every rectangle a task, as large as what it asks for. Widths add up from the left, heights from the bottom: a task fits when its rectangle fits into the room at the upper right. All platforms show the same moment.</p>
<div class="panel">${thinningNotes(platforms)}<div id="packing-view"><p class="muted">The packing is drawn by a script.</p></div></div></section>`;
}

/** Where the map of instances over time and the stays of tasks are shown. Empty when no instance was ever there. */
export function lifetimesSection({ platforms }: PackedFrames): Markup {
  if (platforms.every(({ instances }) => instances.names.length === 0)) return html``;
  return html`<section id="lifetimes" class="broad"><h2>Instances over time</h2>
<p class="lead">Each row is a place for an instance, each column a stretch of time; the stronger the colour, the fuller, by CPU or memory, whichever is scarcer. Full is money well spent. Below it, task by task; a cross marks a task that lost its room.</p>
<div class="panel"><div id="heat-view"><p class="muted">The map is drawn by a script.</p></div></div>
<div class="panel"><div id="gantt-view"></div></div></section>`;
}

function thinningNotes(platforms: readonly Frames[]): Markup {
  const notes = platforms.flatMap(({ platform, thinning }) => {
    const { keptEvery, instances, attempts, untilMs } = thinning;
    const kept = `${decimal(Math.ceil(instances / keptEvery), 0)} of ${decimal(instances, 0)} instances, each with all its tasks`;
    if (keptEvery > 1)
      return [
        `${platform}: the page shows ${kept}, to stay small; ${decimal(attempts, 0)} placements in all`,
      ];
    return untilMs === null
      ? []
      : [`${platform}: placements after ${formatTimeTick(untilMs)} are left out, to keep the page small`];
  });
  return notes.length === 0
    ? html``
    : html`<ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}

/** Where decisions are shown; empty when none were sampled. */
export function decisionsSection(samples: readonly DecisionSample[]): Markup {
  if (samples.every(({ sampled }) => sampled.length === 0)) return html``;
  return html`<section id="decisions" class="broad"><h2>Decisions</h2>
<p class="lead">Some of the decisions of each run, evenly spread, and the first of every kind that found no place: what was ruled out, what the others scored, what decided. Of all others a click in the packing gives the command that tells the same.</p>
<div class="panel"><div id="decisions-view"><p class="muted">The list is drawn by a script.</p></div></div></section>`;
}

/** Platforms and result directories, for the script. */
export function pageFacts(
  table: ComparisonTable,
  directories: ReadonlyMap<string, string>,
  writtenBy: string | null,
): Markup {
  const facts: PageFacts = {
    platforms: table.platforms.map(({ name }) => {
      return { name: stripControl(name), directory: stripControl(directories.get(name) ?? 'DIR') };
    }),
    writtenBy: writtenBy === null ? null : stripControl(writtenBy),
  };
  return html`<script type="application/json" id="facts">${embeddedJson(facts)}</script>`;
}

/** Explained decisions, for the script. */
export function packedDecisions(samples: readonly DecisionSample[]): Markup {
  const visible = (_key: string, value: unknown) => (typeof value === 'string' ? stripControl(value) : value);
  return packedBlock('decision-data', new TextEncoder().encode(JSON.stringify(samples, visible)));
}

function packedBlock(id: string, content: Uint8Array): Markup {
  const base64 = gzipSync(content, { level: 9 }).toString('base64');
  return html`<script type="application/gzip+base64" id="${id}">${new Markup(base64)}</script>`;
}
