import { InputError } from '../../errors.ts';
import {
  type Distribution,
  type FleetGroup,
  type Plan,
  type PlatformPlan,
  type TaskTemplate,
  UNKNOWN_STARTUP,
} from '../../model/plan.ts';
import { unitsOf } from '../../model/purchase.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { SchedulerDefinition } from '../../schedulers/scheduler.ts';
import { karpenterGroups } from './karpenter-fleet.ts';

/** The fleet that the platform runs on; none on Fargate, until its machines are in place of it. */
export function fleetOf(plan: Plan, platform: PlatformPlan): readonly FleetGroup[] {
  const isOnFargate = platform.kind === 'ecs' && platform.fargate !== undefined;
  const groups = platform.fleet ?? (isOnFargate ? [] : plan.fleet);
  return karpenterGroups(groups, platform, plan.workload.manifests ?? []);
}

/** Names of the types that instances of the group may have. */
export function typesOf(group: FleetGroup): readonly string[] {
  return group.instances.length > 0 ? [...new Set(group.instances.map(({ type }) => type))] : group.types;
}

/** Fewest instances of the group: its minimum counts units where it says what types are worth. */
export function leastInstances({ size, types, spot }: FleetGroup): number {
  return Math.ceil(size.min / Math.max(1, ...types.map((type) => unitsOf(spot, type))));
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

/** A start-up as a length of time; of one in parts, what it is taken for where nobody knows the parts. */
export function lengthOfStartup(startup: TaskTemplate['startup']): Distribution {
  return startup === 'parts' ? UNKNOWN_STARTUP : startup;
}

/** The plan as the platform can run it: start-ups in parts are lengths of time where it knows no parts. */
export function planOn(plan: Plan, platform: PlatformPlan): Plan {
  if (platform.kind === 'ecs' && platform.taskLife !== undefined) return plan;
  if (templatesOf(plan).every(({ startup }) => startup !== 'parts')) return plan;
  const whole = <Owner extends { readonly template: TaskTemplate }>(owner: Owner): Owner => ({
    ...owner,
    template: { ...owner.template, startup: lengthOfStartup(owner.template.startup) },
  });
  const { services, jobs, traces, distributions } = plan.workload;
  return {
    ...plan,
    workload: {
      ...plan.workload,
      services: services.map(whole),
      jobs: jobs.map(whole),
      traces: traces.map(whole),
      distributions: distributions.map(whole),
    },
    ...(plan.events !== undefined && {
      events: plan.events.map((event) =>
        event.kind === 'deploy' && event.template !== null
          ? { ...event, ...whole({ template: event.template }) }
          : event,
      ),
    }),
  };
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
