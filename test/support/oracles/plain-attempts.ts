import type { ClusterRun } from '../../../src/experiment/run/cluster-run.ts';
import { TASK_END } from '../../../src/model/cluster-view.ts';
import { LANE } from '../../../src/model/resources.ts';
import { FreeRoom } from '../../../src/telemetry/free-room.ts';
import type { FreeSpace } from '../../../src/telemetry/free-space.ts';
import { INTERRUPTED } from '../../../src/telemetry/task-rows.ts';
import { medianRequests, typicalTasks } from '../../../src/telemetry/typical-tasks.ts';
import { MIB } from '../../../src/units.ts';
import { attemptsOf } from '../attempts.ts';

/** What `AttemptFacts` counts, read from all rows when the run is over. */
export function plainFacts(run: ClusterRun, endMs: number, targetMs: number | null) {
  const { classes } = run.store;
  const facts = { restarts: 0, late: 0, lateMs: 0, firstWaitsMs: 0 };
  const waitedMs = run.tasks.groups.map(() => 0);
  const lostMs = classes.map(() => 0n);
  const tasksOf = classes.map(() => 0);
  const limitMs = targetMs ?? Number.POSITIVE_INFINITY;
  for (const { classId, submitMs, placedMs, runningMs, endMs: ownMs, outcome, attempt } of attemptsOf(
    run.tasks.attempts.rows,
  )) {
    const { groupId, groupKind } = classes[classId]!;
    const goneMs = Number.isNaN(ownMs) ? endMs : ownMs;
    const isPlaced = !Number.isNaN(placedMs);
    const waitMs = (isPlaced ? placedMs : goneMs) - submitMs;
    waitedMs[groupId]! += waitMs;
    if (outcome === INTERRUPTED) {
      waitedMs[groupId]! -= goneMs - submitMs;
      if (groupKind !== 'service' && !Number.isNaN(runningMs)) lostMs[classId]! += BigInt(goneMs - runningMs);
    }
    if (attempt > 0) {
      if (isPlaced) facts.restarts += 1;
      continue;
    }
    tasksOf[classId]! += 1;
    facts.firstWaitsMs += waitMs;
    if (waitMs > limitMs || outcome === TASK_END.rejected) facts.late += 1;
    if (waitMs > limitMs) facts.lateMs += waitMs - limitMs;
  }
  return { ...facts, waitedMs, lostMs, tasksOf };
}

/** What `freeSpace` adds up: the room of each instance between any two changes is made anew from who is there then. */
export function plainFreeSpace(run: ClusterRun, endMs: number): FreeSpace {
  const { store, instances, platform } = run;
  const { classes } = store;
  const { tasksOf } = plainFacts(run, endMs, null);
  const typical = typicalTasks(classes, tasksOf, platform.resources);
  const median = medianRequests(classes, tasksOf, platform.resources.laneCount);
  const total = {
    holes: 0,
    fragmentedCpu: 0,
    fragmentedGpu: 0,
    strandedCpu: 0,
    strandedMemoryMiB: 0,
    strandedGpu: 0,
  };
  const attempts = attemptsOf(run.tasks.attempts.rows);
  for (const { id, shape, readyMs, endMs: goneMs } of instances.records) {
    if (Number.isNaN(readyMs)) continue;
    const room = new FreeRoom(store.shapes[shape]!, { typical, median, resources: platform.resources });
    const stays = attempts
      .filter(({ instanceId, placedMs }) => instanceId === id && !Number.isNaN(placedMs))
      .map((stay) => ({ ...stay, endMs: Number.isNaN(stay.endMs) ? endMs : stay.endMs }));
    const untilMs = Number.isNaN(goneMs) ? endMs : goneMs;
    const changes = stays.flatMap((stay) => [stay.placedMs, stay.endMs]);
    const times = [...new Set([readyMs, ...changes, untilMs])]
      .filter((ms) => ms >= readyMs)
      .sort((a, b) => a - b);
    times.slice(1).forEach((toMs, index) => {
      const fromMs = times[index]!;
      room.clear();
      for (const stay of stays) {
        if (stay.placedMs <= fromMs && stay.endMs > fromMs) room.take(classes[stay.classId]!, stay.gpuMask);
      }
      room.look();
      const lengthMs = toMs - fromMs;
      total.holes += room.holes * lengthMs;
      total.fragmentedCpu += room.fragmentedCpu * lengthMs;
      total.fragmentedGpu += room.fragmentedGpu * lengthMs;
      if (room.strandedLanes & 1) total.strandedCpu += room.free[LANE.cpu]! * lengthMs;
      if (room.strandedLanes & 2) total.strandedMemoryMiB += (room.free[LANE.memory]! / MIB) * lengthMs;
      if (room.strandedLanes & 4) total.strandedGpu += room.free[LANE.gpu]! * lengthMs;
    });
  }
  return total;
}
