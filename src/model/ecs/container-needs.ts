import type { ContainerDefinition, TaskDefinition } from './task-definition.ts';

/** What a container is sure to get, MiB: its reservation, else its limit; 0 when it has neither. 0 means not set. */
export function softMemoryMiB({ memory, memoryReservation }: ContainerDefinition): number {
  return memoryReservation || memory || 0;
}

/** Fixed host ports by protocol, as they stand in the definition. */
export function fixedPorts({ networkMode, containerDefinitions }: TaskDefinition) {
  const mode = networkMode ?? 'bridge';
  if (mode !== 'bridge' && mode !== 'host') return [];
  return containerDefinitions.flatMap(({ portMappings }, container) =>
    (portMappings ?? []).flatMap(({ containerPort, hostPort, protocol }, mapping) => {
      const port = hostPort || (mode === 'host' ? containerPort : 0) || 0;
      const path = ['containerDefinitions', container, 'portMappings', mapping] as const;
      return port > 0 ? [{ path, port, protocol: protocol ?? 'tcp' }] : [];
    }),
  );
}
