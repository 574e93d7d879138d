import type { InstanceShape } from '../model/cluster-view.ts';
import { LANE, type ResourceTable } from '../model/resources.ts';
import type { RowCursor } from '../model/row-cursor.ts';
import type { TaskClass } from '../model/task-class.ts';
import { MIB } from '../units.ts';
import { FreeRoom } from './free-room.ts';
import type { InstanceRecord } from './instance-telemetry.ts';
import type { StayLayout, StayRows } from './stay-rows.ts';
import { medianRequests, typicalTasks } from './typical-tasks.ts';

/** What of a finished run the room that was left over follows from. */
export interface FreeSpaceInput {
  readonly stays: StayRows;
  /** Number of tasks by class id. */
  readonly tasksOf: ArrayLike<number>;
  /** By id. */
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
 * What the room that nobody took was good for, worked out when a run is over, so that the run itself pays nothing for it:
 * which tasks are typical, and what their median request is, is only known then. Each instance is played again by itself,
 * from its starts and ends in order of time; in memory are the stays on one of them. Sums of doubles in a fixed order:
 * equal on every machine.
 */
export function freeSpace(input: FreeSpaceInput): FreeSpace {
  const { stays, tasksOf, records, classes, shapes, resources, endMs } = input;
  const typical = typicalTasks(classes, tasksOf, resources);
  const median = medianRequests(classes, tasksOf, resources.laneCount);
  const rooms = shapes.map((shape) => new FreeRoom(shape, { typical, median, resources }));
  const total: FreeSpace = {
    holes: 0,
    fragmentedCpu: 0,
    fragmentedGpu: 0,
    strandedCpu: 0,
    strandedMemoryMiB: 0,
    strandedGpu: 0,
  };
  const all = stays.byInstance();
  const own = new OwnStays(endMs);
  let isMore = all.next();
  for (const record of records) {
    own.clear();
    for (; isMore && all.columns.instanceId[all.row] === record.id; isMore = all.next()) own.add(all);
    if (!Number.isNaN(record.readyMs))
      playAgain(record, own, { room: rooms[record.shape]!, classes, endMs, total });
  }
  return total;
}

/** The stays on one instance, in the order of their ends. */
class OwnStays {
  readonly placedMs: number[] = [];
  readonly endMs: number[] = [];
  readonly classId: number[] = [];
  readonly gpuMask: number[] = [];
  readonly #runEndMs: number;

  constructor(runEndMs: number) {
    this.#runEndMs = runEndMs;
  }

  clear(): void {
    for (const column of [this.placedMs, this.endMs, this.classId, this.gpuMask]) column.length = 0;
  }

  add({ columns, row }: RowCursor<StayLayout>): void {
    const endMs = columns.endMs[row]!;
    this.placedMs.push(columns.placedMs[row]!);
    this.endMs.push(Number.isNaN(endMs) ? this.#runEndMs : endMs);
    this.classId.push(columns.classId[row]!);
    this.gpuMask.push(columns.gpuMask[row]!);
  }

  /** Their numbers in the order of their starts. */
  byStart(): number[] {
    const { placedMs } = this;
    return Array.from(placedMs.keys()).sort((a, b) => placedMs[a]! - placedMs[b]!);
  }
}

interface Playing {
  readonly room: FreeRoom;
  readonly classes: readonly TaskClass[];
  /** The end of the run. */
  readonly endMs: number;
  readonly total: FreeSpace;
}

function playAgain(record: InstanceRecord, own: OwnStays, { room, classes, endMs, total }: Playing): void {
  room.clear();
  let nowMs = record.readyMs;
  const pass = (toMs: number) => {
    if (toMs <= nowMs) return;
    addTo(total, room, toMs - nowMs);
    nowMs = toMs;
  };
  const release = (stay: number) => {
    pass(own.endMs[stay]!);
    room.release(classes[own.classId[stay]!]!, own.gpuMask[stay]!);
  };
  const starts = own.byStart();
  let ended = 0;
  for (const [started, stay] of starts.entries()) {
    const placedMs = own.placedMs[stay]!;
    // What ends at the moment of a start ends first: its room may be what the start takes.
    while (ended < started && own.endMs[ended]! <= placedMs) release(ended++);
    pass(placedMs);
    room.take(classes[own.classId[stay]!]!, own.gpuMask[stay]!);
  }
  while (ended < starts.length) release(ended++);
  pass(Number.isNaN(record.endMs) ? endMs : record.endMs);
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
