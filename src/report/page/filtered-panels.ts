import { mean } from '../../statistics/descriptive.ts';
import type { Frames } from '../frames/frames.ts';
import { type WindowFacts, waitQuantile, windowFacts } from '../frames/window-facts.ts';
import { plainTable, platformName } from '../html/parts.ts';
import { type WaitColumn, waitFigures } from '../html/wait-figures.ts';
import { html, type Markup } from '../markup.ts';
import { decimal, formatUsd, NO_NUMBER, unitFormat } from '../number-format.ts';
import { curveOfWaits } from '../wait-curve.ts';
import type { Platform, Replay } from './replay.ts';
import { type SeriesData, seriesData } from './series-data.ts';

/** What the panels with this mark, `data-filtered`, show of a stretch of time. */
export type FilteredPanel = 'waits' | 'workload' | 'instances' | 'spending';

interface Told {
  readonly platform: Platform;
  readonly facts: WindowFacts;
}

/** Panels of a stretch of the run, from the same drawing code as those of the whole run. */
export function filteredPanels(
  replay: Replay,
  [fromMs, toMs]: readonly [number, number],
): Readonly<Record<FilteredPanel, Markup>> {
  const told = replay.platforms.map((platform): Told => {
    return { platform, facts: windowFacts(platform.frames, fromMs, toMs) };
  });
  const note = thinningNote(replay.platforms.map(({ frames }) => frames));
  return {
    waits: html`${note}${waitFigures(told.map(waitColumn))}`,
    workload: html`${note}${workloadTable(told)}`,
    instances: html`${note}${instancesTable(told)}`,
    spending: spendingTable(replay, seriesData(), [fromMs, toMs]),
  };
}

function thinningNote(frames: readonly Frames[]): Markup | null {
  if (frames.every(({ thinning }) => thinning.keptEvery === 1 && thinning.untilMs === null)) return null;
  return html`<p class="reading">Of a stretch of time the page knows what is on the instances that it keeps, and counts that alone.</p>`;
}

function waitColumn({ platform: { name, position }, facts: { waits } }: Told): WaitColumn {
  return {
    name,
    position,
    counts: waits.counts,
    quantiles: {
      p50: waitQuantile(waits, 0.5),
      p95: waitQuantile(waits, 0.95),
      p99: waitQuantile(waits, 0.99),
      max: waits.seconds.at(-1) ?? null,
    },
    curve: curveOfWaits(name, position, waits.seconds),
  };
}

function workloadTable(told: readonly Told[]): Markup {
  const names = [...new Set(told.flatMap(({ facts }) => facts.groups.map(({ name }) => name)))];
  const rows = names.flatMap((name) =>
    told.flatMap(({ platform, facts }, index): (string | Markup)[][] => {
      const group = facts.groups.find((one) => one.name === name);
      if (group === undefined) return [];
      const waits = [mean(group.waits.seconds), waitQuantile(group.waits, 0.95)];
      const format = unitFormat('s', waits);
      return [
        [
          index === 0 ? name : '',
          platformName(platform.name, platform.position),
          ...[group.submitted, group.placed, group.succeeded].map((count) => decimal(count, 0)),
          ...waits.map((wait) => (wait === null ? NO_NUMBER : format(wait))),
          decimal(group.cpuHours, 1),
          decimal(group.memoryGiBHours, 1),
        ],
      ];
    }),
  );
  const head = [
    ...['', 'platform', 'submitted', 'placed', 'succeeded', 'wait mean', 'wait p95'],
    ...['vCPU-hours', 'GiB-hours'],
  ];
  return plainTable({ label: 'Workload by group and platform', textColumns: 2, head, rows });
}

function instancesTable(told: readonly Told[]): Markup {
  const keys = [
    ...new Set(told.flatMap(({ facts }) => facts.types.map(({ group, type }) => `${group}\n${type}`))),
  ];
  const rows = keys.flatMap((key) =>
    told
      .flatMap(({ platform, facts }) => {
        const use = facts.types.find(({ group, type }) => `${group}\n${type}` === key);
        return use === undefined ? [] : [{ platform, use }];
      })
      .map(({ platform, use }, index) => [
        index === 0 ? use.group : '',
        index === 0 ? use.type : '',
        platformName(platform.name, platform.position),
        decimal(use.launched, 0),
        decimal(use.hours, 1),
      ]),
  );
  const head = ['group', 'type', 'platform', 'launched', 'hours'];
  return plainTable({ label: 'Instance types by platform', textColumns: 3, head, rows });
}

/** The area under the cost rate: instances alone, at the price of the moment. */
function spendingTable(
  replay: Replay,
  { charts }: SeriesData,
  [fromMs, toMs]: readonly [number, number],
): Markup {
  const lines = charts.find(({ unit }) => unit === 'USD/h')?.lines ?? [];
  const rows = lines.map(({ label, bucketMs, values }) => {
    let usd = 0;
    values.forEach((rate, index) => {
      const insideMs = Math.min(toMs, (index + 1) * bucketMs) - Math.max(fromMs, index * bucketMs);
      if (insideMs > 0) usd += (rate * insideMs) / 3_600_000;
    });
    const position = replay.platforms.find(({ name }) => name === label)?.position ?? 0;
    return [platformName(label, position), formatUsd(usd)];
  });
  return html`<h3>Running instances in this stretch</h3>${plainTable({ label: 'Cost of running instances', textColumns: 1, head: ['platform', 'cost'], rows })}
<p class="reading">At the price of each moment, without volumes, control plane and rounding; the bill below is of the whole run.</p>`;
}
