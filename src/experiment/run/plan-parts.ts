import { InputError } from '../../errors.ts';
import type { FleetGroup, Plan, PlatformPlan, TaskTemplate } from '../../model/plan.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { SchedulerDefinition } from '../../schedulers/scheduler.ts';
import { karpenterGroups } from './karpenter-fleet.ts';

/** The fleet that the platform runs on. */
export function fleetOf(plan: Plan, platform: PlatformPlan): readonly FleetGroup[] {
  return karpenterGroups(platform.fleet ?? plan.fleet, platform);
}

/** Names of the types that instances of the group may have. */
export function typesOf(group: FleetGroup): readonly string[] {
  return group.instances.length > 0 ? [...new Set(group.instances.map(({ type }) => type))] : group.types;
}

/** Every template that a task of the run may be made from, those of later deployments included. */
export function templatesOf(plan: Plan): readonly TaskTemplate[] {
  const { services, jobs, traces, distributions } = plan.workload;
  const deployed = (plan.events ?? []).flatMap((event) =>
    event.kind === 'deploy' && event.template !== null ? [event.template] : [],
  );
  return [
    ...[...services, ...jobs, ...traces, ...distributions].map(({ template }) => template),
    ...deployed,
  ];
}

/**
 * A plan holds options as the scenario has them. Those of built-in schedulers were checked with it; a plug-in is asked
 * here for the first time, and what it does not like is bad input.
 */
export function optionsOf(
  definition: SchedulerDefinition,
  { name, scheduler }: PlatformPlan,
  manifests: ManifestSet | null,
): unknown {
  const cluster =
    manifests === null ? {} : { namespaces: manifests.namespaces, volumeLimits: manifests.volumeLimits };
  const read = definition.readOptions({ ...(scheduler.options as object), ...cluster });
  if ('options' in read) return read.options;
  throw new InputError(
    read.problems.map(({ message }) => ({
      severity: 'error',
      code: 'E1102',
      message: `Platform ${name}: ${message}`,
    })),
  );
}

/** Do the wishes of a class say all that decides where its tasks may go? A plug-in or a configuration may add rules. */
export function constraintsOf({ scheduler }: PlatformPlan): 'wishes' | 'wishes-and-more' {
  const options = (scheduler.options ?? {}) as {
    placementConstraints?: readonly unknown[];
    config?: unknown;
  };
  const adds = (options.placementConstraints ?? []).length > 0 || options.config !== undefined;
  return adds || scheduler.plugin !== null ? 'wishes-and-more' : 'wishes';
}
