import { assert } from '../../errors.ts';
import { registeredResources } from '../../model/ecs/registered-resources.ts';
import { createResourceTable, LANE, UNLIMITED } from '../../model/resources.ts';
import type { NewInstance } from '../../model/cluster-store.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import type { FargatePlan } from '../../model/fargate-plan.ts';
import type { EcsTemplatePlan, RegisteredInstance } from '../../model/plan.ts';
import type { HostPort, TaskClassSpec } from '../../model/task-class.ts';
import { HOST_PORTS_LANE, MAX_HOST_PORTS } from '../../schedulers/ecs/constraints/room.ts';
import { EC2_INSTANCE_ID } from '../../schedulers/ecs/slot-facts.ts';
import { MIB } from '../../units.ts';
import {
  listedByType,
  neutralClass,
  type Platform,
  type PlatformContext,
  shapeCache,
  translateWhere,
} from './platform.ts';

/** Registered as taken on every Linux container instance (amazon-ecs-agent agent/config/config_unix.go). */
const RESERVED_PORTS: readonly HostPort[] = [22, 2375, 2376, 51678, 51679].map((port) => ({
  ip: '0.0.0.0',
  protocol: 'TCP',
  port,
}));

/**
 * The capacity provider of an instance as an attribute, which a task of that provider asks for. ECS shows it as a
 * field of its own (`capacityProviderName`).
 */
export const CAPACITY_PROVIDER_ATTRIBUTE = 'stowage.capacity-provider';

const WORDS = {
  zone: 'ecs.availability-zone',
  'instance-type': 'ecs.instance-type',
  architecture: 'ecs.cpu-architecture',
} as const;

/**
 * Amazon ECS on EC2. CPU is counted in units of 1/1024 vCPU and memory in MiB, both rounded up for tasks, because
 * task definitions take whole numbers only. An instance registers the memory that Linux sees, less
 * `reservedMemory`; nothing else is kept back. The number of tasks on an instance is not limited; those in network
 * mode awsvpc by its network interfaces.
 */
export function ecsPlatform({
  plan,
  types,
  extended,
  hostPorts = 0,
  namesProviders = false,
}: PlatformContext<'ecs'>): Platform {
  // No instance can run out of ports unless the workload fixes more of them than it has.
  const freePorts = (plan.quotas?.hostPortsPerInstance ?? MAX_HOST_PORTS) - RESERVED_PORTS.length;
  const countsPorts = hostPorts > freePorts;
  const resources = createResourceTable({
    cpuPerVcpu: 1024,
    extended: countsPorts ? [...extended, HOST_PORTS_LANE] : extended,
  });
  const platform: Omit<Platform, 'listed'> = {
    resources,
    reservedPorts: RESERVED_PORTS,
    honoursTaints: false,
    notes:
      plan.fargate !== undefined
        ? fargateNotes(plan.fargate)
        : [
            `ECS instances register the memory that Linux reports for the type, less ${plan.reservedMemoryMiB} MiB.`,
            'CPU of tasks is rounded up to whole ECS units (1/1024 vCPU), memory to whole MiB.',
            'ECS knows no priorities: tasks wait their turn, and none is stopped to make room for another.',
            plan.runTask === undefined
              ? 'Jobs that find no room wait for it, as if their caller tried again; a RunTask call by itself would fail.'
              : `Jobs that find no room fail, as RunTask does; their caller asks ${plan.runTask.retries} times again.`,
            plan.agentLosses === undefined
              ? 'Instances run one version of the agent, stay connected to it and have all of its capabilities.'
              : 'Instances run one version of the agent and have all of its capabilities; without connection they take no new tasks.',
          ],
    shape: shapeCache((group, typeName) => {
      const spare = extended.map((name) => group.extended.get(name) ?? 0);
      if (countsPorts) spare.push(freePorts);
      const type = types.get(typeName)!;
      const registered = registeredResources(type, plan.reservedMemoryMiB);
      assert(registered !== null, 'a platform reserves more memory than an instance of its fleet has');
      const { cpu } = registered;
      const memory = registered.memoryMiB * MIB;
      const gpu = (type.gpus?.count ?? 0) * 1000;
      const eni = plan.awsvpcTrunking ? type.awsvpcTasks.trunked : type.awsvpcTasks.plain;
      return {
        typeName,
        groupName: group.name,
        capacity: [cpu, type.memoryMiB * MIB, UNLIMITED, UNLIMITED, gpu, eni, ...spare],
        allocatable: [cpu, memory, UNLIMITED, UNLIMITED, gpu, eni, ...spare],
        gpuDevices: type.gpus?.count ?? 0,
        gpuModel: type.gpus?.model ?? '',
        labels: new Map([
          ['ecs.instance-type', typeName],
          ['ecs.os-type', 'linux'],
          ['ecs.cpu-architecture', ecsArchitecture(type.architecture)],
          ['ecs.capability.task-eni', ''],
          ...(plan.autoscaler.kind === 'managed-scaling' || plan.fargate !== undefined || namesProviders
            ? ([[CAPACITY_PROVIDER_ATTRIBUTE, group.name]] as const)
            : []),
          ...group.labels,
        ]),
        taints: [],
      };
    }),
    instance: (shape, zone, name) => ({
      shape,
      zone,
      labels: new Map([['ecs.availability-zone', zone]]),
      reservedPorts: RESERVED_PORTS,
      ...(name === undefined ? {} : { name }),
    }),
    taskClass(template, origin) {
      const neutral = neutralClass(resources, template, origin, {
        cpu: template.ecs?.cpuUnits ?? Math.ceil((origin.amounts.cpuMilli * 1024) / 1000),
        memory: Math.ceil(origin.amounts.memoryBytes / MIB) * MIB,
        eni: template.network === 'awsvpc' ? 1 : 0,
        where: translateWhere(template.where, WORDS, (key, value) =>
          key === 'architecture' && value === 'amd64' ? ecsArchitecture(value) : value,
        ),
        namespace: '',
      });
      // RunTask and CreateService know no priorities.
      const spec = { ...neutral, priority: 0 };
      if (countsPorts) spec.requests[resources.lane(HOST_PORTS_LANE)] = spec.hostPorts.length;
      return template.ecs === undefined ? spec : { ...spec, ...ownWords(template.ecs, origin.group) };
    },
  };
  const byType = listedByType(platform);
  const shapes = new Map<string, InstanceShape>();
  return {
    ...platform,
    listed(group, index) {
      const listed = byType(group, index);
      const registered = group.containerInstances?.[index];
      return registered === undefined
        ? listed
        : { ...listed, instance: asRegistered(listed.instance, registered, shapes) };
    },
  };
}

