import type { GroupSummary, InstanceTypeUse } from '../../experiment/result.ts';
import type { ComparisonTable } from '../comparison-table.ts';
import { html, type Markup } from '../markup.ts';
import { decimal, formatUsd, NO_NUMBER, unitFormat } from '../number-format.ts';
import { plainTable, platformName, scrolling } from './parts.ts';

interface Placed<Value> {
  readonly position: number;
  readonly platform: string;
  readonly value: Value;
}

/** Entries of all platforms (first seed), by key, in order of first appearance. */
function byKey<Value>(
  table: ComparisonTable,
  valuesOf: (position: number) => readonly Value[],
  key: (value: Value) => string,
): Map<string, Placed<Value>[]> {
  const groups = new Map<string, Placed<Value>[]>();
  table.platforms.forEach(({ name }, position) => {
    for (const value of valuesOf(position)) {
      const entries = groups.get(key(value)) ?? [];
      entries.push({ position, platform: name, value });
      groups.set(key(value), entries);
    }
  });
  return groups;
}

/** Services, jobs and traces: what each got on each platform. */
export function workloadSection(table: ComparisonTable): Markup {
  const groups = byKey<GroupSummary>(
    table,
    (position) => table.platforms[position]!.runs[0]!.summary.groups,
    (group) => group.name,
  );
  if (groups.size === 0) return html``;
  const all = [...groups.values()].flat().map(({ value }) => value);
  const wait = unitFormat(
    's',
    all.flatMap((group) => [group.waitMeanS, group.waitP95S]),
  );
  const seconds = (value: number | null) => (value === null ? NO_NUMBER : wait(value));
  const bodies = [...groups].map(([name, entries]) => {
    const kind = entries[0]?.value.kind ?? '';
    const rows = entries.map(
      ({ value, platform, position }) =>
        html`<tr><td class="d1">${platformName(platform, position)}</td><td>${decimal(value.submitted, 0)}</td><td class="${value.placed < value.submitted ? 'bad' : ''}">${decimal(value.placed, 0)}</td><td>${decimal(value.succeeded, 0)}</td><td>${seconds(value.waitMeanS)}</td><td>${seconds(value.waitP95S)}</td><td>${decimal(value.cpuHours, 0)}</td><td>${decimal(value.memoryGiBHours, 0)}</td><td>${formatUsd(value.usd)}</td></tr>`,
    );
    return html`<tbody><tr><th scope="rowgroup" colspan="9">${name} <span class="muted">${kind}</span></th></tr>${rows}</tbody>`;
  });
  const head = [
    'submitted',
    'placed',
    'succeeded',
    'wait mean',
    'wait p95',
    'vCPU-hours',
    'GiB-hours',
    'cost',
  ];
  return html`<section id="workload"><h2>Workload</h2><p class="lead">What every service, job and trace asked for and got. Cost is its share of instances and volumes.</p>
<div class="panel" data-filtered="workload">${scrolling(
    'Workload by group and platform',
    html`<table><thead><tr><th scope="col"></th>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>${bodies}</table>`,
  )}</div>${unplacedPanel(table)}</section>`;
}

function unplacedPanel(table: ComparisonTable): Markup {
  const rows = table.platforms.flatMap(({ name, runs }, position) =>
    runs[0]!.summary.unplaced.map(
      ({ reason, tasks }) =>
        html`<tr><td>${platformName(name, position)}</td><td>${decimal(tasks, 0)}</td><td class="text wrap">${reason}</td></tr>`,
    ),
  );
  if (rows.length === 0) return html``;
  return html`<div class="panel"><h3>Why tasks found no room</h3>${scrolling(
    'Reasons',
    html`<table><thead><tr><th scope="col">platform</th><th scope="col">tasks</th><th scope="col" class="text">reason</th></tr></thead><tbody>${rows}</tbody></table>`,
  )}</div>`;
}

/** Which instance types each platform started, and for how long. */
export function instancesSection(table: ComparisonTable): Markup {
  const types = byKey<InstanceTypeUse>(
    table,
    (position) => table.platforms[position]!.runs[0]!.summary.instances,
    (use) => `${use.group}\n${use.type}`,
  );
  if (types.size === 0) return html``;
  const rows = [...types.values()].flatMap((entries) =>
    entries.map(({ value, platform, position }, index) => [
      index === 0 ? value.group : '',
      index === 0 ? value.type : '',
      platformName(platform, position),
      decimal(value.launched, 0),
      decimal(value.hours, 1),
      formatUsd(value.usd),
    ]),
  );
  return html`<section id="instances"><h2>Instances</h2><p class="lead">Types each platform started, and what their hours cost.</p>
<div class="panel" data-filtered="instances">${plainTable({ label: 'Instance types by platform', textColumns: 3, head: ['group', 'type', 'platform', 'launched', 'hours', 'cost'], rows })}</div></section>`;
}
