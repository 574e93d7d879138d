import type { AttemptRow, TaskRows } from '../../src/telemetry/task-rows.ts';

/** Every row, in order of task and attempt. */
export function attemptsOf(taskRows: TaskRows): AttemptRow[] {
  const attempts: AttemptRow[] = [];
  for (const rows = taskRows.inOrder(); rows.next(); ) {
    const { columns, row } = rows;
    attempts.push({
      ordinal: columns.ordinal[row]!,
      attempt: columns.attempt[row]!,
      classId: columns.classId[row]!,
      instanceId: columns.instanceId[row]!,
      outcome: columns.outcome[row]!,
      gpuMask: columns.gpuMask[row]!,
      submitMs: columns.submitMs[row]!,
      placedMs: columns.placedMs[row]!,
      runningMs: columns.runningMs[row]!,
      endMs: columns.endMs[row]!,
    });
  }
  return attempts;
}
