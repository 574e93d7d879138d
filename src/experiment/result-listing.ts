import type { RunResult, TaskRow } from './result.ts';
import { costRows } from './result-tables.ts';

/**
 * How a value is written for people; programs get the number in the unit that the name says. A `number` names its row
 * and adds up to nothing.
 */
export type FieldKind = 'text' | 'number' | 'count' | 'time' | 'seconds' | 'usd' | 'ratio' | 'cpu' | 'memory';

export interface Field {
  /** Snake case with the unit, as in the tables of a result directory. */
  readonly name: string;
  readonly title: string;
  readonly kind: FieldKind;
  /** Only in wide listings, and for programs. */
  readonly isWide?: true;
}

export type Cell = string | number | null;
export type ListedRow = Readonly<Record<string, Cell>>;

/** One kind of thing of a finished run, as a table. */
export interface ResultListing {
  readonly fields: readonly Field[];
  readonly rows: readonly ListedRow[];
  /** What the reader must know; '' for nothing. */
  readonly footer: string;
}

export const LISTING_KINDS = ['tasks', 'nodes', 'services', 'pools', 'events', 'costs', 'checks'] as const;
export type ListingKind = (typeof LISTING_KINDS)[number];

/** The table of a kind, as things stood at `atMs`. Services, pools, costs and checks are of the whole run. */
export function resultListing(result: RunResult, kind: ListingKind, atMs: number): ResultListing {
  return LISTINGS[kind](result, atMs);
}

/** Kinds of which each row has a time: `--from` and `--to` choose among them. */
export const TIMED: readonly string[] = ['events', 'decisions'];

/** Kinds that look the same whatever the time. */
export const TIMELESS: readonly ListingKind[] = ['services', 'pools', 'costs', 'checks'];

const LISTINGS: Readonly<Record<ListingKind, (result: RunResult, atMs: number) => ResultListing>> = {
  tasks: tasksAt,
  nodes: nodesAt,
  services: groupsOf,
  pools: poolsOf,
  events: eventsUntil,
  costs: costsOf,
  checks: checksOf,
};

const SECOND = 1000;
const seconds = (timeMs: number | null) => (timeMs === null ? null : timeMs / SECOND);

/** What an attempt was doing: one that is over is what it came to. */
function stateAt(row: TaskRow, atMs: number): string {
  if (row.endMs !== null && row.endMs <= atMs) return row.outcome;
  if (row.runningMs !== null && row.runningMs <= atMs) return 'running';
  return row.placedMs !== null && row.placedMs <= atMs ? 'starting' : 'pending';
}

function tasksAt(result: RunResult, atMs: number): ResultListing {
  const rows: ListedRow[] = [];
  for (const row of result.tasks()) {
    if (row.submitMs > atMs) continue;
    const placedMs = row.placedMs !== null && row.placedMs <= atMs ? row.placedMs : null;
    rows.push({
      task: row.task,
      group: row.group,
      attempt: row.attempt,
      state: stateAt(row, atMs),
      instance: placedMs === null ? null : row.instance,
      cpu_millicores: row.cpuMilli,
      memory_mib: row.memoryMiB,
      submitted_s: seconds(row.submitMs),
      placed_s: seconds(placedMs),
      running_s: seconds(row.runningMs !== null && row.runningMs <= atMs ? row.runningMs : null),
      ended_s: seconds(row.endMs !== null && row.endMs <= atMs ? row.endMs : null),
      wait_s: seconds((placedMs ?? Math.min(atMs, row.endMs ?? atMs)) - row.submitMs),
    });
  }
  return {
    fields: [
      { name: 'task', title: 'task', kind: 'text' },
      { name: 'group', title: 'group', kind: 'text', isWide: true },
      { name: 'attempt', title: 'attempt', kind: 'count', isWide: true },
      { name: 'state', title: 'state', kind: 'text' },
      { name: 'instance', title: 'instance', kind: 'text' },
      { name: 'cpu_millicores', title: 'CPU', kind: 'cpu' },
      { name: 'memory_mib', title: 'memory', kind: 'memory' },
      { name: 'submitted_s', title: 'submitted', kind: 'time' },
      { name: 'placed_s', title: 'placed', kind: 'time', isWide: true },
      { name: 'running_s', title: 'running', kind: 'time', isWide: true },
      { name: 'ended_s', title: 'ended', kind: 'time', isWide: true },
      { name: 'wait_s', title: 'since submission', kind: 'seconds' },
    ],
    rows,
    footer: '',
  };
}