function fargateNotes({
  launchBurst,
  launchesPerMinute,
  interruptionsPerHour,
  strategy,
}: FargatePlan): string[] {
  const isSpot = strategy.some(({ capacityProvider }) => capacityProvider === 'FARGATE_SPOT');
  return [
    'AWS Fargate: every task has a machine of its own, of the cheapest size that holds it, billed by the second from its image pull to ' +
      'its end. Machines count as no instances; the cost of groups is not told apart.',
    `Each capacity provider launches at most ${launchBurst} tasks at once and ${launchesPerMinute} a minute.`,
    ...(isSpot
      ? [
          `Tasks on FARGATE_SPOT are taken back ${interruptionsPerHour} times an hour each (AWS publishes no rate), and stop at the notice.`,
        ]
      : []),
    'ECS knows no priorities: tasks wait their turn, and none is stopped to make room for another.',
  ];
}

/** The instance with what it registered in place of what its type would. Equal ones share a shape. */
function asRegistered(
  instance: NewInstance,
  registered: RegisteredInstance,
  shapes: Map<string, InstanceShape>,
): NewInstance {
  const { cpu, memoryMiB, gpus, attributes, ec2InstanceId } = registered;
  const { typeName, groupName } = instance.shape;
  const key = JSON.stringify([typeName, groupName, cpu, memoryMiB, gpus]);
  const amounts = [...instance.shape.allocatable];
  amounts[LANE.cpu] = cpu;
  amounts[LANE.memory] = memoryMiB * MIB;
  amounts[LANE.gpu] = gpus * 1000;
  const own = { allocatable: amounts, gpuDevices: gpus, labels: new Map<string, string>() };
  const shape = shapes.get(key) ?? { ...instance.shape, ...own };
  shapes.set(key, shape);
  const labels = new Map(attributes.map(({ name, value }) => [name, value]));
  return { ...instance, shape, labels: labels.set(EC2_INSTANCE_ID, ec2InstanceId) };
}

/** What a template says to ECS alone, for the scheduler to read. Tasks of one task group are counted together. */
function ownWords(ecs: EcsTemplatePlan, name: string): Pick<TaskClassSpec, 'group' | 'native'> {
  const { placementStrategy, placementConstraints, requiresAttributes, zones, instance, group } = ecs;
  const native = { placementStrategy, placementConstraints, requiresAttributes, zones, instance, group };
  return { group: group ?? name, native };
}

function ecsArchitecture(architecture: 'amd64' | 'arm64'): string {
  return architecture === 'amd64' ? 'x86_64' : 'arm64';
}
