import { TASK_END } from '../model/cluster-view.ts';
import { LANE } from '../model/resources.ts';
import type { MemoryKill } from '../telemetry/task-telemetry.ts';
import { GIB, SECOND } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import { dominantShare, jainIndex } from './fairness.ts';
import { laneIntegrals } from './run-integrals.ts';
import type { SomeMetrics } from './run-metrics.ts';

/** What was promised, what was disturbed, who got how much. */
export function workMetrics(run: ClusterRun, endMs: number): SomeMetrics {
  const { tasks, spot } = run;
  return {
    ...targetMetrics(run),
    'disruption.preemptions': tasks.preemptionCount,
    'disruption.evictions': tasks.evictionCount,
    ...(run.memory === null ? {} : memoryMetrics(tasks.memoryKills)),
    'disruption.losses': tasks.lossCount,
    'disruption.reclaims': spot?.summary(endMs).interrupted ?? 0,
    'disruption.restarts': tasks.attempts.facts.restarts,
    'disruption.lostCpu': lostWork(run, LANE.cpu) / run.platform.resources.cpuPerVcpu,
    'disruption.lostMemory': lostWork(run, LANE.memory) / GIB,
    'fairness.jain': jainIndex(servedShares(run)),
    'fairness.dominantShare': largestDominantShare(run),
    throughput: endMs === 0 ? null : tasks.ends[TASK_END.succeeded]! / (endMs / SECOND),
  };
}

function targetMetrics({ tasks, input }: ClusterRun): SomeMetrics {
  const { slo } = input.plan;
  const { late, lateMs, firstWaitsMs } = tasks.attempts.facts;
  if (slo === undefined || tasks.submittedCount === 0) return {};
  const share = late / tasks.submittedCount;
  return {
    'slo.tasks': share,
    'slo.taskSeconds': firstWaitsMs === 0 ? 0 : lateMs / firstWaitsMs,
    // (1 − objective), in parts of a million that are whole.
    'slo.budgetBurn': (share * 1e6) / (1e6 - slo.objectiveMillionths),
  };
}

function memoryMetrics(kills: readonly MemoryKill[]): SomeMetrics {
  const evictions = kills.filter(({ cause }) => cause === 'pressure').length;
  return { 'disruption.memoryEvictions': evictions, 'disruption.oomKills': kills.length - evictions };
}

/** Resource × seconds that jobs had run for nothing. */
function lostWork({ store, tasks }: ClusterRun, lane: number): number {
  let lost = 0n;
  for (const { id, requests } of store.classes)
    lost += BigInt(requests[lane]!) * tasks.attempts.facts.lostMs.of(id);
  return Number(lost) / SECOND;
}

/** By group that had tasks: of the time that they waited or had room, the share with room. */
function servedShares({ store, tasks }: ClusterRun): number[] {
  const heldMs = new Float64Array(tasks.groups.length);
  for (const { id, groupId } of store.classes) heldMs[groupId]! += Number(tasks.heldMs.of(id));
  return tasks.groups.flatMap(({ submitted }, group) => {
    const wholeMs = heldMs[group]! + (tasks.attempts.facts.waitedMs[group] ?? 0);
    return submitted === 0 || wholeMs === 0 ? [] : [heldMs[group]! / wholeMs];
  });
}

function largestDominantShare(run: ClusterRun): number | null {
  const { store, tasks } = run;
  const lanes = [LANE.cpu, LANE.memory, LANE.gpu] as const;
  const capacity = lanes.map((lane) => Number(laneIntegrals(run, lane).allocatable));
  const used = tasks.groups.map(() => [0, 0, 0]);
  for (const { id, groupId, requests } of store.classes) {
    const heldMs = Number(tasks.heldMs.of(id));
    if (heldMs === 0) continue;
    lanes.forEach((lane, at) => {
      used[groupId]![at]! += requests[lane]! * heldMs;
    });
  }
  return capacity[0] === 0 || used.length === 0
    ? null
    : Math.max(...used.map((amounts) => dominantShare(amounts, capacity)));
}
