import { createResourceTable, UNLIMITED } from '../../model/resources.ts';
import { GIB, MIB } from '../../units.ts';
import { listedByType, neutralClass, type Platform, type PlatformContext, shapeCache } from './platform.ts';

/**
 * No platform at all: instances offer their whole hardware, tasks take exactly what they ask for, any scheduler
 * decides. For research on placement itself. Labels are `zone`, `instance-type` and `architecture`.
 */
export function barePlatform({ types, extended }: PlatformContext<'bare'>): Platform {
  const resources = createResourceTable({ cpuPerVcpu: 1000, extended });
  const platform: Omit<Platform, 'listed'> = {
    resources,
    reservedPorts: [],
    honoursTaints: true,
    notes: ['A bare platform offers the whole hardware of its instances: nothing is kept back for a system.'],
    shape: shapeCache((group, typeName) => {
      const spare = extended.map((name) => group.extended.get(name) ?? 0);
      const type = types.get(typeName)!;
      const gpu = (type.gpus?.count ?? 0) * 1000;
      const disk = group.rootVolume.sizeGiB * GIB;
      const amounts = [type.vcpus * 1000, type.memoryMiB * MIB, UNLIMITED, disk, gpu, UNLIMITED, ...spare];
      return {
        typeName,
        groupName: group.name,
        capacity: amounts,
        allocatable: amounts,
        gpuDevices: type.gpus?.count ?? 0,
        gpuModel: type.gpus?.model ?? '',
        labels: new Map([['instance-type', typeName], ['architecture', type.architecture], ...group.labels]),
        taints: group.taints,
      };
    }),
    instance: (shape, zone, name) => ({
      shape,
      zone,
      labels: new Map([['zone', zone]]),
      ...(name === undefined ? {} : { name }),
    }),
    taskClass: (template, origin) =>
      neutralClass(resources, template, origin, {
        cpu: origin.amounts.cpuMilli,
        memory: origin.amounts.memoryBytes,
        eni: 0,
        where: template.where,
        namespace: 'default',
      }),
  };
  return { ...platform, listed: listedByType(platform) };
}
