import type { ServiceObserver } from '../../controllers/ecs/service-events.ts';
import type { EcsSummary } from '../result.ts';
import type { DisruptionBudgets } from '../../controllers/disruption-budgets.ts';
import type { Evictions } from '../../controllers/evictions.ts';
import type { Fleet } from '../../controllers/fleet.ts';
import type { MasterLife } from '../../controllers/kubernetes/control-plane/masters.ts';
import type { PendingQueue } from '../../controllers/pending-queue.ts';
import type { MemoryCause, MemoryRules } from '../../controllers/memory/memory-watch.ts';
import type { UsedMemory } from '../../controllers/memory/used-memory.ts';
import type { TaskLife } from '../../controllers/task-life.ts';
import type { Gate } from '../../kernel/gate.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import type { Plan, PlatformPlan, ServicePlan, TaskTemplate } from '../../model/plan.ts';
import type { HostPort, TaskClass } from '../../model/task-class.ts';
import type { ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import type { RandomDraws, Scheduler } from '../../schedulers/scheduler.ts';
import type { PodTask } from './manifest-workload.ts';

/** The parts of a run that the controllers of its platform build on. */
export interface PlatformRunParts {
  readonly plan: Plan;
  readonly platform: PlatformPlan;
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  /** Host ports that the system takes on every instance. */
  readonly systemPorts: readonly HostPort[];
  readonly scheduler: Scheduler;
  readonly life: TaskLife;
  readonly fleet: Fleet;
  readonly queue: PendingQueue;
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  /** The class of a service's task from a template. */
  readonly classOf: (service: ServicePlan, template: TaskTemplate) => number;
  /** A task must leave its instance and waits again. */
  readonly evict: (task: number) => void;
  /** The wanted number of tasks of a group has changed. */
  readonly onDesired: (groupId: number, count: number) => void;
  readonly observer: ServiceObserver;
  /** A taint of an instance is gone. */
  readonly onUntainted: (slot: number) => void;
  /** A task is about to be killed for the memory that it, or its instance, uses. */
  readonly onKill: (task: number, cause: MemoryCause, usedBytes: number) => void;
  /** A task is told to go because its instance drains, in a manner of the platform's own. */
  readonly onEvicted: () => void;
  /** A task of the platform's own lost its room, and another takes its place. */
  readonly onInterrupted: () => void;
  /** How tasks are told to go on Kubernetes; null elsewhere. */
  readonly evictions: Evictions | null;
  readonly budgets: DisruptionBudgets;
  /** Kubernetes objects of the plan, null without any, and their pods. */
  readonly manifests: ManifestSet | null;
  readonly pods: readonly PodTask[];
  /** Room that is being made for waiting tasks. */
  readonly nominations: () => readonly { readonly task: number; readonly slot: number }[];
  /** An instance has lost its agent, or has it back and takes tasks again. */
  readonly onAgent: (slot: number, isConnected: boolean) => void;
  /** What asks the Kubernetes API stands under it; null: the API always answers. */
  readonly gate: Gate | null;
  /** The control plane of a Kubernetes cluster has a new version. */
  readonly onUpgraded: (version: string | null) => void;
}

/** Brings groups of instances back to their desired size; see `ClusterEvents`. */
export interface GroupKeeper {
  instanceLost(groupIndex: number): void;
  replace(groupIndex: number): void;
  /** Nothing but daemons is left on an instance that drains. */
  idle(slot: number): void;
}

/** What a platform does in a run beside placing tasks: its services, its capacity, its way of draining. */
export interface PlatformRun {
  /** Some tasks that find no room are tried again by and by, not by every pass. */
  readonly retries: boolean;
  /** Null: what a zone loses comes back with it. */
  readonly scaler: GroupKeeper | null;
  /** The class that the next task of a job or a trace gets in place of its own. */
  classForNextTask(classId: number): number;
  /** What an empty instance of the shape, in a zone, leaves to a task of the class. */
  roomFor(taskClass: TaskClass, shape: InstanceShape, zone: string): InstanceShape;
  /** Does the task belong to its instance, as those of a DaemonSet do? Absent: no task does. */
  isDaemon?(task: number): boolean;
  /** Of the pods of each DaemonSet. Absent: there are none. */
  readonly daemonClasses?: readonly number[];
  /** Is a task moved when its instance drains? If not, it runs to its end there. */
  leavesOnDrain(task: number): boolean;
  /** A task of a job or a trace has come, and waits. */
  taskSubmitted?(task: number): void;
  /** A pass has left tasks waiting. */
  tasksWait?(): void;
  start(): void;
  instanceReady(slot: number): void;
  /** The instance takes no more tasks; what becomes of those on it is decided here. */
  instanceDraining(slot: number): void;
  /** Nothing but daemons is left on an instance that drains. */
  instanceIdle(slot: number): void;
  /** The instance is about to be gone; its tasks have lost it. */
  instanceGone?(slot: number): void;
  /** What becomes of tasks that use too much memory. Absent: what the kernel does. */
  memoryRules?(used: UsedMemory): MemoryRules;
  /** What happened beyond what every platform has. */
  summary?(): EcsSummary;
  /** Is a pod of the Kubernetes objects, by its index, let in? Absent: all are. */
  admitsPod?(index: number): boolean;
  /** Why pods were not let in, one message for each. Absent: all were. */
  readonly forbidden?: readonly string[];
  /** A pod of the Kubernetes objects, by its index, has entered the system as a task. */
  podEntered?(index: number, task: number): void;
  /** A task with room was told to go. */
  taskLeaving?(task: number): void;
  /** Nothing but daemons is left on an instance, whatever its state. */
  instanceEmptied?(slot: number): void;
  /** How many instances a group may have beyond its maximum at times. Absent: none. */
  surge?(groupIndex: number): number;
  /** Instances of masters so far. Absent: none. */
  masterLives?(): readonly MasterLife[];
  /** How long nothing was decided, because the control plane was down; null: it cannot be. */
  pausedMs?(nowMs: number): number | null;
  /** A zone is lost, its instances are about to be. */
  zoneLost?(zone: string): void;
  /** A zone that was lost can be reached again. */
  zoneBack?(zone: string): void;
}
