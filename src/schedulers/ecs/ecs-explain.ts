import type { ClusterView } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { type DecisionInput, type Explanation, type InstanceVerdict, NO_INSTANCE } from '../scheduler.ts';
import type { ClassPolicy } from './class-policy.ts';
import { DISTINCT_INSTANCE_REASON } from './constraints/distinct-instance.ts';
import { MEMBER_OF_REASON } from './constraints/member-of.ts';
import { ATTRIBUTE_REASON } from './constraints/required-attributes.ts';
import { ROOM_EVENT_ENDS } from './constraints/room.ts';
import type { EcsOptions } from './ecs-options.ts';
import { closestMatch, type Judged, judgeInstances } from './judge-instances.ts';
import { drawIndex } from './strategies/random.ts';
import type { KeyedStep, Step } from './strategies/step.ts';

/** Source: AWS ECS developer guide, service event messages. */
const ATTRIBUTE_EVENT_END = 'is missing an attribute required by your task.';

/**
 * The decision of `ecs-scheduler.ts` done plainly: every instance in scope with its first failing check, every strategy
 * with the keys recomputed from the tasks on the instances.
 */
export function explainPlacement(
  input: DecisionInput,
  policy: ClassPolicy,
  options: EcsOptions,
): Explanation {
  const { view, task } = input;
  const taskClass = view.classes[view.taskClass[task]!]!;
  const judged = judgeInstances(view, taskClass, policy, options.register);
  const fitting = judged.filter((each) => each.failures.length === 0).map(({ slot }) => slot);
  return {
    scheduler: 'ecs',
    ...choose(input, fitting, taskClass, policy, options),
    verdicts: judged.map((each) => verdict(view, each)),
    message: fitting.length > 0 ? '' : failureMessage(view, taskClass, closestMatch(view, taskClass, judged)),
  };
}

function choose(
  { view, random }: DecisionInput,
  fitting: readonly number[],
  taskClass: TaskClass,
  policy: ClassPolicy,
  options: EcsOptions,
): Pick<Explanation, 'chosen' | 'tied' | 'chain'> {
  const chain = narrowByChain(policy.chain, fitting, (step, slots) =>
    step.keys(view, slots, taskClass.groupId),
  );
  if (fitting.length === 0) return { chosen: NO_INSTANCE, tied: [], chain };
  const tied = chain.at(-1)!.survivors;
  const drawn = options.tieBreak === 'random' || policy.chain[chain.length - 1]?.kind === 'random';
  const index = drawn ? drawIndex(tied.length, random.clone()) : 0;
  return { chosen: tied[index]!, tied, chain };
}

/**
 * The instances that each strategy leaves of those that the one before left: the ones with the least key. A random step
 * keeps everything and ends the chain: its draw is the choice itself.
 */
export function narrowByChain(
  steps: readonly Step[],
  slots: readonly number[],
  keysOf: (step: KeyedStep, slots: readonly number[]) => readonly number[],
): Explanation['chain'] {
  const chain: { step: string; survivors: readonly number[] }[] = [];
  let survivors = slots;
  for (const step of slots.length === 0 ? [] : steps) {
    if (step.kind === 'keyed') {
      const keys = keysOf(step, survivors);
      const least = keys.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
      survivors = survivors.filter((_, index) => keys[index] === least);
    }
    chain.push({ step: step.name, survivors });
    if (step.kind === 'random') break;
  }
  return chain;
}

function verdict(view: ClusterView, { slot, failures }: Judged): InstanceVerdict {
  const reason = failures[0];
  const refusal =
    reason === undefined ? null : { rule: ruleOf(reason), reasons: [reason], resolvable: false };
  return { slot, name: view.instanceName(slot), refusal, scores: [], total: null };
}

function ruleOf(reason: string): string {
  if (reason === MEMBER_OF_REASON) return 'memberOf';
  return reason === DISTINCT_INSTANCE_REASON ? 'distinctInstance' : reason;
}

/** A service's event message; for tasks run by RunTask the failure, reason and instance. */
function failureMessage(view: ClusterView, taskClass: TaskClass, closest: Judged | undefined): string {
  const noInstances = 'No Container Instances were found in your cluster.';
  const instance = closest === undefined ? '' : `(container-instance ${view.instanceName(closest.slot)})`;
  const reason = closest?.failures[0] ?? '';
  if (taskClass.groupKind !== 'service') {
    return closest === undefined ? noInstances : `RunTask failed: ${reason} ${instance}`;
  }
  const end =
    reason === ATTRIBUTE_REASON
      ? ATTRIBUTE_EVENT_END
      : (ROOM_EVENT_ENDS.get(reason) ?? `encountered error "${reason}".`);
  const tail = closest === undefined ? `Reason: ${noInstances}` : `The closest matching ${instance} ${end}`;
  return (
    `(service ${taskClass.groupName}) was unable to place a task because ` +
    `no container instance met all of its requirements. ${tail}`
  );
}
