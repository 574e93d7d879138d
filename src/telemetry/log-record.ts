import type { GpuRequest, HostPort, Taint, Toleration } from '../model/task-class.ts';

/**
 * The public event log of a run: what happened, in order, as plain data. It holds every fact that a checker needs
 * and nothing that follows from others, so that whoever reads it can prove the run right without the engine.
 *
 * The first record is `run`, the last one `end`. A class and an instance are introduced by a record of their own
 * before others name them. Times are integer milliseconds since the start of the run; records of one instant stand
 * in the order in which things happened. Amounts are in the platform's units, one per entry of `run.resources`.
 */
export type LogRecord =
  | RunRecord
  | ClassRecord
  | InstanceRecord
  | InstanceStateRecord
  | NoticeRecord
  | SubmittedRecord
  | PlacedRecord
  | RunningRecord
  | RestartedRecord
  | KilledRecord
  | EvictedRecord
  | RequeuedRecord
  | EndedRecord
  | PassRecord
  | ServiceRecord
  | TermsRecord
  | BoundsRecord
  | HealthRecord
  | OutageRecord
  | AgentRecord
  | TaintsRecord
  | EndRecord;

/** Name and version of the format; changes with every change of a record. */
export const LOG_FORMAT = 'stowage-log/6';

/** Pairs in the order of their keys: text keys of plain objects would not keep an order of their own. */
export type Pairs = readonly (readonly [key: string, value: string])[];

interface Position {
  /** Counts from 0, without gaps where the log is whole. */
  readonly seq: number;
  readonly timeMs: number;
}

/**
 * What decides where tasks of a class may go.
 * `wishes`: room and the wishes in the class record, nothing else.
 * `wishes-and-more`: these, and rules of the platform that the log does not state.
 * `native`: rules that the log does not state; the wishes are not looked at.
 * `left-to-others`: no pass of this run's scheduler places them. They wait and hold up nobody, until a scheduler of its
 * own starts them, in an order of its own and wherever there is room; or for ever.
 */
export type Constraints = 'wishes' | 'wishes-and-more' | 'native' | 'left-to-others';

/** What the run is, and the rules it promises to keep. */
export interface RunRecord extends Position {
  readonly kind: 'run';
  readonly format: typeof LOG_FORMAT;
  readonly scenario: string;
  readonly platform: string;
  readonly platformKind: 'ecs' | 'kubernetes' | 'bare';
  readonly scheduler: string;
  /** A task left waiting by a complete pass fits nowhere. */
  readonly complete: boolean;
  /** Instances with taints refuse tasks that do not tolerate them. ECS knows no taints. */
  readonly honoursTaints: boolean;
  /**
   * skip: later tasks may start when an earlier one does not fit; strict: they may not. kube: kube-scheduler's queue, in
   * which tasks that did not fit wait for an event or a back-off, and higher priorities have lower ones evicted. launch:
   * every task waits for a machine of its own. asked-again: as skip, but a task that found no room stands in no line until
   * whoever wants it asks for it again.
   */
  readonly queue: 'skip' | 'strict' | 'kube' | 'launch' | 'asked-again';
  readonly seed: number;
  readonly horizonMs: number;
  readonly cpuPerVcpu: number;
  /** Lanes in order. A request must fit into what is allocatable of a limited one; others only account. */
  readonly resources: readonly { readonly name: string; readonly limited: boolean }[];
  /**
   * What tasks may use of the memory of an instance beyond what is allocatable before the kernel kills; null: each has a
   * machine of its own. Absent: nobody states what tasks use.
   */
  readonly memory?: { readonly beyondBytes: number | null };
  /**
   * Only about `tasks` of each `of` tasks are in the log, each of them with all its records; passes are left out, as they
   * say something about all tasks. `seq` counts what was left out. Absent: the log is whole.
   */
  readonly sample?: { readonly tasks: number; readonly of: number };
  /** Host ports that the system itself takes on every instance. */
  readonly reservedPorts: readonly HostPort[];
  readonly groups: readonly { readonly name: string; readonly minimum: number; readonly maximum: number }[];
}

