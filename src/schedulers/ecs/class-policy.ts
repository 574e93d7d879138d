import { assert } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { ClassDemands } from '../candidates.ts';
import type { InstanceRule } from '../instance-rules.ts';
import { isInZone } from './constraints/location.ts';
import { attributeEquals, attributeValue, isMember, type MemberOf } from './constraints/member-of.ts';
import {
  hasRequiredAttributes,
  type RequiredAttribute,
  TASK_ENI_CAPABILITY,
} from './constraints/required-attributes.ts';
import { type EcsOptions, type Placement, readPlacement } from './ecs-options.ts';
import { SlotFacts } from './slot-facts.ts';
import type { BinpackStep } from './strategies/binpack.ts';
import { random } from './strategies/random.ts';
import { spreadAttribute, spreadInstances } from './strategies/spread.ts';
import { AVAILABILITY_ZONE, type Step } from './strategies/step.ts';

/** How tasks of one class are placed: the platform's options and the class's own wishes put together. */
export interface ClassPolicy extends ClassDemands {
  readonly requiresAttributes: readonly RequiredAttribute[];
  readonly memberOf: readonly MemberOf[];
  /** Zones of the task's subnets; null: any. */
  readonly zones: readonly string[] | null;
  /** The one whose instances are in scope; null: all of the cluster. */
  readonly capacityProvider: string | null;
  /** The only instance in scope, by name; null: any. */
  readonly instance: string | null;
  /** Defaults filled in; never empty. */
  readonly chain: readonly Step[];
  /** The chain when it is a single binpack, which one pass can decide. */
  readonly packing: BinpackStep | null;
}

const spreadZones = spreadAttribute(AVAILABILITY_ZONE);
/**
 * What ECS does when neither task nor platform names a strategy: services are spread over zones and, within a zone,
 * go where the service has the fewest tasks; RunTask places at random.
 * Source: AWS ECS developer guide, service definition parameters; AWS compute blog, "Amazon ECS Task Placement".
 */
const SERVICE_DEFAULT: readonly Step[] = [spreadZones, spreadInstances];
const RUN_TASK_DEFAULT: readonly Step[] = [random];
const NO_PLACEMENT: Placement = {
  strategy: [],
  memberOf: [],
  distinctInstance: false,
  requiresAttributes: [],
  zones: null,
  capacityProvider: null,
  instance: null,
  group: null,
};

/**
 * The chain is the task's own; else the platform's, else ECS's default, with a wish to spread in front. Constraints
 * add up, wherever they come from.
 */
export function classPolicy(taskClass: TaskClass, options: EcsOptions): ClassPolicy {
  const { wishes, groupKind } = taskClass;
  const own = ownPlacement(taskClass);
  const platform = options.placement;
  let chain = own.strategy;
  if (chain.length === 0) {
    const fallback = groupKind === 'service' ? SERVICE_DEFAULT : RUN_TASK_DEFAULT;
    const usual = platform.strategy.length > 0 ? platform.strategy : fallback;
    chain =
      wishes.spread === 'none' ? usual : [wishes.spread === 'zone' ? spreadZones : spreadInstances, ...usual];
  }
  const wanted = [...wishes.where].map(([attribute, value]) => attributeEquals(attribute, value));
  const memberOf = [...own.memberOf, ...platform.memberOf, ...wanted];
  const needsInterface = taskClass.requests[LANE.eni]! > 0;
  const requiresAttributes = [
    ...own.requiresAttributes,
    ...(needsInterface ? [{ name: TASK_ENI_CAPABILITY, value: null }] : []),
  ];
  const first = chain[0]!;
  const { zones, capacityProvider, instance } = own;
  const fixed = memberOf.filter(({ dependsOnTasks }) => !dependsOnTasks);
  return {
    requiresAttributes,
    memberOf,
    zones,
    capacityProvider,
    instance,
    chain,
    rule: instanceRule({ requiresAttributes, memberOf: fixed, zones, capacityProvider, instance }, options),
    taskRule: taskRule(
      memberOf.filter(({ dependsOnTasks }) => dependsOnTasks),
      options,
    ),
    distinctInstance: own.distinctInstance || platform.distinctInstance || wishes.distinctInstance,
    packing: chain.length === 1 && isBinpack(first) ? first : null,
  };
}

function ownPlacement(taskClass: TaskClass): Placement {
  if (taskClass.native === null) return NO_PLACEMENT;
  const read = readPlacement(taskClass.native);
  assert('placement' in read, 'the placement of a task was not checked when it was read');
  return read.placement;
}

type Scope = Pick<ClassPolicy, 'capacityProvider' | 'instance'>;
type FixedDemands = Scope & Pick<ClassPolicy, 'requiresAttributes' | 'memberOf' | 'zones'>;

function instanceRule(demands: FixedDemands, { register }: EcsOptions): InstanceRule | null {
  const { requiresAttributes, memberOf, zones, capacityProvider, instance } = demands;
  const isBound = zones !== null || capacityProvider !== null || instance !== null;
  if (requiresAttributes.length === 0 && memberOf.length === 0 && !isBound) return null;
  const facts = new SlotFacts(register);
  return {
    key: JSON.stringify([
      requiresAttributes,
      memberOf.map(({ text }) => text),
      zones,
      capacityProvider,
      instance,
    ]),
    admits: (view, slot) =>
      isInScope(demands, view, slot) &&
      hasRequiredAttributes(requiresAttributes, (name) => attributeValue(view, slot, name)) &&
      isInZone(zones, attributeValue(view, slot, AVAILABILITY_ZONE)) &&
      memberOf.every((constraint) => isMember(constraint, facts.at(view, slot))),
  };
}

function taskRule(memberOf: readonly MemberOf[], { register }: EcsOptions): InstanceRule | null {
  if (memberOf.length === 0) return null;
  const facts = new SlotFacts(register);
  return {
    key: JSON.stringify(memberOf.map(({ text }) => text)),
    admits: (view, slot) => memberOf.every((constraint) => isMember(constraint, facts.at(view, slot))),
  };
}

/** Is the instance one that placement looks at: of the capacity provider (its instance group), and the one named? */
export function isInScope({ capacityProvider, instance }: Scope, view: ClusterView, slot: number): boolean {
  if (instance !== null && view.instanceName(slot) !== instance) return false;
  return capacityProvider === null || view.shapes[view.shapeOf[slot]!]!.groupName === capacityProvider;
}

function isBinpack(step: Step): step is BinpackStep {
  return 'lane' in step;
}
