import { SECOND } from '../units.ts';
import type { ClusterRun } from './run/cluster-run.ts';
import type { SomeMetrics } from './run-metrics.ts';

/** How far services had what they wanted, and what the loss of zones did to them; null without services, or losses. */
export function serviceMetrics({ tasks, input, controllers }: ClusterRun, endMs: number): SomeMetrics {
  const served = tasks.groups.reduce((sum, group) => sum + group.servedMs, 0);
  const desired = tasks.groups.reduce((sum, group) => sum + group.desiredMs, 0);
  const below = tasks.groups.reduce((sum, group) => sum + group.belowMs, 0);
  const { outages } = tasks;
  const hasOutages = (input.plan.events ?? []).some(({ kind }) => kind === 'outage');
  const ofServices = desired === 0 || !hasOutages ? null : outages;
  const pausedMs = controllers.pausedMs?.(endMs) ?? null;
  return {
    'services.availability': desired === 0 ? null : served / desired,
    'services.secondsBelowMinimum': desired === 0 ? null : below / SECOND,
    'outage.duration': hasOutages ? outages.durationMs / SECOND : null,
    'outage.depth': ofServices?.depth ?? null,
    'outage.recovery':
      ofServices === null || outages.recoveryMs === null ? null : outages.recoveryMs / SECOND,
    'controlPlane.downtime': pausedMs === null ? null : pausedMs / SECOND,
  };
}
