import type { InstanceFactory } from '../../controllers/fleet.ts';
import type { FleetGroup, PlatformPlan, TaskTemplate } from '../../model/plan.ts';
import type { MemoryUse, MemoryUsePlan } from '../../model/memory-use.ts';
import { LANE, type ResourceTable } from '../../model/resources.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import type { GpuRequest, HostPort, PlacementWishes, TaskClassSpec } from '../../model/task-class.ts';

/** Who a task belongs to, and what it asks for beyond its template. */
export interface TaskOrigin {
  readonly group: string;
  readonly kind: 'service' | 'job' | 'trace';
  readonly spread: 'zone' | 'instance' | 'none';
  /** In place of the template's amounts: rows of a trace. */
  readonly amounts: {
    readonly cpuMilli: number;
    readonly memoryBytes: number;
    readonly gpu: GpuRequest | null;
  };
}

/**
 * A platform's door: neutral instances and templates become its own, in its own units and words. Everything behind
 * the door is the same for all platforms.
 */
export interface Platform extends InstanceFactory {
  readonly resources: ResourceTable;
  /** Ports that the system itself takes on every instance. */
  readonly reservedPorts: readonly HostPort[];
  taskClass(template: TaskTemplate, origin: TaskOrigin): TaskClassSpec;
  /** Do taints keep tasks away? */
  readonly honoursTaints: boolean;
  /** What the reader of a result must know about the model behind the platform. */
  readonly notes: readonly string[];
}

export interface PlatformContext<Kind extends PlatformPlan['kind']> {
  readonly plan: Extract<PlatformPlan, { kind: Kind }>;
  readonly types: ReadonlyMap<string, InstanceType>;
  readonly region: string;
  /** Names of extended resources in the workload. */
  readonly extended: readonly string[];
  /** Does the workload name capacity providers? Absent: no. */
  readonly namesProviders?: boolean;
  /** How many host ports the templates of the workload fix. Absent: 0. */
  readonly hostPorts?: number;
}

/** Keys of `where` that mean the same on every platform; each door translates them. */
export const NEUTRAL_KEYS = ['zone', 'instance-type', 'architecture'] as const;
export type NeutralKey = (typeof NEUTRAL_KEYS)[number];

/** `where` in the platform's own words. */
export function translateWhere(
  where: ReadonlyMap<string, string>,
  words: Readonly<Record<NeutralKey, string>>,
  values: (key: NeutralKey, value: string) => string = (_, value) => value,
): ReadonlyMap<string, string> {
  const translated = new Map<string, string>();
  for (const [key, value] of where) {
    const neutral = NEUTRAL_KEYS.find((name) => name === key);
    if (neutral === undefined) translated.set(key, value);
    else translated.set(words[neutral], values(neutral, value));
  }
  return translated;
}

/** What a platform says about a class beyond what the template says. */
export interface ClassWords {
  readonly cpu: number;
  readonly memory: number;
  readonly eni: number;
  readonly where: ReadonlyMap<string, string>;
  readonly namespace: string;
  /** Wishes that only this platform knows. */
  readonly wishes?: Pick<PlacementWishes, 'schedulerName'>;
}

/** The class of a template: everything that the doors do alike. */
export function neutralClass(
  resources: ResourceTable,
  template: TaskTemplate,
  origin: TaskOrigin,
  words: ClassWords,
): TaskClassSpec & { readonly requests: number[] } {
  const { gpu } = origin.amounts;
  const requests = new Array<number>(resources.laneCount).fill(0);
  requests[LANE.cpu] = words.cpu;
  requests[LANE.memory] = words.memory;
  requests[LANE.slots] = 1;
  requests[LANE.ephemeral] = template.ephemeralBytes;
  requests[LANE.gpu] = gpu === null ? 0 : gpu.count * gpu.milli;
  requests[LANE.eni] = words.eni;
  for (const [name, amount] of template.extended) requests[resources.lane(name)] = amount;
  return {
    group: origin.group,
    groupKind: origin.kind,
    requests,
    gpu,
    hostPorts: hostPortsOf(template),
    images: template.image === null ? [] : [template.image],
    labels: template.labels,
    namespace: words.namespace,
    priority: template.priority,
    wishes: {
      where: words.where,
      distinctInstance: template.distinctInstance,
      spread: origin.spread,
      tolerations: template.tolerations,
      ...words.wishes,
    },
    native: null,
    ...(template.usage !== undefined && { memoryUse: memoryUseOf(template.usage, words.memory) }),
    ...(template.preemptionPolicy === 'Never' && { neverPreempts: true as const }),
  };
}

function memoryUseOf({ limitBytes, ...use }: MemoryUsePlan, requestBytes: number): MemoryUse {
  return { ...use, limitBytes: limitBytes === 'request' ? requestBytes : limitBytes };
}

/** Host ports of a template in the store's form; the neutral language knows no addresses. */
export function hostPortsOf(template: TaskTemplate): readonly HostPort[] {
  return template.hostPorts.map(({ port, protocol }) => ({ ip: '0.0.0.0', protocol, port }));
}

/** An instance that a group names, made from its type like any other. */
export function listedByType(
  factory: Pick<InstanceFactory, 'shape' | 'instance'>,
): InstanceFactory['listed'] {
  return (group, index) => {
    const { name, type, zone } = group.instances[index]!;
    return { instance: factory.instance(factory.shape(group, type), zone, name), images: [] };
  };
}

/** One shape object per (group, type), as `InstanceFactory.shape` promises. */
export function shapeCache<Shape>(make: (group: FleetGroup, typeName: string) => Shape) {
  const shapes = new Map<string, Shape>();
  return (group: FleetGroup, typeName: string): Shape => {
    const key = JSON.stringify([group.name, typeName]);
    let shape = shapes.get(key);
    if (shape === undefined) {
      shape = make(group, typeName);
      shapes.set(key, shape);
    }
    return shape;
  };
}