function nodesAt(result: RunResult, atMs: number): ResultListing {
  const held = new Map<string, { tasks: number; cpu: number; memory: number }>();
  for (const { instance, placedMs, endMs, cpuMilli, memoryMiB } of result.tasks()) {
    if (placedMs === null || placedMs > atMs || (endMs !== null && endMs <= atMs)) continue;
    const own = held.get(instance) ?? { tasks: 0, cpu: 0, memory: 0 };
    held.set(instance, { tasks: own.tasks + 1, cpu: own.cpu + cpuMilli, memory: own.memory + memoryMiB });
  }
  const rows = result.instances
    .filter(({ requestedMs }) => requestedMs <= atMs)
    .map((row): ListedRow => {
      const { tasks, cpu, memory } = held.get(row.instance) ?? { tasks: 0, cpu: 0, memory: 0 };
      const isGone = row.endMs !== null && row.endMs <= atMs;
      const isReady = row.readyMs !== null && row.readyMs <= atMs;
      return {
        node: row.instance,
        pool: row.group,
        type: row.type,
        zone: row.zone,
        state: isGone ? 'terminated' : isReady ? 'ready' : 'booting',
        tasks,
        cpu_requested_ratio: cpu / row.allocatableCpuMilli,
        memory_requested_ratio: memory / row.allocatableMemoryMiB,
        cpu_allocatable_millicores: row.allocatableCpuMilli,
        memory_allocatable_mib: row.allocatableMemoryMiB,
        age_s: seconds((isGone ? row.endMs! : atMs) - row.requestedMs),
        cost_usd: row.usd,
      };
    });
  return {
    fields: [
      { name: 'node', title: 'node', kind: 'text' },
      { name: 'pool', title: 'pool', kind: 'text', isWide: true },
      { name: 'type', title: 'type', kind: 'text' },
      { name: 'zone', title: 'zone', kind: 'text', isWide: true },
      { name: 'state', title: 'state', kind: 'text' },
      { name: 'tasks', title: 'tasks', kind: 'count' },
      { name: 'cpu_requested_ratio', title: 'CPU', kind: 'ratio' },
      { name: 'memory_requested_ratio', title: 'memory', kind: 'ratio' },
      { name: 'cpu_allocatable_millicores', title: 'CPU offered', kind: 'cpu', isWide: true },
      { name: 'memory_allocatable_mib', title: 'memory offered', kind: 'memory', isWide: true },
      { name: 'age_s', title: 'age', kind: 'seconds' },
      { name: 'cost_usd', title: 'cost', kind: 'usd' },
    ],
    rows,
    footer: 'CPU and memory: requested of what tasks may ask for. Cost is of the whole run.',
  };
}

function groupsOf({ summary }: RunResult): ResultListing {
  return {
    fields: [
      { name: 'name', title: 'name', kind: 'text' },
      { name: 'kind', title: 'kind', kind: 'text' },
      { name: 'submitted', title: 'submitted', kind: 'count' },
      { name: 'placed', title: 'placed', kind: 'count' },
      { name: 'succeeded', title: 'succeeded', kind: 'count' },
      { name: 'wait_mean_s', title: 'wait mean', kind: 'seconds' },
      { name: 'wait_p95_s', title: 'wait p95', kind: 'seconds' },
      { name: 'cpu_hours', title: 'vCPU-hours', kind: 'count', isWide: true },
      { name: 'memory_gib_hours', title: 'GiB-hours', kind: 'count', isWide: true },
      { name: 'cost_usd', title: 'cost', kind: 'usd' },
    ],
    rows: summary.groups.map((group) => ({
      name: group.name,
      kind: group.kind,
      submitted: group.submitted,
      placed: group.placed,
      succeeded: group.succeeded,
      wait_mean_s: group.waitMeanS,
      wait_p95_s: group.waitP95S,
      cpu_hours: group.cpuHours,
      memory_gib_hours: group.memoryGiBHours,
      cost_usd: group.usd,
    })),
    footer: '',
  };
}

