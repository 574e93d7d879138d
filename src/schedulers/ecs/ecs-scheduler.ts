import type { TaskClass } from '../../model/task-class.ts';
import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import { Candidates } from '../candidates.ts';
import { UNINDEXED } from '../room-answers.ts';
import { extremeFree } from '../extreme-free.ts';
import { GroupCounts } from '../group-counts.ts';
import { shapeAttribute, shapeHasRoom } from '../instance-rules.ts';
import {
  type DecisionInput,
  NO_INSTANCE,
  type RandomDraws,
  type Scheduler,
  type SchedulerDefinition,
  type SchedulerMode,
} from '../scheduler.ts';
import { type ClassPolicy, classPolicy } from './class-policy.ts';
import { isInZone } from './constraints/location.ts';
import { shapeIsMember } from './constraints/member-of.ts';
import { hasRequiredAttributes } from './constraints/required-attributes.ts';
import { explainPlacement } from './ecs-explain.ts';
import { type EcsOptions, readEcsOptions } from './ecs-options.ts';
import type { StartTaskDefinition } from '../start-task-scheduler.ts';
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

/** Amazon ECS with schedulers of one's own that start tasks beside it, by the `use` of the platform's `startTask`. */
export function ecsSchedulerWith(
  startTask: ReadonlyMap<string, StartTaskDefinition>,
): SchedulerDefinition<EcsOptions> {
  return {
    ...ecs,
    readOptions(raw) {
      const read = readEcsOptions(raw);
      return 'options' in read ? { options: { ...read.options, startTask } } : read;
    },
  };
}

function createEcsScheduler(options: EcsOptions, { verify = false }: SchedulerMode = {}): Scheduler {
  const counts = new GroupCounts(AVAILABILITY_ZONE);
  const policies = new Map<TaskClass, ClassPolicy>();
  const policyOf = (taskClass: TaskClass): ClassPolicy => {
    const policy = policies.get(taskClass) ?? classPolicy(taskClass, options);
    policies.set(taskClass, policy);
    return policy;
  };
  const candidates = new Candidates<ClassPolicy>(policyOf, counts, verify);
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
  const { chain } = candidates.prepare(view, taskClass);
  if (chain[0]!.kind === 'random') return decideAtRandom(candidates, view, taskClass, random);
  const slot = candidates.indexed(view, taskClass);
  if (slot === UNINDEXED) return scan(input, candidates, options);
  if (candidates.verify) assert(slot === scan(input, candidates, options), 'an index chose another instance');
  return slot;
}

function decideAtRandom(
  candidates: Candidates<ClassPolicy>,
  view: ClusterView,
  taskClass: TaskClass,
  random: RandomDraws,
): number {
  const set = candidates.feasible(view, taskClass);
  const count = set?.count ?? candidates.collect(view, taskClass);
  if (count === 0) return NO_INSTANCE;
  const n = drawIndex(count, random);
  return set?.nth(n) ?? candidates.found[n]!;
}

/** The chain, step by step, over every instance with room. */
function scan(input: DecisionInput, candidates: Candidates<ClassPolicy>, options: EcsOptions): number {
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
