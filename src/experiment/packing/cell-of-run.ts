import type { NewInstance } from '../../model/cluster-store.ts';
import type { TaskClass, TaskClassSpec } from '../../model/task-class.ts';
import { LANE } from '../../model/resources.ts';
import { TASK_END } from '../../model/cluster-view.ts';
import { INTERRUPTED } from '../../telemetry/task-rows.ts';
import type { ClusterRun } from '../run/cluster-run.ts';
import { fleetOf } from '../run/plan-parts.ts';
import type { Cell } from './cell.ts';

/** When the most CPU was asked for by tasks in the system, waiting or not; the first such moment. 0 without tasks. */
export function peakDemandMs(run: ClusterRun): number {
  const changes: { atMs: number; cpu: number }[] = [];
  for (const { submitMs, leftMs, classId } of stays(run)) {
    const cpu = run.store.classes[classId]!.requests[LANE.cpu]!;
    changes.push({ atMs: submitMs, cpu }, { atMs: leftMs, cpu: -cpu });
  }
  // What leaves at a moment leaves before what comes.
  changes.sort((a, b) => a.atMs - b.atMs || a.cpu - b.cpu);
  let [cpu, most, peakMs] = [0, 0, 0];
  for (const change of changes) {
    cpu += change.cpu;
    if (cpu > most) [most, peakMs] = [cpu, change.atMs];
  }
  return peakMs;
}

/** A cell, and how many of its machines the run really had. */
export interface CellOfRun {
  readonly cell: Cell;
  readonly ready: number;
}

/**
 * The machines that were ready, and the tasks that were in the system, at a moment of a finished run. Where none was ready,
 * in fleets that start from nothing, one machine of each group in each of its zones stands for the fleet.
 */
export function cellAt(run: ClusterRun, atMs: number): CellOfRun {
  const { plan, platform } = run.input;
  const daemonNames = new Set(
    plan.workload.services.filter(({ daemon }) => daemon === true).map(({ name }) => name),
  );
  const kinds: TaskClassSpec[] = [];
  const kindOf = new Map<number, number>();
  const present: { readonly kind: number; readonly ordinal: number; readonly priority: number }[] = [];
  for (const { classId, ordinal, submitMs, leftMs } of stays(run)) {
    const taskClass = run.store.classes[classId]!;
    if (submitMs > atMs || leftMs <= atMs || daemonNames.has(taskClass.groupName)) continue;
    let kind = kindOf.get(classId);
    if (kind === undefined) {
      kind = kinds.push(specOf(taskClass)) - 1;
      kindOf.set(classId, kind);
    }
    present.push({ kind, ordinal, priority: taskClass.priority });
  }
  // As a queue would offer them: priorities first, then who came first.
  present.sort((a, b) => b.priority - a.priority || a.ordinal - b.ordinal);
  const daemons = run.store.classes.filter(
    ({ groupName, evicted }) => daemonNames.has(groupName) && evicted !== true,
  );
  const groups = fleetOf(plan, platform);
  const ready = machinesAt(run, groups, atMs);
  const cell: Cell = {
    platform: run.platform,
    scheduler: run.input.scheduler,
    schedulerOptions: run.world.schedulerOptions,
    machines: ready.length > 0 ? ready : oneOfEach(run, groups),
    kinds,
    tasks: present.map(({ kind }) => kind),
    daemons: daemons.map(specOf),
  };
  return { cell, ready: ready.length };
}

function oneOfEach({ platform }: ClusterRun, groups: ReturnType<typeof fleetOf>): NewInstance[] {
  return groups.flatMap((group) =>
    group.instances.length > 0
      ? group.instances.map((_, index) => platform.listed(group, index).instance)
      : group.zones.map((zone) => platform.instance(platform.shape(group, group.types[0]!), zone, undefined)),
  );
}

interface Stay {
  readonly ordinal: number;
  readonly classId: number;
  readonly submitMs: number;
  /** Infinity for tasks that were still there at the end. */
  readonly leftMs: number;
}

/** Every task that an instance could have taken, from its submission until it left for good. */
function* stays({ tasks }: ClusterRun): Generator<Stay> {
  for (const rows = tasks.attempts.rows.inOrder(); rows.next(); ) {
    const { columns, row } = rows;
    const outcome = columns.outcome[row]!;
    if (outcome === INTERRUPTED || outcome === TASK_END.rejected) continue;
    const endMs = columns.endMs[row]!;
    yield {
      ordinal: columns.ordinal[row]!,
      classId: columns.classId[row]!,
      submitMs: columns.submitMs[row]!,
      leftMs: Number.isNaN(endMs) ? Number.POSITIVE_INFINITY : endMs,
    };
  }
}

/** In order of request. */
function machinesAt(run: ClusterRun, groups: ReturnType<typeof fleetOf>, atMs: number): NewInstance[] {
  const { store, platform, instances } = run;
  return instances.records.flatMap((record) => {
    const isThere = record.readyMs <= atMs && !(record.endMs <= atMs);
    if (!isThere) return [];
    const shape = store.shapes[record.shape]!;
    const group = groups.find(({ name }) => name === shape.groupName)!;
    const listed = group.instances.findIndex(({ name }) => name === record.name);
    if (listed >= 0) return [platform.listed(group, listed).instance];
    return [platform.instance(shape, record.zone, undefined)];
  });
}

function specOf({ requests, groupName, ...rest }: TaskClass): TaskClassSpec {
  const { id: _id, groupId, takenLanes, requestedLanes, portBits, portClashBits, evicted, ...spec } = rest;
  return { ...spec, group: groupName, requests: Array.from(requests) };
}
