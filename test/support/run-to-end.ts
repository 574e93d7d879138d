import { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { Plan, PlatformPlan } from '../../src/model/plan.ts';
import { findScheduler } from '../../src/schedulers/registry.ts';
import type { SchedulerDefinition } from '../../src/schedulers/scheduler.ts';
import { MemoryLog } from '../../src/telemetry/event-log.ts';

/** A run of the platform, by default with the scheduler of its kind, at its end, with the whole log. */
export function runToEnd(
  plan: Plan,
  platform: PlatformPlan,
  scheduler: SchedulerDefinition = findScheduler(platform.kind)!,
): { readonly run: ClusterRun; readonly log: MemoryLog } {
  const log = new MemoryLog();
  const run = new ClusterRun({
    plan,
    platform,
    tables: new Map(),
    scheduler,
    log,
  });
  run.run();
  const { pending, running } = run.tasks.finish(plan.horizonMs);
  const [, succeeded, failed, stopped, rejected] = run.tasks.ends as unknown as number[];
  run.endLog(
    plan.horizonMs,
    {
      submitted: run.tasks.submittedCount,
      succeeded: succeeded!,
      failed: failed!,
      stopped: stopped!,
      rejected: rejected!,
      pending,
      running,
    },
    { requested: [], instanceMs: null, pendingMs: null, hostedMs: null },
  );
  return { run, log };
}
