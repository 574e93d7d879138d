import type { FargateMachine } from '../../controllers/ecs/fargate-placement.ts';
import { cheapestFargateSize, fargatePriceE10, type FargateSize } from '../../model/ecs/fargate-sizes.ts';
import { FARGATE_PROVIDERS, type FargatePlan } from '../../model/fargate-plan.ts';
import type { InstanceType } from '../../model/instance-type.ts';
import type { FleetGroup, Plan, PlatformPlan, TaskTemplate } from '../../model/plan.ts';
import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { MIB } from '../../units.ts';
import { namedProviders } from './provider-strategies.ts';

/** More machines than any run has tasks at a time. */
const NO_LIMIT = 1_000_000;

/** What a platform has of Fargate; undefined where it runs on instances. */
export function fargateOf(platform: PlatformPlan): FargatePlan | undefined {
  return platform.kind === 'ecs' ? platform.fargate : undefined;
}

/**
 * The machines behind Fargate as a fleet: a group for each capacity provider, with a type for each size that the templates
 * come to. `named`: providers that the workload asks for beside those of the platform. A machine is requested when a task is launched, and billed from when its images are pulled.
 */
export function fargateFleet(
  plan: FargatePlan,
  templates: readonly TaskTemplate[],
  named: ReadonlySet<string>,
): { readonly types: readonly InstanceType[]; readonly fleet: readonly FleetGroup[] } {
  const sizes = new Map<string, FargateSize>();
  for (const template of templates) {
    const size = cheapestFargateSize(unitsOf(template), Math.ceil(template.memoryBytes / MIB));
    if (size !== null) sizes.set(machineName(size), size);
  }
  const types = [...sizes].map(([name, size]) => machineType(name, size, plan.architecture));
  const used = FARGATE_PROVIDERS.filter(
    (name) => named.has(name) || plan.strategy.some(({ capacityProvider }) => capacityProvider === name),
  );
  const fleet = used.map((name) => machineGroup(name, [...sizes.keys()], plan));
  return { types, fleet };
}

/** The machine of a class: the next size of its provider. Null: no size is large enough. */
export function machineOf(
  taskClass: TaskClass,
  provider: string,
  groups: readonly FleetGroup[],
): FargateMachine | null {
  const { requests } = taskClass;
  const size = cheapestFargateSize(requests[LANE.cpu]!, requests[LANE.memory]! / MIB);
  if (size === null || taskClass.gpu !== null) return null;
  return { groupIndex: groups.findIndex(({ name }) => name === provider), typeName: machineName(size) };
}

/** CPU units and MiB of a machine, from the name of its type. */
export function sizeOfMachine(typeName: string): FargateSize {
  const [, cpu, memoryMiB] = /^fargate-(\d+)-(\d+)$/.exec(typeName)!;
  return { cpu: Number(cpu), memoryMiB: Number(memoryMiB) };
}

function machineName({ cpu, memoryMiB }: FargateSize): string {
  return `fargate-${cpu}-${memoryMiB}`;
}

function unitsOf({ ecs, cpuMilli }: TaskTemplate): number {
  return ecs?.cpuUnits ?? Math.ceil((cpuMilli * 1024) / 1000);
}

function machineType(
  name: string,
  { cpu, memoryMiB }: FargateSize,
  architecture: FargatePlan['architecture'],
): InstanceType {
  return {
    name,
    vcpus: cpu / 1024,
    memoryMiB,
    architecture,
    gpus: null,
    maxEnis: 1,
    ipv4PerEni: 1,
    maxPods: 1,
    awsvpcTasks: { plain: 1, trunked: 1 },
    linuxMemoryMiB: memoryMiB,
    eksAllocatable: { cpuMilli: 0, memoryMiB: 0 },
    priceE10PerHour: fargatePriceE10({ cpu, memoryMiB }),
  };
}

function machineGroup(name: string, types: readonly string[], plan: FargatePlan): FleetGroup {
  return {
    name,
    types,
    zones: plan.zones,
    size: { min: 0, max: NO_LIMIT, initial: 0 },
    launch: plan.provisioning,
    boot: { kind: 'constant', valueMs: 0 },
    rootVolume: { type: 'gp3', sizeGiB: 20, iops: 3000, throughputMiBps: 125 },
    labels: new Map(),
    taints: [],
    extended: new Map(),
    instances: [],
  };
}

/** The plan with the machines of a platform on Fargate in place of its fleet; the same plan for every other platform. */
export function planOnFargate(
  plan: Plan,
  platform: PlatformPlan,
  templates: readonly TaskTemplate[],
): { readonly plan: Plan; readonly platform: PlatformPlan } {
  const fargate = fargateOf(platform);
  if (fargate === undefined) return { plan, platform };
  const { types, fleet } = fargateFleet(fargate, templates, namedProviders(plan));
  return { plan: { ...plan, types: [...plan.types, ...types] }, platform: { ...platform, fleet } };
}
