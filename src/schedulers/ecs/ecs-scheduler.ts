import type { TaskClass } from '../../model/task-class.ts';
import { Candidates } from '../candidates.ts';
import { extremeFree } from '../extreme-free.ts';
import { GroupCounts } from '../group-counts.ts';
import { shapeAttribute, shapeHasRoom } from '../instance-rules.ts';
import { type DecisionInput, NO_INSTANCE, type Scheduler, type SchedulerDefinition } from '../scheduler.ts';
import { type ClassPolicy, classPolicy } from './class-policy.ts';
import { isInZone } from './constraints/location.ts';
import { shapeIsMember } from './constraints/member-of.ts';
import { hasRequiredAttributes } from './constraints/required-attributes.ts';
import { explainPlacement } from './ecs-explain.ts';
import { type EcsOptions, readEcsOptions } from './ecs-options.ts';
import { drawIndex } from './strategies/random.ts';
import { AVAILABILITY_ZONE } from './strategies/step.ts';

/**
 * Placement as Amazon ECS documents it: keep the instances with enough CPU, memory, ports and devices, then those
 * that satisfy the constraints, then narrow them by each strategy in turn, and take one of what is left. A chain of
 * strategies filters lexicographically; ECS publishes no other score (chosen, consistent with the guide's examples).
 * Constraints bind, strategies are best effort. Each task is placed against the state that the one before left.
 * Source: AWS ECS developer guide, "How Amazon ECS places tasks on container instances".
 */
export const ecs: SchedulerDefinition<EcsOptions> = {
  name: 'ecs',
  summary: 'Amazon ECS: placement constraints, then binpack, spread and random strategies in a chain.',
  complete: () => true,
  readOptions: readEcsOptions,
  create: createEcsScheduler,
};

function createEcsScheduler(options: EcsOptions): Scheduler {
  const counts = new GroupCounts(AVAILABILITY_ZONE);
  const candidates = new Candidates<ClassPolicy>((taskClass) => classPolicy(taskClass, options), counts);
  const policies = new Map<TaskClass, ClassPolicy>();
  const policyOf = (taskClass: TaskClass): ClassPolicy => {
    const policy = policies.get(taskClass) ?? classPolicy(taskClass, options);
    policies.set(taskClass, policy);
    return policy;
  };
  return {
    name: ecs.name,
    decide: (input) => decide(input, candidates, options),
    explain: (input) => explainPlacement(input, policyOf(classOf(input)), options),
    admits(taskClass, shape, zone) {
      const { requiresAttributes, memberOf, zones, capacityProvider } = policyOf(taskClass);
      const version = options.register.agentVersion(0);
      return (
        (capacityProvider === null || capacityProvider === shape.groupName) &&
        shapeHasRoom(shape, taskClass) &&
        hasRequiredAttributes(requiresAttributes, (name) => shapeAttribute(shape, zone, name)) &&
        isInZone(zones, zone) &&
        memberOf.every((constraint) => shapeIsMember(constraint, shape, zone, version))
      );
    },
    maxPerInstance: (taskClass) =>
      policyOf(taskClass).distinctInstance || taskClass.hostPorts.length > 0 ? 1 : Number.POSITIVE_INFINITY,
    // A constraint on the tasks of an instance can become true by them.
    placementsMayHelp: (taskClass) => policyOf(taskClass).taskRule !== null,
  };
}

function classOf({ view, task }: DecisionInput): TaskClass {
  return view.classes[view.taskClass[task]!]!;
}

function decide(input: DecisionInput, candidates: Candidates<ClassPolicy>, options: EcsOptions): number {
  const { view, random } = input;
  const taskClass = classOf(input);
  const drawTies = options.tieBreak === 'random';
  const { chain, packing } = candidates.prepare(view, taskClass);
  if (packing !== null && !drawTies) return extremeFree(candidates, view, taskClass, packing.lane, 'least');

  let count = candidates.collect(view, taskClass);
  if (count === 0) return NO_INSTANCE;
  const { counts, found } = candidates;
  counts.catchUp(view);
  for (let i = 0; i < chain.length && count > 1; i++) {
    const step = chain[i]!;
    if (step.kind === 'random') return found[drawIndex(count, random)]!;
    count = step.narrow(found, count, view, taskClass.groupId, counts);
  }
  return found[drawTies ? drawIndex(count, random) : 0]!;
}