/** Introduces a task class. */
export interface ClassRecord extends Position {
  readonly kind: 'class';
  readonly class: number;
  readonly group: string;
  readonly groupKind: 'service' | 'job' | 'trace';
  readonly requests: readonly number[];
  readonly gpu: GpuRequest | null;
  readonly hostPorts: readonly HostPort[];
  readonly priority: number;
  readonly constraints: Constraints;
  readonly where: Pairs;
  readonly distinctInstance: boolean;
  readonly spread: 'zone' | 'instance' | 'none';
  readonly tolerations: readonly Toleration[];
  /**
   * What its tasks use of memory is stated, and grows by so much each hour that they run; at most `limitBytes`, null: there
   * is no limit. `followsLoad`: it moves with requests that the log does not tell. Absent: they use what they ask for.
   */
  readonly memory?: {
    readonly growthBytesPerHour: number;
    readonly limitBytes: number | null;
    readonly followsLoad: boolean;
  };
}

/** Introduces an instance: it was asked for. Ids count from 1. */
export interface InstanceRecord extends Position {
  readonly kind: 'instance';
  readonly instance: number;
  readonly name: string;
  readonly type: string;
  readonly group: string;
  readonly zone: string;
  readonly labels: Pairs;
  readonly taints: readonly Taint[];
  readonly capacity: readonly number[];
  readonly allocatable: readonly number[];
  readonly gpuDevices: number;
  readonly gpuModel: string;
  /** What its tasks may use of memory beyond what is allocatable; absent: as `run.memory` says. */
  readonly beyondBytes?: number;
}

/** booting: it runs and is billed; ready: it takes tasks; draining: no new ones; terminated: it is gone. */
export interface InstanceStateRecord extends Position {
  readonly kind: 'state';
  readonly instance: number;
  readonly state: 'booting' | 'ready' | 'draining' | 'terminated';
}

/**
 * AWS has said what will become of a Spot instance. rebalance: the risk has risen. interruption: it ends, at the latest
 * at `endsMs`.
 */
export interface NoticeRecord extends Position {
  readonly kind: 'notice';
  readonly instance: number;
  readonly notice: 'rebalance' | 'interruption';
  readonly reason: 'capacity' | 'price';
  readonly endsMs: number | null;
}

/** A task entered the system and waits. Tasks count from 0 in order of submission. */
export interface SubmittedRecord extends Position {
  readonly kind: 'submitted';
  readonly task: number;
  readonly class: number;
  /** Planned times of each attempt; null: unknown, or for ever. */
  readonly startupMs: number | null;
  readonly runtimeMs: number | null;
  /** What it uses from its start on, where its class states that. */
  readonly memoryBytes?: number;
}

/** It got room; its start-up begins. Attempts count from 0. */
export interface PlacedRecord extends Position {
  readonly kind: 'placed';
  readonly task: number;
  readonly attempt: number;
  readonly instance: number;
  /** GPU devices it took, ascending. */
  readonly devices: readonly number[];
}

/** Its start-up is over. */
export interface RunningRecord extends Position {
  readonly kind: 'running';
  readonly task: number;
  readonly attempt: number;
  readonly instance: number;
}

/** Its containers were killed while it ran. It keeps its room, starts again, and runs at `upMs` unless it is cut short. */
export interface RestartedRecord extends Position {
  readonly kind: 'restarted';
  readonly task: number;
  readonly attempt: number;
  readonly instance: number;
  readonly upMs: number;
}

/**
 * It used more memory than there was, and is killed; what becomes of it follows. limit: more than its own limit. instance:
 * all tasks on the instance more than there is. pressure: before that happened, kubelet evicts it.
 */
export interface KilledRecord extends Position {
  readonly kind: 'killed';
  readonly task: number;
  readonly attempt: number;
  readonly instance: number;
  readonly cause: 'limit' | 'instance' | 'pressure';
  readonly usedBytes: number;
}

