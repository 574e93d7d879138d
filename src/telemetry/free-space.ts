import type { InstanceShape } from '../model/cluster-view.ts';
import { LANE, type ResourceTable } from '../model/resources.ts';
import type { TaskClass } from '../model/task-class.ts';
import { MIB } from '../units.ts';
import { FreeRoom } from './free-room.ts';
import type { InstanceRecord } from './instance-telemetry.ts';
import type { TaskRows } from './task-rows.ts';
import { medianRequests, typicalTasks } from './typical-tasks.ts';

/** What of a finished run the room that was left over follows from. */
export interface FreeSpaceInput {
  readonly rows: TaskRows;
  /** How many of the rows name a placement. */
  readonly placements: number;
  readonly records: readonly InstanceRecord[];
  readonly classes: readonly TaskClass[];
  readonly shapes: readonly InstanceShape[];
  readonly resources: ResourceTable;
  readonly endMs: number;
}

/** Integrals over ready instances and time: amounts × ms. CPU in the platform's units, memory in MiB, GPUs in thousandths. */
export interface FreeSpace {
  /** How many tasks of the median request the free room would have taken. */
  holes: number;
  fragmentedCpu: number;
  fragmentedGpu: number;
  strandedCpu: number;
  strandedMemoryMiB: number;
  strandedGpu: number;
}

/**
 * What the room that nobody took was good for, from the rows of a finished run, so that the run itself pays nothing for
 * it: each instance is played again by itself, from its starts and ends in order of time. Linear in the number of
 * attempts. Sums of doubles in a fixed order: equal on every machine.
 */
export function freeSpace(input: FreeSpaceInput): FreeSpace {
  const { rows, records, classes, shapes, resources, endMs } = input;
  const tasksOf = new Float64Array(classes.length);
  for (let row = 0; row < rows.length; row++) {
    if (rows.attempt[row] === 0) tasksOf[rows.classId[row]!]! += 1;
  }
  const typical = typicalTasks(classes, tasksOf, resources);
  const median = medianRequests(classes, tasksOf, resources.laneCount);
  const rooms = shapes.map((shape) => new FreeRoom(shape, { typical, median, resources }));
  const { offsets, starts, ends } = byInstance(input);
  const total: FreeSpace = {
    holes: 0,
    fragmentedCpu: 0,
    fragmentedGpu: 0,
    strandedCpu: 0,
    strandedMemoryMiB: 0,
    strandedGpu: 0,
  };
  for (const record of records) {
    if (Number.isNaN(record.readyMs)) continue;
    const room = rooms[record.shape]!;
    const from = offsets[record.id]!;
    const until = offsets[record.id + 1]!;
    const goneMs = Number.isNaN(record.endMs) ? endMs : record.endMs;
    room.clear();
    let nowMs = record.readyMs;
    const pass = (toMs: number) => {
      if (toMs <= nowMs) return;
      addTo(total, room, toMs - nowMs);
      nowMs = toMs;
    };
    let ended = from;
    for (let started = from; started < until; started++) {
      const row = starts[started]!;
      const placedMs = rows.placedMs[row]!;
      // What ends at the moment of a start ends first: its room may be what the start takes.
      for (; ended < started && endOf(rows, ends[ended]!, endMs) <= placedMs; ended++) {
        pass(endOf(rows, ends[ended]!, endMs));
        room.release(classes[rows.classId[ends[ended]!]!]!, rows.gpuMask[ends[ended]!]!);
      }
      pass(placedMs);
      room.take(classes[rows.classId[row]!]!, rows.gpuMask[row]!);
    }
    for (; ended < until; ended++) {
      pass(endOf(rows, ends[ended]!, endMs));
      room.release(classes[rows.classId[ends[ended]!]!]!, rows.gpuMask[ends[ended]!]!);
    }
    pass(goneMs);
  }
  return total;
}

function endOf(rows: TaskRows, row: number, endMs: number): number {
  const ownMs = rows.endMs[row]!;
  return Number.isNaN(ownMs) ? endMs : ownMs;
}

function addTo(total: FreeSpace, room: FreeRoom, durationMs: number): void {
  room.look();
  total.holes += room.holes * durationMs;
  total.fragmentedCpu += room.fragmentedCpu * durationMs;
  total.fragmentedGpu += room.fragmentedGpu * durationMs;
  if (room.strandedLanes === 0) return;
  if ((room.strandedLanes & 1) !== 0) total.strandedCpu += room.free[LANE.cpu]! * durationMs;
  if ((room.strandedLanes & 2) !== 0) total.strandedMemoryMiB += (room.free[LANE.memory]! / MIB) * durationMs;
  if ((room.strandedLanes & 4) !== 0) total.strandedGpu += room.free[LANE.gpu]! * durationMs;
}

/**
 * Rows by the instance that they had room on: those of instance i stand from `offsets[i]` to `offsets[i + 1]`, in
 * `starts` by when they took the room, in `ends` by when they gave it back (the order in which rows are written).
 */
function byInstance({ rows, placements, records }: FreeSpaceInput) {
  const offsets = new Int32Array(records.length + 2);
  const byPlacement = new Int32Array(placements).fill(-1);
  for (let row = 0; row < rows.length; row++) {
    const placement = rows.placement[row]!;
    if (placement < 0) continue;
    byPlacement[placement] = row;
    offsets[rows.instanceId[row]! + 1]! += 1;
  }
  for (let id = 1; id < offsets.length; id++) offsets[id]! += offsets[id - 1]!;
  const nextStart = offsets.slice();
  const nextEnd = offsets.slice();
  const starts = new Int32Array(placements);
  const ends = new Int32Array(placements);
  for (const row of byPlacement) if (row >= 0) starts[nextStart[rows.instanceId[row]!]!++] = row;
  for (let row = 0; row < rows.length; row++) {
    if (rows.placement[row]! >= 0) ends[nextEnd[rows.instanceId[row]!]!++] = row;
  }
  return { offsets, starts, ends };
}
