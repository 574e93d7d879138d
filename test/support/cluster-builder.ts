import { INSTANCE_STATE, TASK_END } from '../../src/model/cluster-view.ts';
import { ClusterStore } from '../../src/model/cluster-store.ts';
import { createResourceTable, LANE, type ResourceTable, UNLIMITED } from '../../src/model/resources.ts';
import type {
  GpuRequest,
  HostPort,
  ImageRef,
  PlacementWishes,
  Taint,
  TaskClass,
  TaskClassSpec,
} from '../../src/model/task-class.ts';
import type { InstanceShape } from '../../src/model/cluster-view.ts';
import { MIB } from '../../src/units.ts';

/** An instance in few words. Absent lanes are unlimited where ECS has no limit (slots, scratch), else empty. */
export interface InstanceSpec {
  readonly name?: string;
  readonly zone?: string;
  /** Platform units: 1024 or 1000 per vCPU. */
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly slots?: number;
  readonly eni?: number;
  readonly gpus?: number;
  readonly gpuModel?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly reservedPorts?: readonly (number | HostPort)[];
  /** Default true; else it stays booting. */
  readonly ready?: boolean;
}

/** A task class in few words; everything absent is neutral. */
export interface TaskSpec {
  readonly group?: string;
  readonly groupKind?: TaskClassSpec['groupKind'];
  readonly cpu?: number;
  readonly memoryMiB?: number;
  readonly slots?: number;
  readonly eni?: number;
  readonly gpu?: GpuRequest | null;
  readonly hostPorts?: readonly (number | HostPort)[];
  readonly images?: readonly ImageRef[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly priority?: number;
  readonly where?: Readonly<Record<string, string>>;
  readonly distinctInstance?: boolean;
  readonly spread?: PlacementWishes['spread'];
  readonly tolerations?: PlacementWishes['tolerations'];
  readonly native?: unknown;
}

export interface TestClusterOptions {
  readonly resources?: ResourceTable;
  /** Ports that tasks and instances may take; numbers are TCP on every address. */
  readonly hostPorts?: readonly (number | HostPort)[];
  /** Labels that carry the zone and the name of each instance, as platforms add them. */
  readonly zoneLabel?: string;
  readonly nameLabel?: string;
}

/** A store with the few moves that tests make. All time is 0. */
export interface TestCluster {
  readonly store: ClusterStore;
  /** A new instance; returns its slot. */
  join(spec: InstanceSpec): number;
  /** The slot of the living instance with this name. */
  slot(name: string): number;
  taskClass(spec: TaskSpec): TaskClass;
  /** A pending task of the class. */
  submit(taskClass: TaskClass): number;
  /** A task of the class, placed on the instance. */
  put(taskClass: TaskClass, slot: number): number;
  release(task: number): void;
  drain(slot: number): void;
  /** Ends the instance with everything on it. */
  leave(slot: number): void;
}

export function createCluster(options: TestClusterOptions = {}): TestCluster {
  const resources = options.resources ?? createResourceTable({ cpuPerVcpu: 1024 });
  const store = new ClusterStore({ resources, hostPorts: (options.hostPorts ?? []).map(hostPort) });
  const shapes = new Map<string, InstanceShape>();
  let joined = 0;
  return {
    store,
    join(spec) {
      joined += 1;
      const {
        name = `i-${String(joined).padStart(4, '0')}`,
        zone = 'a',
        reservedPorts = [],
        ready = true,
        ...rest
      } = spec;
      const key = JSON.stringify(rest);
      const shape = shapes.get(key) ?? instanceShape(resources, rest);
      shapes.set(key, shape);
      const labels = new Map<string, string>();
      if (options.zoneLabel !== undefined) labels.set(options.zoneLabel, zone);
      if (options.nameLabel !== undefined) labels.set(options.nameLabel, name);
      const slot = store.addInstance(
        { shape, zone, labels, name, reservedPorts: reservedPorts.map(hostPort) },
        0,
      );
      store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
      if (ready) store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
      return slot;
    },
    slot(name) {
      for (let slot = 0; slot < store.slotCount; slot++) {
        if (store.state[slot] !== INSTANCE_STATE.free && store.instanceName(slot) === name) return slot;
      }
      throw new Error(`no instance is called ${name}`);
    },
    taskClass: (spec) => store.internClass(taskClassSpec(resources, spec)),
    submit: (taskClass) => store.addTask(taskClass.id, 0),
    put(taskClass, slot) {
      const task = store.addTask(taskClass.id, 0);
      store.place(task, slot, 0);
      return task;
    },
    release: (task) => store.endTask(task, TASK_END.succeeded, 0),
    drain: (slot) => store.setInstanceState(slot, INSTANCE_STATE.draining, 0),
    leave(slot) {
      while (store.taskCount[slot]! > 0) store.endTask(store.firstTask[slot]!, TASK_END.stopped, 0);
      store.removeInstance(slot, 0);
    },
  };
}

/**
 * Instances from a text table; columns `name`, `zone`, `cpu`, `memory` (MiB), and any further column a label
 * (`-`: the instance lacks it).
 *
 *     name zone cpu  memory pool
 *     a1   a    2048 7680   web
 */
export function joinTable(cluster: TestCluster, table: string): void {
  const [head, ...rows] = table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(/\s+/));
  for (const row of rows) {
    const cells = new Map(head!.map((column, index) => [column, row[index]!]));
    const labels: Record<string, string> = {};
    for (const [column, cell] of cells) {
      if (!['name', 'zone', 'cpu', 'memory'].includes(column) && cell !== '-') labels[column] = cell;
    }
    cluster.join({
      name: cells.get('name')!,
      zone: cells.get('zone') ?? 'a',
      cpu: Number(cells.get('cpu')),
      memoryMiB: Number(cells.get('memory')),
      labels,
    });
  }
}

