import { type ClusterView, INSTANCE_STATE } from '../../model/cluster-view.ts';
import { ClusterStore } from '../../model/cluster-store.ts';
import { createResourceTable, LANE, UNLIMITED } from '../../model/resources.ts';
import type { HostPort, TaskClassSpec } from '../../model/task-class.ts';
import { HOST_PORTS_LANE, MAX_HOST_PORTS } from '../../schedulers/ecs/constraints/room.ts';
import type { Register } from '../../schedulers/ecs/slot-facts.ts';
import { AVAILABILITY_ZONE } from '../../schedulers/ecs/strategies/step.ts';
import { MIB } from '../../units.ts';
import {
  amountOf,
  type ClusterState,
  type ContainerInstance,
  factsOf,
  setOf,
  type Task,
  type TaskNeed,
} from './cluster-state.ts';
import type { Reservation } from './daemon-reservations.ts';

/** A described cluster as the schedulers see it. Instances stand in order of ARN: the lowest is the lowest id. */
export interface DescribedView {
  readonly store: ClusterStore;
  /** By slot. */
  readonly instances: readonly ContainerInstance[];
  /** Tasks of the description by task slot. */
  readonly tasks: ReadonlyMap<number, Task>;
  readonly register: Register;
}

const RESOURCES = createResourceTable({ cpuPerVcpu: 1024, extended: [HOST_PORTS_LANE] });
const PORTS = RESOURCES.lane(HOST_PORTS_LANE);

/**
 * Loads a described cluster into a store. What is free on an instance, less `reserved`, becomes what it offers, and its
 * tasks hold nothing there; with `countNeeds` they hold the CPU and memory they are known to need, which is offered on top.
 */
export function storeOf(
  state: ClusterState,
  options: {
    readonly ports: readonly HostPort[];
    readonly reserved: (instance: ContainerInstance) => Reservation;
    readonly countNeeds: boolean;
  },
): DescribedView {
  const instances = [...state.containerInstances].sort((a, b) =>
    a.containerInstanceArn < b.containerInstanceArn ? -1 : 1,
  );
  const hostPorts = [...instances.flatMap(listedPorts), ...options.ports];
  const store = new ClusterStore({ resources: RESOURCES, hostPorts });
  const live = state.tasks.filter(({ desiredStatus }) => desiredStatus !== 'STOPPED');
  const needOf = ({ need }: Task) =>
    options.countNeeds && need !== undefined ? { cpu: need.cpu, memory: need.memory } : NO_NEED;
  const held = new Map<string, TaskNeed>();
  for (const { containerInstanceArn: arn, need } of options.countNeeds ? live : []) {
    if (arn === undefined || need === undefined) continue;
    const { cpu, memory } = held.get(arn) ?? NO_NEED;
    held.set(arn, { cpu: cpu + need.cpu, memory: memory + need.memory });
  }
  for (const instance of instances) {
    join(store, instance, options.reserved(instance), held.get(instance.containerInstanceArn) ?? NO_NEED);
  }
  const slotOf = new Map(instances.map(({ containerInstanceArn }, slot) => [containerInstanceArn, slot]));
  const tasks = new Map<number, Task>();
  const classOf = classesOf(store);
  for (const task of live) {
    const id = store.addTask(classOf(task.group, needOf(task)), 0);
    tasks.set(id, task);
    const slot = task.containerInstanceArn === undefined ? undefined : slotOf.get(task.containerInstanceArn);
    if (slot !== undefined) store.place(id, slot, 0);
  }
  instances.forEach(({ status, agentConnected }, slot) => {
    if (status !== 'ACTIVE') store.setInstanceState(slot, INSTANCE_STATE.draining, 0);
    else if (!agentConnected) store.setAgentConnected(slot, false);
  });
  return { store, instances, tasks, register: registerOf(state, instances) };
}

/** Ids of classes by group and need: most tasks of a group need the same. */
function classesOf(store: ClusterStore): (group: string, need: TaskNeed) => number {
  const known = new Map<string, number>();
  return (group, need) => {
    const key = `${need.cpu} ${need.memory} ${group}`;
    const id = known.get(key) ?? store.internClass(taskClassSpec({ group, ...need })).id;
    known.set(key, id);
    return id;
  };
}

