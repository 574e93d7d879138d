import type { MemoryUse } from './memory-use.ts';

/**
 * Tasks come from templates: tasks with equal requests, labels and constraints share one interned class, and the
 * schedulers think per class. A class belongs to exactly one group (the service, job or trace it came from).
 */

/** A fixed port on the instance. Kubernetes tells addresses apart; ECS uses '0.0.0.0' throughout. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

export interface ImageRef {
  /** With tag; `web` means `web:latest`. */
  readonly name: string;
  readonly sizeBytes: number;
  /** What it consists of; equal layers of several images are pulled once. Absent: a single one. */
  readonly layers?: readonly { readonly name: string; readonly sizeBytes: number }[];
}

/** GPUs asked for: `count` devices with `milli` thousandths of each; several devices are always whole. */
export interface GpuRequest {
  readonly count: number;
  /** 1..1000; 1000 when count > 1. */
  readonly milli: number;
  /** Device models allowed; empty = any. */
  readonly models: readonly string[];
}

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

export interface Toleration {
  /** Empty with operator Exists: every key. */
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  /** Absent: every effect. */
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly tolerationSeconds?: number;
}

/** What the neutral scenario language can say about where a task may go. Platforms map it to their own words. */
export interface PlacementWishes {
  /** Instance attributes (labels) that must have these values. */
  readonly where: ReadonlyMap<string, string>;
  /** No two tasks of the group on one instance. */
  readonly distinctInstance: boolean;
  /** Even out the group's tasks over zones or instances; best effort. */
  readonly spread: 'zone' | 'instance' | 'none';
  readonly tolerations: readonly Toleration[];
  /** Kubernetes: the scheduler that shall place the task. Absent: the default one. */
  readonly schedulerName?: string;
}

export interface TaskClassSpec {
  /** Name of the group: `web`, `nightly`. ECS counts tasks by it; it becomes `service:web` or `family:nightly`. */
  readonly group: string;
  readonly groupKind: 'service' | 'job' | 'trace';
  /** One amount per lane of the platform's resource table, in the platform's units. */
  readonly requests: readonly number[];
  readonly gpu: GpuRequest | null;
  readonly hostPorts: readonly HostPort[];
  readonly images: readonly ImageRef[];
  readonly labels: ReadonlyMap<string, string>;
  readonly namespace: string;
  readonly priority: number;
  readonly wishes: PlacementWishes;
  /**
   * What only one kind of platform understands, as plain data in that platform's own shape: an ECS request's
   * constraints and strategies, or a Kubernetes pod spec. Interpreted by the scheduler of that platform alone.
   */
  readonly native: unknown;
  /** Kubernetes' `preemptionPolicy: Never`: waits instead of having others evicted. Absent: false. */
  readonly neverPreempts?: true;
  /** Kubernetes' `terminationGracePeriodSeconds` of the pod itself, in ms. Absent: what the platform says. */
  readonly graceMs?: number;
  /** What its tasks really use. Absent: what they ask for. */
  readonly memoryUse?: MemoryUse;
  /** Evicted by its scheduler, and still on its instance: the class of such tasks. Absent: false. */
  readonly evicted?: true;
}

export interface TaskClass extends Omit<TaskClassSpec, 'requests' | 'group'> {
  /** Index into every per-class array; counts from 0. */
  readonly id: number;
  readonly groupId: number;
  readonly groupName: string;
  readonly requests: Float64Array;
  /** Lanes with a request above 0: what a placement changes. */
  readonly takenLanes: Int32Array;
  /** Lanes with a request above 0, limited ones only: what a fit check must look at. */
  readonly requestedLanes: Int32Array;
  /** Bit set of own ports and of ports they clash with, over the store's port table; empty without host ports. */
  readonly portBits: Uint32Array;
  readonly portClashBits: Uint32Array;
}
