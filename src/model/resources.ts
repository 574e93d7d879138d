import { assert } from '../errors.ts';

/**
 * Resources are numbered lanes; every request and every instance is one integer per lane. The store is blind to
 * units; a platform chooses them when it makes the table: Kubernetes counts CPU in millicores (1000 per vCPU),
 * ECS in CPU units (1024 per vCPU). Memory and storage are bytes everywhere.
 */
export const LANE = {
  cpu: 0,
  memory: 1,
  /** Pods on a node, tasks on an instance. */
  slots: 2,
  /** Node-local scratch space, bytes. */
  ephemeral: 3,
  /** Thousandths of GPU devices, summed; which device is a matter of the store's device columns. */
  gpu: 4,
  /** Network interfaces for tasks. */
  eni: 5,
} as const;

const FIXED_LANES: readonly string[] = ['cpu', 'memory', 'slots', 'ephemeral', 'gpu', 'eni'];

/** Allocatable amount of a lane that the platform does not limit. Finite, so that sums stay exact integers. */
export const UNLIMITED: number = 2 ** 42;

export interface ResourceTable {
  /** Lane names: the fixed six, then extended resources, then lanes that only account. */
  readonly names: readonly string[];
  readonly laneCount: number;
  /** CPU units per vCPU: 1000 or 1024. */
  readonly cpuPerVcpu: number;
  /** 1 where a request must fit into what is allocatable, 0 where the lane only accounts. */
  readonly limited: Uint8Array;
  lane(name: string): number;
}

/**
 * `extended`: resources beyond the fixed six, by name. `accounting`: lanes summed over tasks but never limited, for
 * schedulers that score other amounts than they filter (kube-scheduler's non-zero requests).
 */
export function createResourceTable(options: {
  readonly cpuPerVcpu: 1000 | 1024;
  readonly extended?: readonly string[];
  readonly accounting?: readonly string[];
}): ResourceTable {
  const extended = options.extended ?? [];
  const accounting = options.accounting ?? [];
  const names = [...FIXED_LANES, ...extended, ...accounting];
  assert(new Set(names).size === names.length, 'a resource name appears twice');
  const limited = new Uint8Array(names.length).fill(1);
  limited.fill(0, FIXED_LANES.length + extended.length);
  const lanes = new Map(names.map((name, lane) => [name, lane]));
  return {
    names,
    laneCount: names.length,
    cpuPerVcpu: options.cpuPerVcpu,
    limited,
    lane(name) {
      const lane = lanes.get(name);
      assert(lane !== undefined, 'unknown resource name');
      return lane;
    },
  };
}
