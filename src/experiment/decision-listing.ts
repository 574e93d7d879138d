import type { LogRecord } from '../telemetry/log-record.ts';
import { notReproducible } from './explain-errors.ts';
import { titleOf } from './explain-state.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { ListedRow, ResultListing } from './result-listing.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { endsAsExpected, type ExpectedRun, inputAgain } from './run-again.ts';
import { watchedRun } from './watched-run.ts';

/** What was decided, by the platform's scheduler, its controllers, its autoscaler, or AWS. */
export type DecisionKind =
  | 'placement'
  | 'failure'
  | 'preemption'
  | 'eviction'
  | 'scale-up'
  | 'scale-down'
  | 'interruption';

export interface DecisionListingOptions {
  /** The platform whose run it was. */
  readonly platform: string;
  readonly expected: ExpectedRun;
  /** Only decisions from then on, and up to then, in milliseconds since the start. */
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Every decision of a finished run in a stretch of it, in order, by making the run again. Decisions of the scheduler
 * carry the number by which they are explained. Errors: E4007 when the run comes to something else.
 */
export async function decisionListing(
  prepared: PreparedScenario,
  { platform, expected, fromMs, toMs }: DecisionListingOptions,
): Promise<ResultListing> {
  const input = await inputAgain(prepared, platform);
  const rows: ListedRow[] = [];
  const note = (timeMs: number, kind: DecisionKind, row: Omit<ListedRow, 'time_s' | 'kind'>) => {
    if (timeMs < fromMs || timeMs > toMs) return;
    rows.push({ decision: null, task: null, node: null, ...row, time_s: timeMs / 1000, kind });
  };
  let reader: LogReader | undefined;
  const log = { write: (record: LogRecord) => reader?.read(record) };
  const run = watchedRun({ ...input, log }, (own) => {
    reader = new LogReader(own, note);
    return {
      after(number, { task, view, nowMs }, slot) {
        const title = titleOf(own(), task);
        const node = slot < 0 ? null : view.instanceName(slot);
        note(nowMs, node === null ? 'failure' : 'placement', { decision: number, task: title, node });
        if (node !== null) reader?.decided.add(view.taskOrdinal(task));
      },
    };
  });
  if (!endsAsExpected(run, prepared, expected)) {
    throw notReproducible('the run, made again, comes to another fingerprint');
  }
  return {
    fields: [
      { name: 'time_s', title: 'time', kind: 'time' },
      { name: 'kind', title: 'kind', kind: 'text' },
      { name: 'decision', title: 'decision', kind: 'number' },
      { name: 'task', title: 'task', kind: 'text' },
      { name: 'node', title: 'node', kind: 'text' },
      { name: 'about', title: 'about', kind: 'text' },
    ],
    rows: rows.map((row) => ({ about: '', ...row })),
    footer: 'explain decision/N tells what decided, of those with a number.',
  };
}

type Note = (timeMs: number, kind: DecisionKind, row: Omit<ListedRow, 'time_s' | 'kind'>) => void;

/** Reads decisions that no scheduler made off the event log. */
class LogReader {
  /** Tasks, by ordinal, that the scheduler has given a place which they have not taken yet. */
  readonly decided = new Set<number>();
  readonly #run: () => ClusterRun;
  readonly #note: Note;
  readonly #groups = new Map<number, string>();
  /** By instance: its name, and whether its end has been decided. */
  readonly #instances = new Map<number, { readonly name: string; isLeaving: boolean; isTaken: boolean }>();
  readonly #taskGroups = new Map<number, string>();
  readonly #evicted = new Set<number>();

  constructor(run: () => ClusterRun, note: Note) {
    this.#run = run;
    this.#note = note;
  }

  read(record: LogRecord): void {
    const { timeMs } = record;
    switch (record.kind) {
      case 'class':
        this.#groups.set(record.class, record.group);
        return;
      case 'submitted':
        this.#taskGroups.set(record.task, this.#groups.get(record.class)!);
        return;
      case 'instance': {
        const { instance, name, type, zone, group } = record;
        this.#instances.set(instance, { name, isLeaving: false, isTaken: false });
        this.#note(timeMs, 'scale-up', { node: name, about: `${type} in ${zone}, of ${group}` });
        return;
      }
      case 'notice':
        this.#noticed(record);
        return;
      case 'state':
        this.#changed(record);
        return;
      case 'placed': {
        // Daemons and tasks with a machine of their own: nobody asked the scheduler.
        if (this.decided.delete(record.task)) return;
        const about = 'placed without the scheduler';
        this.#note(timeMs, 'placement', { task: this.#title(record.task), node: this.#name(record), about });
        return;
      }
      case 'evicted': {
        this.#evicted.add(record.task);
        const about = record.for === null ? '' : `to make room for ${this.#title(record.for)}`;
        const kind = record.for === null ? 'eviction' : 'preemption';
        this.#note(timeMs, kind, { task: this.#title(record.task), node: this.#name(record), about });
        return;
      }
      case 'requeued':
        this.decided.delete(record.task);
        if (this.#evicted.delete(record.task)) return;
        this.#note(timeMs, 'eviction', {
          task: this.#title(record.task),
          node: this.#name(record),
          about: 'lost its room and waits again',
        });
        return;
      case 'ended':
        this.#ended(record);
        return;
      default:
    }
  }

  #noticed({ timeMs, instance, notice, reason }: Extract<LogRecord, { kind: 'notice' }>): void {
    if (notice !== 'interruption') return;
    const own = this.#instances.get(instance)!;
    own.isTaken = true;
    this.#note(timeMs, 'interruption', { node: own.name, about: `Spot notice for ${reason}` });
  }

  /** An instance is let go once, when it begins to drain or ends; called back, it may be let go again. */
  #changed({ timeMs, instance, state }: Extract<LogRecord, { kind: 'state' }>): void {
    const own = this.#instances.get(instance)!;
    if (state === 'ready') own.isLeaving = false;
    if (state !== 'draining' && state !== 'terminated') return;
    if (!own.isLeaving && !own.isTaken) {
      this.#note(timeMs, 'scale-down', { node: own.name, about: state === 'draining' ? 'drains' : 'ends' });
    }
    own.isLeaving = true;
  }

  #ended({ timeMs, task, instance, outcome }: Extract<LogRecord, { kind: 'ended' }>): void {
    this.decided.delete(task);
    const wasEvicted = this.#evicted.delete(task);
    const own = instance === null ? undefined : this.#instances.get(instance);
    if (own === undefined || !own.isLeaving || wasEvicted || outcome !== 'stopped') return;
    const about = 'stopped: its node drains';
    this.#note(timeMs, 'eviction', { task: this.#title(task), node: own.name, about });
  }

  #name({ instance }: { readonly instance: number }): string {
    return this.#instances.get(instance)!.name;
  }

  #title(task: number): string {
    return this.#run().podName(task) ?? `${this.#taskGroups.get(task) ?? ''}/${task}`;
  }
}
