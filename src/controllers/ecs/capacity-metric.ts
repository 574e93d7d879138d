/** `managedScaling` of an Auto Scaling group capacity provider. Source: Amazon ECS API reference, ManagedScaling. */
export interface ManagedScalingSettings {
  /** Percent of the instances that should be needed; below 100 keeps spare, empty ones. */
  readonly targetCapacity: number;
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
  readonly instanceWarmupSeconds: number;
}

/** Defaults of the API. */
export const MANAGED_SCALING_DEFAULTS: ManagedScalingSettings = {
  targetCapacity: 100,
  minimumScalingStepSize: 1,
  maximumScalingStepSize: 10_000,
  instanceWarmupSeconds: 300,
};

/** What an empty instance offers, or what a task takes: ECS CPU units, MiB, devices, network interfaces. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
  readonly gpu: number;
  readonly enis: number;
}

const PARAMETERS = ['cpu', 'memory', 'gpu', 'enis'] as const;

/** Equal tasks in PROVISIONING. */
export interface ProvisioningTasks extends Amounts {
  /** Group of the tasks: `service:web`. */
  readonly group: string;
  /** Fixed host ports, as text that is equal for equal ports; '' without. */
  readonly hostPorts: string;
  readonly distinctInstance: boolean;
  readonly count: number;
}

export interface CapacityState {
  /** Instances that run in the Auto Scaling group, warm or not. */
  readonly running: number;
  /** Of these, the ones with a task of no daemon service. */
  readonly busy: number;
  /** What an empty instance of each type of the group offers. */
  readonly instanceTypes: readonly Amounts[];
  readonly provisioning: readonly ProvisioningTasks[];
  /** What daemon services keep back on every instance. */
  readonly daemons: readonly Amounts[];
}

/** Tasks with equal needs, and how many instances they would fill. */
export interface ProvisioningGroup {
  readonly tasks: number;
  /** 0: one task is larger than the smallest type, so the group never asks for instances. */
  readonly perInstance: number;
  readonly instances: number | null;
}

export interface CapacityMetric {
  /** Instances needed, M; null where nothing that waits counts. */
  readonly needed: number | null;
  /** CapacityProviderReservation as `numerator / denominator`, in percent. */
  readonly numerator: number;
  readonly denominator: number;
  /** In order of first appearance. */
  readonly groups: readonly ProvisioningGroup[];
}

/** From no instances at all the metric is this, whatever waits (aws/containers-roadmap issues 653, 900 and 1716). */
export const METRIC_FROM_ZERO_PERCENT = 200;

/**
 * CapacityProviderReservation = M / N * 100, published once a minute. Without waiting tasks M is the number of busy
 * instances; else N and the most instances that any group of equal tasks would fill, within the step sizes. Tasks that
 * do not fit on the smallest type ask for nothing; if no others wait the metric stays at its target.
 * Sources: AWS ECS developer guide, managed scaling behavior; AWS blog, "Deep dive on Amazon ECS cluster auto scaling";
 * that daemon reservations come off both the smallest and the largest type is chosen.
 */
export function capacityMetric(state: CapacityState, settings: ManagedScalingSettings): CapacityMetric {
  const { running, busy } = state;
  if (state.provisioning.length === 0) return { ...reservation(busy, running), groups: [] };
  const small = emptyInstance(state, Math.min);
  const large = emptyInstance(state, Math.max);
  const groups = partition(state.provisioning).map((group) => fill(group, small, large));
  const wanted = groups.flatMap(({ instances }) => (instances === null ? [] : [instances]));
  if (wanted.length === 0) {
    return { needed: null, numerator: settings.targetCapacity, denominator: 1, groups };
  }
  const most = Math.min(Math.max(...wanted), settings.maximumScalingStepSize);
  return { ...reservation(running + Math.max(settings.minimumScalingStepSize, most), running), groups };
}

function reservation(needed: number, running: number): Omit<CapacityMetric, 'groups'> {
  if (running > 0) return { needed, numerator: needed * 100, denominator: running };
  return { needed, numerator: needed === 0 ? 100 : METRIC_FROM_ZERO_PERCENT, denominator: 1 };
}

/** Each parameter by itself, over the types, less what the daemons keep back. */
function emptyInstance(
  { instanceTypes, daemons }: CapacityState,
  pick: (...amounts: number[]) => number,
): Amounts {
  const of = (parameter: keyof Amounts) => {
    const kept = parameter === 'gpu' ? 0 : daemons.reduce((sum, daemon) => sum + daemon[parameter], 0);
    return Math.max(0, pick(...instanceTypes.map((type) => type[parameter])) - kept);
  };
  return { cpu: of('cpu'), memory: of('memory'), gpu: of('gpu'), enis: of('enis') };
}

/** Tasks with equal needs are one group; those that avoid each other only with others of their own group. */
function partition(provisioning: readonly ProvisioningTasks[]): ProvisioningTasks[] {
  const groups = new Map<string, ProvisioningTasks>();
  for (const tasks of provisioning) {
    const { cpu, memory, gpu, enis, hostPorts, distinctInstance, group } = tasks;
    const key = JSON.stringify([cpu, memory, gpu, enis, hostPorts, distinctInstance ? group : null]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? tasks : { ...known, count: known.count + tasks.count });
  }
  return [...groups.values()];
}

function fill(group: ProvisioningTasks, small: Amounts, large: Amounts): ProvisioningGroup {
  const tasks = group.count;
  if (PARAMETERS.some((parameter) => group[parameter] > small[parameter])) {
    return { tasks, perInstance: 0, instances: null };
  }
  const alone = group.hostPorts !== '' || group.distinctInstance;
  const perInstance = PARAMETERS.reduce(
    (least, parameter) =>
      group[parameter] === 0 ? least : Math.min(least, Math.floor(large[parameter] / group[parameter])),
    alone ? 1 : Number.POSITIVE_INFINITY,
  );
  return { tasks, perInstance, instances: Math.max(1, Math.ceil(tasks / perInstance)) };
}
