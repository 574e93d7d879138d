import { type ClusterView, INSTANCE_STATE } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { attributeValue } from './constraints/member-of.ts';
import type { InstanceFacts } from './query/evaluate.ts';

/**
 * The id of the EC2 instance as an attribute, for instances whose name is another one. ECS shows it as a field of its own
 * (`ec2InstanceId`).
 */
export const EC2_INSTANCE_ID = 'stowage.ec2-instance-id';

/** What the cluster store does not know about container instances and groups, but expressions may ask. */
export interface Register {
  ec2InstanceId(view: ClusterView, slot: number): string;
  agentConnected(view: ClusterView, slot: number): boolean;
  agentVersion(slot: number): InstanceFacts['agentVersion'];
  registeredAt(slot: number): InstanceFacts['registeredAt'];
  /** The task group that ECS knows the tasks of the class by. */
  groupOf(taskClass: TaskClass): string;
}

/** The register of a simulated cluster: one version of the agent, and instances known by their name. */
export function simulatedRegister(agentVersion: InstanceFacts['agentVersion']): Register {
  return {
    ec2InstanceId: (view, slot) => view.label(slot, EC2_INSTANCE_ID) ?? view.instanceName(slot),
    agentConnected: (view, slot) => view.state[slot] !== INSTANCE_STATE.ready || view.accepts[slot] === 1,
    agentVersion: () => agentVersion,
    registeredAt: () => undefined,
    groupOf: ecsGroupOf,
  };
}

/**
 * `service:NAME` for tasks of services; for others the group they were given, else `family:NAME`. Source: AWS ECS
 * developer guide, task groups.
 */
export function ecsGroupOf({ groupName, groupKind, native }: TaskClass): string {
  if (typeof native === 'object' && native !== null && 'group' in native && native.group !== null)
    return groupName;
  if (groupKind === 'service') return `service:${groupName}`;
  return `family:${groupName}`;
}

/** The instance in a slot, as expressions ask about it. One object can turn from slot to slot. */
export class SlotFacts implements InstanceFacts {
  readonly #register: Register;
  #view!: ClusterView;
  #slot = 0;

  constructor(register: Register) {
    this.#register = register;
  }

  /** Turns to the slot; returns itself. */
  at(view: ClusterView, slot: number): this {
    this.#view = view;
    this.#slot = slot;
    return this;
  }

  attribute(name: string): string | undefined {
    return attributeValue(this.#view, this.#slot, name);
  }

  get agentConnected(): boolean {
    return this.#register.agentConnected(this.#view, this.#slot);
  }

  get ec2InstanceId(): string {
    return this.#register.ec2InstanceId(this.#view, this.#slot);
  }

  get agentVersion(): InstanceFacts['agentVersion'] {
    return this.#register.agentVersion(this.#slot);
  }

  get registeredAt(): InstanceFacts['registeredAt'] {
    return this.#register.registeredAt(this.#slot);
  }

  runningTasksCount(): number {
    return this.#view.taskCount[this.#slot]!;
  }

  hasTaskOf(wanted: (group: string) => boolean): boolean {
    const { firstTask, nextTask, taskClass, classes } = this.#view;
    for (let task = firstTask[this.#slot]!; task >= 0; task = nextTask[task]!) {
      if (wanted(this.#register.groupOf(classes[taskClass[task]!]!))) return true;
    }
    return false;
  }
}
