import { Sample } from '../statistics/sample.ts';
import type { UsageIntegral } from './usage-integral.ts';

/** Counts of one service, job or trace. */
export interface GroupCounts {
  submitted: number;
  placed: number;
  succeeded: number;
  readonly waitsMs: Sample;
  /** Tasks running now, wanted now (services), and both integrated over time. */
  running: number;
  desired: number;
  sinceMs: number;
  servedMs: number;
  desiredMs: number;
  /** Percent of the wanted tasks that must run, and how long fewer did. */
  minimumPercent: number;
  belowMs: number;
  /** What its tasks use, where that is known. */
  usage: UsageIntegral | null;
}

/** Nobody of it has come yet, and nothing is wanted. */
export function newGroup(): GroupCounts {
  return {
    submitted: 0,
    placed: 0,
    succeeded: 0,
    waitsMs: new Sample(),
    running: 0,
    desired: 0,
    sinceMs: 0,
    servedMs: 0,
    desiredMs: 0,
    minimumPercent: 100,
    belowMs: 0,
    usage: null,
  };
}

/** Adds the time since the last change, with the counts as they were. To be called before each change of them. */
export function integrate(group: GroupCounts, nowMs: number): void {
  const durationMs = nowMs - group.sinceMs;
  group.sinceMs = nowMs;
  // Of a job nothing is wanted all the time: nothing to add.
  if (group.desired === 0 && group.usage === null) return;
  group.servedMs += Math.min(group.running, group.desired) * durationMs;
  group.desiredMs += group.desired * durationMs;
  if (group.running * 100 < group.desired * group.minimumPercent) group.belowMs += durationMs;
  group.usage?.advance(nowMs - durationMs, nowMs, group.running);
}
