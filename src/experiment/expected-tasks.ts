import { arrivalTimes } from '../controllers/arrival-times.ts';
import type { JobPlan, Plan, ServicePlan } from '../model/plan.ts';
import type { RandomDraws } from '../schedulers/scheduler.ts';
import { HOUR } from '../units.ts';
import type { WorkloadTables } from './run/workload-run.ts';

/** Schedules fire by the calendar alone. */
const NO_DRAWS: RandomDraws = { double: () => 0, clone: () => NO_DRAWS };

/** About how many tasks a run of the plan submits: those of jobs, of traces, and as many of services as run at most. */
export function expectedTasks(plan: Plan, tables: WorkloadTables): number {
  const { services, jobs } = plan.workload;
  const ofJobs = jobs.reduce((sum, job) => sum + expectedJobTasks(job, plan), 0);
  const ofTraces = [...tables.values()].reduce((sum, { length }) => sum + length, 0);
  return Math.round(ofJobs) + ofTraces + mostReplicas(services);
}

/** Tasks of services if each stands at its highest at the same time. */
export function mostReplicas(services: readonly ServicePlan[]): number {
  return services.reduce((sum, { replicas }) => sum + Math.max(...replicas.map(({ count }) => count)), 0);
}

/** Tasks that a job brings within the horizon, on average. */
export function expectedJobTasks(job: JobPlan, plan: Plan, behind: readonly string[] = []): number {
  const { arrivals, count } = job;
  const { horizonMs, startEpochMs } = plan;
  switch (arrivals.kind) {
    case 'triggered': {
      // As many as the job that starts it; what instances or services start nobody knows beforehand.
      const { trigger } = arrivals;
      const source = plan.workload.jobs.find(({ name }) => trigger.on === 'task' && name === trigger.of);
      if (source === undefined || behind.includes(source.name)) return 0;
      return count * expectedJobTasks(source, plan, [...behind, source.name]);
    }
    case 'at':
      return count * arrivals.timesMs.filter((atMs) => atMs < horizonMs).length;
    case 'every':
      return count * Math.max(0, Math.ceil((horizonMs - arrivals.firstMs) / arrivals.intervalMs));
    case 'schedule': {
      const nextMs = arrivalTimes(arrivals, startEpochMs, NO_DRAWS);
      let firings = 0;
      while (nextMs() < horizonMs) firings += 1;
      return count * firings;
    }
    case 'poisson': {
      const { steps, repeatMs } = arrivals;
      const periodMs = Math.min(repeatMs ?? horizonMs, horizonMs);
      let perPeriod = 0;
      steps.forEach(({ atMs, perHour }, index) => {
        const untilMs = Math.min(steps[index + 1]?.atMs ?? periodMs, periodMs);
        perPeriod += (perHour * Math.max(0, untilMs - atMs)) / HOUR;
      });
      return (count * perPeriod * horizonMs) / periodMs;
    }
  }
}
