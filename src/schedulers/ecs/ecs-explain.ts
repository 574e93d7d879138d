import type { ClusterView } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { type DecisionInput, type Explanation, type InstanceVerdict, NO_INSTANCE } from '../scheduler.ts';
import type { ClassPolicy } from './class-policy.ts';
import { DISTINCT_INSTANCE_REASON, isDistinct } from './constraints/distinct-instance.ts';
import { attributeValue, isMember, MEMBER_OF_REASON } from './constraints/member-of.ts';
import { ATTRIBUTE_REASON, hasRequiredAttributes } from './constraints/required-attributes.ts';
import type { EcsOptions } from './ecs-options.ts';
import { drawIndex } from './strategies/random.ts';

/** An instance with every check that it fails, in the order in which ECS names them. */
interface Judged {
  readonly slot: number;
  readonly failures: readonly string[];
}

const CPU_REASON = 'RESOURCE:CPU';
const MEMORY_REASON = 'RESOURCE:MEMORY';
const PORTS_REASON = 'RESOURCE:PORTS';
const GPU_REASON = 'RESOURCE:GPU';
const ENI_REASON = 'RESOURCE:ENI';
/** Ends of "The closest matching (container-instance ...)". Source: AWS ECS developer guide, service event messages. */
const CLOSEST_MATCH_ENDS: ReadonlyMap<string, string> = new Map([
  [ATTRIBUTE_REASON, 'is missing an attribute required by your task.'],
  [CPU_REASON, 'has insufficient CPU units available.'],
  [MEMORY_REASON, 'has insufficient memory available.'],
  [PORTS_REASON, 'is already using a port required by your task.'],
]);

/**
 * The decision of `ecs-scheduler.ts` done plainly: every ready instance with its first failing check, every strategy
 * with the keys recomputed from the tasks on the instances.
 */
export function explainPlacement(
  input: DecisionInput,
  policy: ClassPolicy,
  options: EcsOptions,
): Explanation {
  const { view, task } = input;
  const taskClass = view.classes[view.taskClass[task]!]!;
  const judged = readySlots(view).map((slot) => ({
    slot,
    failures: failures(view, slot, taskClass, policy),
  }));
  const fitting = judged.filter((each) => each.failures.length === 0).map(({ slot }) => slot);
  return {
    scheduler: 'ecs',
    ...choose(input, fitting, taskClass, policy, options),
    verdicts: judged.map((each) => verdict(view, each)),
    message: fitting.length > 0 ? '' : failureMessage(view, taskClass, closestMatch(view, taskClass, judged)),
  };
}

/** A random step keeps everything: its draw is the choice itself, which ends the chain. */
function choose(
  { view, random }: DecisionInput,
  fitting: readonly number[],
  taskClass: TaskClass,
  policy: ClassPolicy,
  options: EcsOptions,
): Pick<Explanation, 'chosen' | 'tied' | 'chain'> {
  const chain: { step: string; survivors: readonly number[] }[] = [];
  let survivors = fitting;
  if (fitting.length === 0) return { chosen: NO_INSTANCE, tied: [], chain };
  let drawn = options.tieBreak === 'random';
  for (const step of policy.chain) {
    if (step.kind === 'random') {
      drawn = true;
      chain.push({ step: step.name, survivors });
      break;
    }
    const keys = step.keys(view, survivors, taskClass.groupId);
    const least = keys.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    survivors = survivors.filter((_, index) => keys[index] === least);
    chain.push({ step: step.name, survivors });
  }
  const index = drawn ? drawIndex(survivors.length, random.clone()) : 0;
  return { chosen: survivors[index]!, tied: survivors, chain };
}

function readySlots(view: ClusterView): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < view.slotCount; slot++) if (view.accepts[slot] === 1) slots.push(slot);
  return slots.sort((a, b) => view.instanceId[a]! - view.instanceId[b]!);
}

/**
 * Source: the order of AWS ECS's reasons as far as it is documented, resources before constraints; within them
 * chosen. AGENT and LOCATION belong around ATTRIBUTE; the model has no instance that could fail them.
 */
function failures(view: ClusterView, slot: number, taskClass: TaskClass, policy: ClassPolicy): string[] {
  const short = (lane: number) => shortfall(view, slot, taskClass, lane) > 0;
  const failed: string[] = [];
  const attributeOf = (name: string) => attributeValue(view, slot, name);
  if (!hasRequiredAttributes(policy.requiresAttributes, attributeOf)) failed.push(ATTRIBUTE_REASON);
  if (short(LANE.cpu)) failed.push(CPU_REASON);
  if (short(LANE.memory)) failed.push(MEMORY_REASON);
  if (!view.portsFit(slot, taskClass)) failed.push(PORTS_REASON);
  if (short(LANE.gpu) || !view.gpuFits(slot, taskClass)) failed.push(GPU_REASON);
  if (short(LANE.eni)) failed.push(ENI_REASON);
  const named: readonly number[] = [LANE.cpu, LANE.memory, LANE.gpu, LANE.eni];
  for (const lane of taskClass.requestedLanes) {
    if (!named.includes(lane) && short(lane)) failed.push(`RESOURCE:${view.resources.names[lane]!}`);
  }
  if (!policy.memberOf.every((constraint) => isMember(constraint, view, slot))) failed.push(MEMBER_OF_REASON);
  if (policy.distinctInstance && !isDistinct(view, slot, taskClass.groupId))
    failed.push(DISTINCT_INSTANCE_REASON);
  return failed;
}

/** How much of what is asked in the lane is missing; 0 when it is there, or nothing is asked. */
function shortfall(view: ClusterView, slot: number, taskClass: TaskClass, lane: number): number {
  const asked = taskClass.requests[lane]!;
  const free = view.allocatable[lane]![slot]! - view.requested[lane]![slot]!;
  return asked === 0 ? 0 : Math.max(0, asked - free);
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

/**
 * The instance that the event message names: fewest failing checks, then least share of CPU and memory missing,
 * then lowest id (chosen: AWS does not say which instance is closest).
 */
function closestMatch(
  view: ClusterView,
  taskClass: TaskClass,
  judged: readonly Judged[],
): Judged | undefined {
  const missing = ({ slot }: Judged) =>
    [LANE.cpu, LANE.memory].reduce<number>((sum, lane) => {
      const short = shortfall(view, slot, taskClass, lane);
      return short === 0 ? sum : sum + short / taskClass.requests[lane]!;
    }, 0);
  let closest: Judged | undefined;
  for (const each of judged) {
    if (closest === undefined || each.failures.length < closest.failures.length) closest = each;
    else if (each.failures.length === closest.failures.length && missing(each) < missing(closest))
      closest = each;
  }
  return closest;
}

/** A service's event message; for tasks run by RunTask the failure, reason and instance. */
function failureMessage(view: ClusterView, taskClass: TaskClass, closest: Judged | undefined): string {
  const noInstances = 'No Container Instances were found in your cluster.';
  const instance = closest === undefined ? '' : `(container-instance ${view.instanceName(closest.slot)})`;
  const reason = closest?.failures[0] ?? '';
  if (taskClass.groupKind !== 'service') {
    return closest === undefined ? noInstances : `RunTask failed: ${reason} ${instance}`;
  }
  const end = CLOSEST_MATCH_ENDS.get(reason) ?? `encountered error "${reason}".`;
  const tail = closest === undefined ? `Reason: ${noInstances}` : `The closest matching ${instance} ${end}`;
  return (
    `(service ${taskClass.groupName}) was unable to place a task because ` +
    `no container instance met all of its requirements. ${tail}`
  );
}
