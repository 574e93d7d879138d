import { isRebalanced } from '../../controllers/ecs/az-rebalance.ts';
import type { PlannedService } from '../../controllers/ecs/planned-service.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../model/cluster-view.ts';
import { ECS_SERVICE_DEFAULTS, type EcsServiceSettings } from '../../model/ecs-defaults.ts';
import type { Plan, PlatformPlan, ServicePlan, TaskTemplate } from '../../model/plan.ts';
import { classPolicy } from '../../schedulers/ecs/class-policy.ts';
import { mentionsAttribute } from '../../schedulers/ecs/query/mentions-attribute.ts';
import { selectTaskToStop, STOP_TIER, type StopTier } from '../../schedulers/ecs/stop-selection.ts';
import { drawIndex } from '../../schedulers/ecs/strategies/random.ts';
import { AVAILABILITY_ZONE } from '../../schedulers/ecs/strategies/step.ts';
import type { EcsClasses } from './ecs-classes.ts';
import type { EcsRunParts } from './ecs-run.ts';
import { platformStrategy, strategyOn } from './provider-strategies.ts';

/** Settings of the services of an ECS platform, defaults filled in. */
export function ecsServiceSettings(platform: Extract<PlatformPlan, { kind: 'ecs' }>): EcsServiceSettings {
  return { ...ECS_SERVICE_DEFAULTS, ...platform.services };
}

/** What the service scheduler of the platform needs to know of a service of the plan. */
export function plannedService(
  service: ServicePlan,
  parts: EcsRunParts,
  classes: EcsClasses,
): PlannedService {
  const { plan, store, classOf, platform, options, fleet } = parts;
  const settings = ecsServiceSettings(platform);
  const first = classOf(service, service.template);
  const policy = classPolicy(store.classes[first]!, options);
  const [head] = policy.chain;
  return {
    plan: service,
    groupId: store.classes[first]!.groupId,
    classId: (template, provider, zone) => classes.bound(classOf(service, template), provider, zone),
    strategy: strategyOn(service.ecs, fleet, platformStrategy(platform, fleet)),
    distinctInstance: templatesOf(service, plan).every(
      (template) => classPolicy(store.classes[classOf(service, template)]!, options).distinctInstance,
    ),
    isRebalanced: isRebalanced({
      // Moves look for room on instances.
      enabled:
        (service.ecs?.availabilityZoneRebalancing ?? settings.availabilityZoneRebalancing) === 'ENABLED' &&
        platform.fargate === undefined,
      schedulingStrategy: service.daemon === true ? 'DAEMON' : 'REPLICA',
      isExternal: false,
      hasClassicLoadBalancer: service.loadBalancer?.kind === 'classic',
      maximumPercent: service.rollout?.maximumPercent ?? settings.maximumPercent,
      firstStrategy: head?.name === `spread(attribute:${AVAILABILITY_ZONE})` ? 'zone' : 'other',
      constrainsZone: policy.memberOf.some(({ expression }) =>
        mentionsAttribute(expression, AVAILABILITY_ZONE),
      ),
    }),
  };
}

/** That of the service, and those that are deployed later. */
function templatesOf({ name, template }: ServicePlan, { events = [] }: Plan): TaskTemplate[] {
  const deployed = events.flatMap((event) =>
    event.kind === 'deploy' && event.service === name && event.template !== null ? [event.template] : [],
  );
  return [template, ...deployed];
}

/** The task of a service that stops first; of equally good ones the oldest, unless ties are drawn. */
export function taskToStop(
  { store, options, stream, platform }: EcsRunParts,
  tasks: readonly number[],
  isUnhealthy: (task: number) => boolean,
): number {
  const taskClass = store.classes[store.taskClass[tasks[0]!]!]!;
  const { chain } = classPolicy(taskClass, options);
  const candidates = tasks.map((task) => ({ task, tier: tierOf(store, task, isUnhealthy) }));
  const selection = selectTaskToStop(store, taskClass.groupId, chain, candidates)!;
  const tied = selection.tied.toSorted((a, b) => store.taskOrdinal(a) - store.taskOrdinal(b));
  const draws = options.tieBreak === 'random' ? stream('stops', platform.name) : null;
  return tied[draws === null ? 0 : drawIndex(tied.length, draws)]!;
}

function tierOf(store: EcsRunParts['store'], task: number, isUnhealthy: (task: number) => boolean): StopTier {
  const state = store.taskState[task]!;
  if (state === TASK_STATE.pending) return STOP_TIER.unplaced;
  if (state !== TASK_STATE.running) return STOP_TIER.starting;
  if (isUnhealthy(task)) return STOP_TIER.unhealthy;
  const isDraining = store.state[store.taskInstance[task]!] === INSTANCE_STATE.draining;
  return isDraining ? STOP_TIER.draining : STOP_TIER.running;
}
