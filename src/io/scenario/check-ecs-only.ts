import type { Plan } from '../../model/plan.ts';
import type { Resolving } from './resolving.ts';

/**
 * Documents of the ECS API say things that other platforms have no words for: a scenario with some has ECS platforms only
 * (E2012). What a template says to ECS in the neutral language is passed over elsewhere, with a warning (W2011).
 */
export function checkEcsOnly(plan: Plan, { sections, problems }: Resolving): void {
  const { services, jobs, traces, distributions } = plan.workload;
  const speaking = [...services, ...jobs, ...traces, ...distributions].filter(
    ({ template }) => template.ecs !== undefined,
  );
  for (const { path, value } of sections.platforms) {
    if (value.kind === 'ecs') continue;
    const fleet = value.fleet ?? sections.fleet.map((group) => group.value);
    const hasInstances = fleet.some(({ containerInstances }) => containerInstances !== undefined);
    if (sections.ecs.length > 0 || hasInstances) {
      const what =
        sections.ecs.length > 0 ? 'cannot run workload.ecs' : 'cannot have container instances as its fleet';
      const message = `platform "${value.name}" is of kind ${value.kind} and ${what}`;
      const hint = 'compare ECS platforms with each other, or write the workload as services and jobs';
      problems.error('E2012', [...path, 'kind'], message, { hint });
    } else if (speaking.length > 0) {
      const names = speaking.map(({ name }) => name).slice(0, 3);
      const message = `platform "${value.name}" passes over what templates say under ecs (${names.join(', ')})`;
      problems.warning('W2011', [...path, 'kind'], message);
    }
  }
}