/** It is to go, to make room for a waiting task or because it was told to, and holds its own until it is requeued or has ended. */
export interface EvictedRecord extends Position {
  readonly kind: 'evicted';
  readonly task: number;
  readonly attempt: number;
  readonly instance: number;
  /** The waiting task; null: a controller, or whoever drains its instance, has deleted it. */
  readonly for: number | null;
  /** The latest time at which it is gone. */
  readonly untilMs: number;
}

/** The attempt lost its room before its end; the task waits again. */
export interface RequeuedRecord extends Position {
  readonly kind: 'requeued';
  readonly task: number;
  readonly attempt: number;
  readonly instance: number;
}

/** The task left the system. */
export interface EndedRecord extends Position {
  readonly kind: 'ended';
  readonly task: number;
  readonly attempt: number;
  /** null: it was still waiting. */
  readonly instance: number | null;
  readonly outcome: 'succeeded' | 'failed' | 'stopped' | 'rejected';
}

/** A scheduler pass is over: everything that waits was tried, as far as the queue's discipline allows. */
export interface PassRecord extends Position {
  readonly kind: 'pass';
}

/** The platform says something about a service, in its own words. */
export interface ServiceRecord extends Position {
  readonly kind: 'service';
  readonly service: string;
  /** `SERVICE_STEADY_STATE`. */
  readonly event: string;
  readonly message: string;
}

/** What an ECS service asks for beyond its class. Tasks of daemons may be there already, others come later. */
export interface TermsRecord extends Position {
  readonly kind: 'terms';
  readonly service: string;
  /** Of its tasks, anywhere; a deployment may bring another. */
  readonly class: number;
  /** One task on each instance that can take it. */
  readonly daemon: boolean;
  /** No two of its tasks on one instance. */
  readonly distinctInstance: boolean;
  /** Shares of its capacity providers; empty: there are none. */
  readonly strategy: readonly {
    readonly capacityProvider: string;
    readonly base: number;
    readonly weight: number;
  }[];
}

/** What a service must keep healthy, and may have on instances, from now on. */
export interface BoundsRecord extends Position {
  readonly kind: 'bounds';
  readonly service: string;
  readonly desired: number;
  readonly minHealthy: number;
  readonly maxTotal: number;
}

/** The health of a running task is known; it stays as it is until the next such record, or until the attempt ends. */
export interface HealthRecord extends Position {
  readonly kind: 'health';
  readonly task: number;
  readonly isHealthy: boolean;
}

/** A zone is lost, with every instance in it, or is back. */
export interface OutageRecord extends Position {
  readonly kind: 'outage';
  readonly zone: string;
  readonly isBack: boolean;
}

/** A ready instance has lost its agent and takes no tasks, or has it back. */
export interface AgentRecord extends Position {
  readonly kind: 'agent';
  readonly instance: number;
  readonly isConnected: boolean;
}

/** The taints of an instance are these from now on. */
export interface TaintsRecord extends Position {
  readonly kind: 'taints';
  readonly instance: number;
  readonly taints: readonly Taint[];
}

/** The run is over. What the engine itself counted, to be compared with what the log says. */
export interface EndRecord extends Position {
  readonly kind: 'end';
  readonly tasks: TaskCounts;
  readonly integrals: EngineIntegrals;
}

export interface TaskCounts {
  readonly submitted: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly stopped: number;
  readonly rejected: number;
  readonly pending: number;
  /** Starting or running. */
  readonly running: number;
}

/** Exact integrals over the run, as decimal text, because they outgrow safe integers. null: not kept. */
export interface EngineIntegrals {
  /** Per resource: requests of placed tasks, in units × ms. Resources that the engine does not integrate are absent. */
  readonly requested: readonly { readonly resource: string; readonly amountMs: string }[];
  /** Running instances (booting, ready or draining) × ms. */
  readonly instanceMs: string | null;
  /** Waiting tasks × ms. */
  readonly pendingMs: string | null;
  /** Starting and running tasks × ms. */
  readonly hostedMs: string | null;
}
