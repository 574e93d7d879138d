import type { ChangeLogView } from './change-log.ts';
import type { Interner } from './interner.ts';
import type { ResourceTable } from './resources.ts';
import type { Taint, TaskClass } from './task-class.ts';

/** requested → booting → ready → draining → terminated; any state may go to terminated. */
export const INSTANCE_STATE = {
  /** The slot is unused. */
  free: 0,
  /** Asked of EC2, not running yet: costs nothing. */
  requested: 1,
  /** Running and billed, the agent or kubelet is not up yet. */
  booting: 2,
  /** Accepts tasks. */
  ready: 3,
  /** Keeps its tasks, accepts no new ones. */
  draining: 4,
  /** Gone; told to recorders while the columns can still be read, then the slot is free. */
  terminated: 5,
} as const;
export type InstanceState = (typeof INSTANCE_STATE)[keyof typeof INSTANCE_STATE];

export const INSTANCE_STATE_NAMES: readonly string[] = [
  'free',
  'requested',
  'booting',
  'ready',
  'draining',
  'terminated',
];

export const TASK_STATE = { free: 0, pending: 1, starting: 2, running: 3 } as const;
export type TaskState = (typeof TASK_STATE)[keyof typeof TASK_STATE];

/** How a task left. `stopped`: told to (scale-in, end of the run's service). `rejected`: it can never be placed. */
export const TASK_END = { succeeded: 1, failed: 2, stopped: 3, rejected: 4 } as const;
export type TaskEnd = (typeof TASK_END)[keyof typeof TASK_END];
export const TASK_END_NAMES: readonly string[] = ['', 'succeeded', 'failed', 'stopped', 'rejected'];

/** A column seen from outside: readable, never writable. Re-read it from the view in each decision: columns move when they grow. */
export interface Column {
  readonly length: number;
  readonly [index: number]: number;
}

/** What an instance of a group and type looks like, after the platform took its reserve. */
export interface InstanceShape {
  readonly typeName: string;
  /** Instance group (Auto Scaling group, node group) of the fleet. */
  readonly groupName: string;
  /** Hardware, one amount per lane, platform units. */
  readonly capacity: readonly number[];
  /** What tasks may take: capacity less the reserve. */
  readonly allocatable: readonly number[];
  /** Whole GPU devices and their model; '' without GPUs. */
  readonly gpuDevices: number;
  readonly gpuModel: string;
  /** Attributes in the platform's own words; zone and host name are added for each instance. */
  readonly labels: ReadonlyMap<string, string>;
  readonly taints: readonly Taint[];
  /** Kubernetes' `spec.unschedulable`: cordoned from the start, for tasks that tolerate it alone. Absent: false. */
  readonly unschedulable?: boolean;
  /** Memory that its kubelet keeps available, at which it evicts; absent: as the platform has it. */
  readonly evictionHardBytes?: number;
}

/**
 * The cluster as a scheduler sees it: columns indexed by instance slot, 0 ≤ slot < `slotCount`. A slot is unused when
 * `state` is 0. Slots are reused, ids are not. Columns of one lane are `Column`s of whole numbers.
 */
export interface ClusterView {
  readonly resources: ResourceTable;
  readonly changes: ChangeLogView;
  /** Labels, values, zones, image names, GPU models. */
  readonly strings: Interner;
  /** Names of task groups. */
  readonly groups: Interner;
  readonly classes: readonly TaskClass[];

  /** One more than the highest slot ever used. */
  readonly slotCount: number;
  /** Instances in state ready. */
  readonly readyCount: number;
  readonly state: Column;
  /** 1 where new tasks are accepted (state ready, agent connected), else 0. */
  readonly accepts: Column;
  /** Ordinal of the instance, counted from 1 in order of request; the tie-break "lowest id". */
  readonly instanceId: Column;
  /** Interned zone name. */
  readonly zone: Column;
  /** `changes.version` after the last change of this slot: a cached value computed later is still good. */
  readonly revision: Column;
  /** Per lane. */
  readonly capacity: readonly Column[];
  readonly allocatable: readonly Column[];
  readonly requested: readonly Column[];
  /** Tasks on the instance, start-up included. */
  readonly taskCount: Column;
  readonly shapes: readonly InstanceShape[];
  /** Index into `shapes`. */
  readonly shapeOf: Column;

  instanceName(slot: number): string;
  taints(slot: number): readonly Taint[];
  /** Value ids of a label key by slot, `ABSENT` (0) where it is missing; undefined when no instance ever had it. */
  labelColumn(key: string): Column | undefined;
  label(slot: number, key: string): string | undefined;
  hasImage(slot: number, imageId: number): boolean;
  /** Instances that have the image. */
  imageCount(imageId: number): number;

  /** Are enough devices with enough free thousandths of an allowed model there? True for tasks without GPUs. */
  gpuFits(slot: number, taskClass: TaskClass): boolean;
  /** Free thousandths of device `device`. */
  gpuFree(slot: number, device: number): number;
  /** Is every wanted host port free on every clashing address? True for tasks without host ports. */
  portsFit(slot: number, taskClass: TaskClass): boolean;
  /** All of the above and every limited lane. */
  fits(slot: number, taskClass: TaskClass): boolean;

  /** Task columns, indexed by task slot. */
  readonly taskState: Column;
  readonly taskClass: Column;
  readonly taskInstance: Column;
  /** Ordinal in order of submission, from 0. */
  taskOrdinal(task: number): number;
  /** 0 for the first attempt. */
  taskAttempt(task: number): number;
  taskSubmitMs(task: number): number;
  /** While pending: since when it waits. Afterwards: when it got its room. */
  taskSinceMs(task: number): number;
  /** Which GPU devices of its instance the task holds: bit d for device d. Empty as long as no task has held any. */
  readonly taskGpuMask: Column;
  /** Tasks of an instance as a linked list in order of placement: first of slot, next of task, -1 at the end. */
  readonly firstTask: Column;
  readonly nextTask: Column;
  taskName(task: number): string;
}