function poolsOf({ summary }: RunResult): ResultListing {
  return {
    fields: [
      { name: 'pool', title: 'pool', kind: 'text' },
      { name: 'type', title: 'type', kind: 'text' },
      { name: 'launched', title: 'launched', kind: 'count' },
      { name: 'hours', title: 'hours', kind: 'count' },
      { name: 'cost_usd', title: 'cost', kind: 'usd' },
    ],
    rows: summary.instances.map(({ group, type, launched, hours, usd }) => ({
      pool: group,
      type,
      launched,
      hours,
      cost_usd: usd,
    })),
    footer: '',
  };
}

function eventsUntil(result: RunResult, atMs: number): ResultListing {
  const events: { readonly timeMs: number; readonly order: number; readonly row: ListedRow }[] = [];
  const say = (timeMs: number | null, order: number, subject: string, event: string, about: string) => {
    if (timeMs === null || timeMs > atMs) return;
    events.push({ timeMs, order, row: { time_s: timeMs / SECOND, subject, event, about } });
  };
  for (const { instance, group, type, zone, requestedMs, readyMs, endMs } of result.instances) {
    say(requestedMs, 0, `node/${instance}`, 'requested', `${type} in ${zone}, of ${group}`);
    say(readyMs, 1, `node/${instance}`, 'ready', type);
    say(endMs, 5, `node/${instance}`, 'terminated', type);
  }
  for (const { task, attempt, submitMs, placedMs, runningMs, endMs, instance, outcome } of result.tasks()) {
    if (attempt === 0) say(submitMs, 2, `task/${task}`, 'submitted', '');
    say(placedMs, 3, `task/${task}`, 'placed', `on ${instance}`);
    say(runningMs, 4, `task/${task}`, 'running', `on ${instance}`);
    say(endMs, 4, `task/${task}`, outcome, instance === '' ? '' : `on ${instance}`);
  }
  // A stable sort: what happened to one thing at one time stays in its order.
  events.sort((a, b) => a.timeMs - b.timeMs || a.order - b.order);
  return {
    fields: [
      { name: 'time_s', title: 'time', kind: 'time' },
      { name: 'subject', title: 'subject', kind: 'text' },
      { name: 'event', title: 'event', kind: 'text' },
      { name: 'about', title: 'about', kind: 'text' },
    ],
    rows: events.map(({ row }) => row),
    footer: '',
  };
}

function costsOf({ summary }: RunResult): ResultListing {
  return {
    fields: [
      { name: 'view', title: 'view', kind: 'text' },
      { name: 'path', title: 'what', kind: 'text' },
      { name: 'detail', title: 'detail', kind: 'text', isWide: true },
      { name: 'cost_usd', title: 'cost', kind: 'usd' },
    ],
    rows: [...costRows(summary.cost)].map(({ view, path, usd, detail }) => ({
      view,
      path,
      detail,
      cost_usd: usd,
    })),
    footer: "Each view adds up to the bill, of 'bill' its first line does.",
  };
}

function checksOf({ summary }: RunResult): ResultListing {
  return {
    fields: [
      { name: 'check', title: 'check', kind: 'text' },
      { name: 'metric', title: 'metric', kind: 'text', isWide: true },
      { name: 'value', title: 'value', kind: 'count' },
      { name: 'outcome', title: 'outcome', kind: 'text' },
    ],
    rows: summary.checks.map(({ text, metric, value, passed }) => ({
      check: text,
      metric,
      value,
      outcome: passed ? 'pass' : 'FAIL',
    })),
    footer: '',
  };
}
