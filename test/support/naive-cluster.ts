import type { InstanceShape } from '../../src/model/cluster-view.ts';
import type { GpuRequest, HostPort, TaskClass } from '../../src/model/task-class.ts';

/** An instance as an object: what `ClusterStore` keeps in columns. */
export interface NaiveInstance {
  readonly id: number;
  readonly name: string;
  readonly zone: string;
  readonly shape: InstanceShape;
  readonly labels: ReadonlyMap<string, string>;
  readonly reservedPorts: readonly HostPort[];
  state: 'requested' | 'booting' | 'ready' | 'draining';
  readonly images: Set<string>;
  /** In order of placement. */
  tasks: NaiveTask[];
  /** Free thousandths by device. */
  gpuFree: number[];
}

export interface NaiveTask {
  readonly ordinal: number;
  readonly taskClass: TaskClass;
  state: 'pending' | 'starting' | 'running';
  instance: NaiveInstance | null;
  attempt: number;
  readonly submitMs: number;
  sinceMs: number;
  devices: number[];
}

/** Sum over the tasks of the instance, lane by lane: never kept, always added up. */
export function requestedOf(instance: NaiveInstance, lane: number): number {
  return instance.tasks.reduce((sum, { taskClass }) => sum + taskClass.requests[lane]!, 0);
}

/** Does the task fit, by the rules of `ClusterView.fits` told one by one? */
export function naiveFits(instance: NaiveInstance, taskClass: TaskClass, limited: Uint8Array): boolean {
  const roomy = [...taskClass.requests.keys()].every((lane) => {
    const asked = taskClass.requests[lane]!;
    const free = instance.shape.allocatable[lane]! - requestedOf(instance, lane);
    return asked === 0 || limited[lane] === 0 || asked <= free;
  });
  return roomy && naivePortsFit(instance, taskClass) && naiveGpuFits(instance, taskClass);
}

export function naivePortsFit(instance: NaiveInstance, taskClass: TaskClass): boolean {
  const taken = [...instance.reservedPorts, ...instance.tasks.flatMap((task) => task.taskClass.hostPorts)];
  return taskClass.hostPorts.every((wanted) => taken.every((other) => !portsClash(wanted, other)));
}

function portsClash(a: HostPort, b: HostPort): boolean {
  if (a.protocol !== b.protocol || a.port !== b.port) return false;
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
}

export function naiveGpuFits(instance: NaiveInstance, { gpu }: TaskClass): boolean {
  if (gpu === null) return true;
  if (gpu.models.length > 0 && !gpu.models.includes(instance.shape.gpuModel)) return false;
  return instance.gpuFree.filter((free) => free >= gpu.milli).length >= gpu.count;
}

/** Takes devices one after the other: least room that is enough, lowest index first. */
export function takeDevices(instance: NaiveInstance, gpu: GpuRequest): number[] {
  const devices: number[] = [];
  for (let taken = 0; taken < gpu.count; taken++) {
    const [best] = instance.gpuFree
      .map((free, device) => ({ free, device }))
      .filter(({ free, device }) => free >= gpu.milli && !devices.includes(device))
      .sort((a, b) => a.free - b.free || a.device - b.device);
    devices.push(best!.device);
    instance.gpuFree[best!.device]! -= gpu.milli;
  }
  return devices;
}
