import type { EcsProblem } from '../../model/ecs/task-definition.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { type ClassPolicy, classPolicy } from '../../schedulers/ecs/class-policy.ts';
import { narrowByChain } from '../../schedulers/ecs/ecs-explain.ts';
import { type EcsOptions, readPlacement } from '../../schedulers/ecs/ecs-options.ts';
import {
  closestMatch,
  constraintFailures,
  type Judged,
  judgeInstances,
} from '../../schedulers/ecs/judge-instances.ts';
import { SlotFacts } from '../../schedulers/ecs/slot-facts.ts';
import { assert } from '../../errors.ts';
import {
  type ClusterState,
  type ContainerInstance,
  groupOf,
  type PlacementRequest,
} from './cluster-state.ts';
import { daemonReservation } from './daemon-reservations.ts';
import { type Caller, type Demands, readRequest } from './read-request.ts';
import { type DescribedView, nameOf, portsOf, storeOf, taskClassSpec } from './store-of.ts';

/** Where one task goes, and why nowhere else. Instances are named by the end of their ARN. */
export interface PlacementAnswer {
  /** Instances that pass every check, by ARN. */
  readonly candidates: readonly string[];
  /** Instances in scope that do not, with the first check that they fail. */
  readonly rejected: Readonly<Record<string, string>>;
  /** What each strategy leaves, defaults included. */
  readonly chain: readonly (readonly string[])[];
  readonly chosen: string | null;
  /** The instance that comes closest, when none will do; null when none is in scope. */
  readonly closest: { readonly id: string; readonly reason: string } | null;
}

/** A request in a described cluster, ready to be asked about. */
export interface Question extends Demands {
  readonly described: DescribedView;
  readonly taskClass: TaskClass;
  readonly policy: ClassPolicy;
}

/** Loads the cluster with the request's class; `demands` are the request's own. */
export function questionOf(
  state: ClusterState,
  request: PlacementRequest,
  demands: Demands,
  caller: Caller,
): Question {
  const { resources, native } = demands;
  const described = storeOf(state, {
    ports: portsOf(resources.tcp, resources.udp),
    reserved: daemonReservation(state, request),
    countNeeds: false,
  });
  const groupKind = caller === 'service' ? 'service' : 'job';
  const taskClass = described.store.internClass(
    taskClassSpec({ ...resources, group: groupOf(request), groupKind, native }),
  );
  return { ...demands, described, taskClass, policy: classPolicy(taskClass, optionsOf(described)) };
}

/** No wishes of a platform; ties go to the lowest ARN. */
export function optionsOf({ register }: DescribedView): EcsOptions {
  const none = readPlacement({});
  assert('placement' in none, 'no wishes at all can be read');
  return { placement: none.placement, tieBreak: 'lowestId', register };
}

/**
 * Where Amazon ECS would place one task of the request, or why it refuses the request. `countedBefore`: the cluster whose
 * tasks the spread strategies count, when not this one (a batch that is placed against one snapshot of the counts).
 */
export function placeTask(
  state: ClusterState,
  request: PlacementRequest,
  caller: Caller,
  countedBefore: ClusterState = state,
): PlacementAnswer | { readonly problems: readonly EcsProblem[] } {
  const read = readRequest(state, request);
  if ('problems' in read) return read;
  const question = questionOf(state, request, read.demands, caller);
  const { described, taskClass, policy } = question;
  const { store, register } = described;
  const judged = judgeInstances(store, taskClass, policy, register);
  const fitting = judged.filter(({ failures }) => failures.length === 0).map(({ slot }) => slot);
  const counted =
    countedBefore === state ? question : questionOf(countedBefore, request, read.demands, caller);
  const chain = narrowByChain(policy.chain, fitting, (step, slots) => {
    const from = 'lane' in step ? question : counted;
    return step.keys(from.described.store, slots, from.taskClass.groupId);
  });
  const chosen = fitting.length === 0 ? undefined : chain.at(-1)?.survivors[0];
  const closest = fitting.length === 0 ? closestMatch(store, taskClass, judged) : undefined;
  return {
    candidates: named(described, fitting),
    rejected: firstFailures(described, judged),
    chain: chain.map(({ survivors }) => named(described, survivors)),
    chosen: chosen === undefined ? null : store.instanceName(chosen),
    closest:
      closest === undefined ? null : { id: store.instanceName(closest.slot), reason: closest.failures[0]! },
  };
}

/** Which instances satisfy the placement constraints of the request, whatever their status, agent and room. */
export function judgeConstraints(
  state: ClusterState,
  request: PlacementRequest,
):
  | { readonly eligible: readonly string[]; readonly rejected: Readonly<Record<string, string>> }
  | { readonly problems: readonly EcsProblem[] } {
  const read = readRequest(state, request);
  if ('problems' in read) return read;
  const { described, taskClass, policy } = questionOf(state, request, read.demands, 'service');
  const facts = new SlotFacts(described.register);
  const judged = described.instances.map((_, slot) => ({
    slot,
    failures: constraintFailures(described.store, slot, taskClass, policy, facts),
  }));
  const eligible = judged.filter(({ failures }) => failures.length === 0).map(({ slot }) => slot);
  return { eligible: named(described, eligible), rejected: firstFailures(described, judged) };
}

/** The instance that an answer names. */
export function instanceNamed({ containerInstances }: ClusterState, name: string): ContainerInstance {
  const found = containerInstances.find(({ containerInstanceArn }) => nameOf(containerInstanceArn) === name);
  assert(found !== undefined, 'an answer names an instance that is not there');
  return found;
}

function named({ store }: DescribedView, slots: readonly number[]): string[] {
  return slots.map((slot) => store.instanceName(slot)).sort();
}

function firstFailures({ store }: DescribedView, judged: readonly Judged[]): Record<string, string> {
  return Object.fromEntries(
    judged
      .filter(({ failures }) => failures.length > 0)
      .map(({ slot, failures }) => [store.instanceName(slot), failures[0]!]),
  );
}