const NO_NEED: TaskNeed = { cpu: 0, memory: 0 };

/** What a class of a described cluster says; everything absent is neutral. */
export interface DescribedClass extends TaskNeed {
  readonly group: string;
  readonly gpu?: number;
  readonly groupKind?: TaskClassSpec['groupKind'];
  readonly native?: unknown;
}

/** The specification of a class, in the units of the store. */
export function taskClassSpec(spec: DescribedClass): TaskClassSpec {
  const { group, groupKind = 'job', cpu, memory, tcp = [], udp = [], gpu = 0, eni = 0, native = null } = spec;
  const hostPorts = portsOf(tcp, udp);
  const requests = new Array<number>(RESOURCES.laneCount).fill(0);
  requests[LANE.cpu] = cpu;
  requests[LANE.memory] = memory * MIB;
  requests[LANE.gpu] = gpu * 1000;
  requests[LANE.eni] = eni;
  requests[PORTS] = hostPorts.length;
  return {
    group,
    groupKind,
    requests,
    gpu: gpu === 0 ? null : { count: gpu, milli: 1000, models: [] },
    hostPorts,
    images: [],
    labels: new Map(),
    namespace: '',
    priority: 0,
    wishes: { where: new Map(), distinctInstance: false, spread: 'none', tolerations: [] },
    native,
  };
}

/** Host ports of both protocols in the store's form; ECS knows no addresses. */
export function portsOf(
  tcp: readonly (number | string)[],
  udp: readonly (number | string)[],
): readonly HostPort[] {
  const of = (protocol: HostPort['protocol'], ports: readonly (number | string)[]) =>
    ports.map((port) => ({ ip: '0.0.0.0', protocol, port: Number(port) }));
  return [...of('TCP', tcp), ...of('UDP', udp)];
}

function listedPorts(instance: ContainerInstance): readonly HostPort[] {
  return portsOf(setOf(instance, 'PORTS'), setOf(instance, 'PORTS_UDP'));
}

function join(store: ClusterStore, instance: ContainerInstance, reserved: Reservation, held: TaskNeed): void {
  const { awsvpcTasks } = instance;
  const eni = awsvpcTasks === undefined ? UNLIMITED : awsvpcTasks.limit - awsvpcTasks.used;
  const gpuDevices = setOf(instance, 'GPU').length;
  const ports = listedPorts(instance);
  const attributes = new Map(instance.attributes.map(({ name, value }) => [name, value ?? '']));
  const allocatable = new Array<number>(RESOURCES.laneCount).fill(UNLIMITED);
  allocatable[LANE.cpu] = Math.max(0, amountOf(instance, 'CPU') - reserved.cpu) + held.cpu;
  allocatable[LANE.memory] =
    (Math.max(0, amountOf(instance, 'MEMORY') - reserved.memory) + held.memory) * MIB;
  allocatable[LANE.gpu] = gpuDevices * 1000;
  allocatable[LANE.eni] = Math.max(0, eni - reserved.eni);
  allocatable[PORTS] = Math.max(0, MAX_HOST_PORTS - ports.length);
  const slot = store.addInstance(
    {
      shape: {
        typeName: attributes.get('ecs.instance-type') ?? '',
        groupName: instance.capacityProviderName ?? '',
        capacity: allocatable,
        allocatable,
        gpuDevices,
        gpuModel: '',
        labels: attributes,
        taints: [],
      },
      zone: attributes.get(AVAILABILITY_ZONE) ?? '',
      name: nameOf(instance.containerInstanceArn),
      reservedPorts: ports,
    },
    0,
  );
  store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
  store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
}

function registerOf(state: ClusterState, instances: readonly ContainerInstance[]): Register {
  const facts = instances.map((instance) => factsOf(state, instance));
  return {
    ec2InstanceId: (_view: ClusterView, slot) => facts[slot]!.ec2InstanceId,
    agentConnected: (_view: ClusterView, slot) => facts[slot]!.agentConnected,
    agentVersion: (slot) => facts[slot]!.agentVersion,
    registeredAt: (slot) => facts[slot]!.registeredAt,
    groupOf: ({ groupName }) => groupName,
  };
}

/** Container instances and tasks are called by the end of their ARN. */
export function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
