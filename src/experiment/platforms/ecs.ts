import { createResourceTable, UNLIMITED } from '../../model/resources.ts';
import type { HostPort } from '../../model/task-class.ts';
import { MIB } from '../../units.ts';
import { neutralClass, type Platform, type PlatformContext, shapeCache, translateWhere } from './platform.ts';

/** Registered as taken on every Linux container instance (amazon-ecs-agent agent/config/config_unix.go). */
const RESERVED_PORTS: readonly HostPort[] = [22, 2375, 2376, 51678, 51679].map((port) => ({
  ip: '0.0.0.0',
  protocol: 'TCP',
  port,
}));

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
export function ecsPlatform({ plan, types, extended }: PlatformContext<'ecs'>): Platform {
  const resources = createResourceTable({ cpuPerVcpu: 1024, extended });
  return {
    resources,
    reservedPorts: RESERVED_PORTS,
    honoursTaints: false,
    notes: [
      `ECS instances register the memory that Linux reports for the type, less ${plan.reservedMemoryMiB} MiB.`,
      'CPU of tasks is rounded up to whole ECS units (1/1024 vCPU), memory to whole MiB.',
      'ECS knows no priorities: tasks wait their turn, and none is stopped to make room for another.',
    ],
    shape: shapeCache((group, typeName) => {
      const spare = extended.map((name) => group.extended.get(name) ?? 0);
      const type = types.get(typeName)!;
      const memory = Math.max(0, type.linuxMemoryMiB - plan.reservedMemoryMiB) * MIB;
      const cpu = type.vcpus * 1024;
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
    taskClass: (template, origin) => ({
      ...neutralClass(resources, template, origin, {
        cpu: Math.ceil((origin.amounts.cpuMilli * 1024) / 1000),
        memory: Math.ceil(origin.amounts.memoryBytes / MIB) * MIB,
        eni: template.network === 'awsvpc' ? 1 : 0,
        where: translateWhere(template.where, WORDS, (key, value) =>
          key === 'architecture' && value === 'amd64' ? ecsArchitecture(value) : value,
        ),
        namespace: '',
      }),
      // RunTask and CreateService know no priorities.
      priority: 0,
    }),
  };
}

function ecsArchitecture(architecture: 'amd64' | 'arm64'): string {
  return architecture === 'amd64' ? 'x86_64' : 'arm64';
}
