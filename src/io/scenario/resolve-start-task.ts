import type { Plan } from '../../model/plan.ts';
import type { ApiRatesPlan, StartTaskPlan } from '../../model/start-task-plan.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Path } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import { isPluginFile } from './plugin-file.ts';
import { durationMs } from './resolve-distribution.ts';
import type { Resolving } from './resolving.ts';

type EcsInput = Extract<PlatformInput, { kind: 'ecs' }>;

/**
 * The own schedulers of an ECS platform. Errors: E1103 on AWS Fargate, which StartTask does not know, and for rates that
 * nobody calls at; E1205 for a name that is there twice; E1207 and E1208 about their files.
 */
export function resolveStartTask(
  { name, fargate, startTask = [], apiRates }: EcsInput,
  path: Path,
  resolving: Resolving,
): { readonly startTask?: readonly StartTaskPlan[]; readonly apiRates?: ApiRatesPlan } {
  const { problems } = resolving;
  if (apiRates !== undefined && startTask.length === 0) {
    const hint = 'startTask names the schedulers that keep to them';
    problems.error('E1103', [...path, 'apiRates'], `platform "${name}": nobody calls the API`, { hint });
  }
  if (startTask.length === 0) return {};
  if (fargate !== undefined) {
    const message = `platform "${name}": StartTask names an instance, and AWS Fargate has none`;
    problems.error('E1103', [...path, 'startTask'], message, { part: 'key' });
  }
  const plans = startTask.map(({ poll, snapshotAge, retryDelay, retryDelayMost, ...plan }, index) => {
    const at = [...path, 'startTask', index];
    isPluginFile(plan.use, [...at, 'use'], resolving);
    if (startTask.findIndex((other) => other.name === plan.name) !== index) {
      problems.error('E1205', [...at, 'name'], `two own schedulers are named "${plan.name}"`);
    }
    return {
      ...plan,
      pollMs: durationMs(poll),
      snapshotAgeMs: durationMs(snapshotAge),
      retryDelayMs: durationMs(retryDelay),
      retryDelayMostMs: durationMs(retryDelayMost),
    };
  });
  return { startTask: plans, ...(apiRates !== undefined && { apiRates }) };
}

/** Every task that an own scheduler starts is a job or a trace of the workload (E1204), and no two start the same (E1103). */
export function checkStartTask({ workload }: Plan, { sections, problems }: Resolving): void {
  const { jobs, traces, distributions } = workload;
  const names = [...jobs, ...traces, ...distributions].map(({ name }) => name);
  for (const { path, value } of sections.platforms) {
    if (value.kind !== 'ecs') continue;
    const owners = new Map<string, string>();
    (value.startTask ?? []).forEach(({ name, tasks }, scheduler) => {
      tasks.forEach((task, index) => {
        const at = [...path, 'startTask', scheduler, 'tasks', index];
        const owner = owners.get(task);
        owners.set(task, name);
        if (owner !== undefined) problems.error('E1103', at, `${owner} starts "${task}" already`);
        else if (!names.includes(task) && sections.isComplete) {
          const hint = didYouMean(task, names);
          problems.error('E1204', at, `there is no job or trace "${task}"`, { hint });
        }
      });
    });
  }
}
