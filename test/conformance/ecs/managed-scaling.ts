import { type GroupInstance, nextVictim } from '../../../src/controllers/ecs/asg-victims.ts';
import {
  type Amounts,
  type CapacityMetric,
  capacityMetric,
  MANAGED_SCALING_DEFAULTS,
  type ManagedScalingSettings,
  type ProvisioningTasks,
} from '../../../src/controllers/ecs/capacity-metric.ts';
import { ManagedScaling, type ScaleInPerMinute } from '../../../src/controllers/ecs/managed-scaling.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

interface NativeSettings {
  readonly targetCapacity?: number;
  readonly minimumScalingStepSize?: number;
  readonly maximumScalingStepSize?: number;
  readonly instanceWarmupPeriod?: number;
}

interface NativeTasks {
  readonly cpu: number;
  readonly memory: number;
  readonly gpu?: number;
  readonly eni?: number;
  readonly tcp?: readonly number[];
  readonly udp?: readonly number[];
  readonly group: string;
  readonly distinctInstance?: boolean;
  readonly count: number;
}

interface NativeDaemon {
  readonly cpu?: number;
  readonly memory?: number;
  readonly eni?: number;
}

interface MetricInput {
  readonly managedScaling: NativeSettings;
  readonly running: number;
  readonly busy: number;
  readonly instanceTypes: readonly Amounts[];
  readonly provisioning?: readonly NativeTasks[];
  readonly daemons?: readonly NativeDaemon[];
}

/** Kind `capacityMetric`: one datapoint of CapacityProviderReservation. */
export function runCapacityMetric({ in: input, out }: EcsCase<MetricInput>): CaseOutcome {
  const metric = metricOf(input);
  const groups = metric.groups.map(({ tasks, perInstance, instances }) => ({
    tasks,
    perInstance,
    n: instances,
  }));
  return compare(
    { M: metric.needed, metric: percent(metric), groups: groups.length > 0 ? groups : undefined },
    out,
  );
}

interface ScalingInput {
  readonly managedScaling: NativeSettings;
  readonly minSize: number;
  readonly maxSize: number;
  readonly desired: number;
  readonly instanceTypes: readonly Amounts[];
  readonly scaleInPerMinute: ScaleInPerMinute;
  readonly daemons?: readonly NativeDaemon[];
  readonly minutes: readonly {
    readonly running: number;
    readonly busy: number;
    readonly youngestAge: number | null;
    readonly provisioning?: readonly NativeTasks[];
  }[];
}

/** Kind `managedScaling`: the controller, minute by minute. */
export function runManagedScaling({ in: input, out }: EcsCase<ScalingInput>): CaseOutcome {
  const scaling = new ManagedScaling({
    settings: settingsOf(input.managedScaling),
    bounds: input,
    scaleInPerMinute: input.scaleInPerMinute,
    desired: input.desired,
  });
  const minutes = input.minutes.map(({ running, busy, youngestAge, provisioning = [] }) => {
    const metric = metricOf({ ...input, running, busy, provisioning });
    const action = scaling.observe({ running, youngestAgeSeconds: youngestAge, metric });
    return { M: metric.needed, metric: percent(metric), desired: scaling.desired, action };
  });
  return compare({ minutes }, out);
}

interface VictimsInput {
  readonly instances: readonly {
    readonly instanceId: string;
    readonly availabilityZone: string;
    readonly ageSeconds: number;
    readonly outdatedTemplate?: boolean;
    readonly protectedFromScaleIn?: boolean;
  }[];
  readonly terminate: number;
}

/** Kind `asgVictims`: which instances an Auto Scaling group ends. */
export function runAsgVictims({ in: input, out }: EcsCase<VictimsInput>): CaseOutcome {
  let left: GroupInstance[] = input.instances.map((instance) => ({
    id: instance.instanceId,
    zone: instance.availabilityZone,
    ageSeconds: instance.ageSeconds,
    isOutdated: instance.outdatedTemplate ?? false,
    isProtected: instance.protectedFromScaleIn ?? false,
  }));
  const terminated: string[] = [];
  while (terminated.length < input.terminate) {
    const victim = nextVictim(left);
    if (victim === null) break;
    terminated.push(victim.id);
    left = left.filter((instance) => instance !== victim);
  }
  return compare({ terminated }, out);
}

function metricOf(input: MetricInput): CapacityMetric {
  const { running, busy, instanceTypes, provisioning = [], daemons = [] } = input;
  return capacityMetric(
    {
      running,
      busy,
      instanceTypes,
      provisioning: provisioning.map(tasksOf),
      daemons: daemons.map(({ cpu = 0, memory = 0, eni = 0 }) => ({ cpu, memory, gpu: 0, enis: eni })),
    },
    settingsOf(input.managedScaling),
  );
}

function tasksOf(tasks: NativeTasks): ProvisioningTasks {
  const { cpu, memory, gpu = 0, eni = 0, tcp = [], udp = [], group, distinctInstance = false, count } = tasks;
  const ports = [...tcp.map((port) => `${port}/tcp`).sort(), ...udp.map((port) => `${port}/udp`).sort()];
  return { cpu, memory, gpu, enis: eni, hostPorts: ports.join(), group, distinctInstance, count };
}

function settingsOf({ instanceWarmupPeriod, ...native }: NativeSettings): ManagedScalingSettings {
  return {
    ...MANAGED_SCALING_DEFAULTS,
    ...native,
    ...(instanceWarmupPeriod === undefined ? {} : { instanceWarmupSeconds: instanceWarmupPeriod }),
  };
}

function percent({ numerator, denominator }: CapacityMetric): number {
  return numerator / denominator;
}