/** The specification of a class; amounts of lanes beyond the fixed six are 0. */
export function taskClassSpec(resources: ResourceTable, spec: TaskSpec): TaskClassSpec {
  const requests = new Array<number>(resources.laneCount).fill(0);
  requests[LANE.cpu] = spec.cpu ?? 0;
  requests[LANE.memory] = (spec.memoryMiB ?? 0) * MIB;
  requests[LANE.slots] = spec.slots ?? 1;
  requests[LANE.eni] = spec.eni ?? 0;
  requests[LANE.gpu] = spec.gpu ? spec.gpu.count * spec.gpu.milli : 0;
  return {
    group: spec.group ?? 'web',
    groupKind: spec.groupKind ?? 'service',
    requests,
    gpu: spec.gpu ?? null,
    hostPorts: (spec.hostPorts ?? []).map(hostPort),
    images: spec.images ?? [],
    labels: new Map(Object.entries(spec.labels ?? {})),
    namespace: 'default',
    priority: spec.priority ?? 0,
    wishes: {
      where: new Map(Object.entries(spec.where ?? {})),
      distinctInstance: spec.distinctInstance ?? false,
      spread: spec.spread ?? 'none',
      tolerations: spec.tolerations ?? [],
    },
    native: spec.native ?? null,
  };
}

function instanceShape(resources: ResourceTable, spec: InstanceSpec): InstanceShape {
  const amounts = new Array<number>(resources.laneCount).fill(0);
  amounts[LANE.cpu] = spec.cpu;
  amounts[LANE.memory] = spec.memoryMiB * MIB;
  amounts[LANE.slots] = spec.slots ?? UNLIMITED;
  amounts[LANE.ephemeral] = UNLIMITED;
  amounts[LANE.gpu] = (spec.gpus ?? 0) * 1000;
  amounts[LANE.eni] = spec.eni ?? 0;
  return {
    typeName: `${spec.cpu}x${spec.memoryMiB}`,
    groupName: 'fleet',
    capacity: amounts,
    allocatable: amounts,
    gpuDevices: spec.gpus ?? 0,
    gpuModel: (spec.gpus ?? 0) > 0 ? (spec.gpuModel ?? 'T4') : '',
    labels: new Map(Object.entries(spec.labels ?? {})),
    taints: spec.taints ?? [],
  };
}

function hostPort(port: number | HostPort): HostPort {
  return typeof port === 'number' ? { ip: '0.0.0.0', protocol: 'TCP', port } : port;
}
