import type { Plan } from '../../model/plan.ts';
import type { Resolving } from './resolving.ts';

/**
 * An ECS agent that is told to reserve more memory than its instance has does not register at all. E1103 for every such
 * platform. Source: aws/amazon-ecs-agent ecs-agent/api/ecs/client/ecs_client.go.
 */
export function checkRegistration(plan: Plan, { sections, problems }: Resolving): void {
  for (const platform of plan.platforms) {
    if (platform.kind !== 'ecs') continue;
    const groups = (platform.fleet ?? plan.fleet).filter((group) => group.containerInstances === undefined);
    const names = new Set(groups.flatMap(({ types }) => types));
    const tooSmall = plan.types.filter(
      ({ name, linuxMemoryMiB }) => names.has(name) && linuxMemoryMiB < platform.reservedMemoryMiB,
    );
    const entry = sections.platforms.find(({ value }) => value.name === platform.name);
    if (tooSmall.length === 0 || entry === undefined) continue;
    const { name, linuxMemoryMiB } = tooSmall[0]!;
    const message =
      `platform "${platform.name}" reserves ${platform.reservedMemoryMiB} MiB, more than the ` +
      `${linuxMemoryMiB} MiB of ${name}: such an instance cannot register`;
    problems.error('E1103', [...entry.path, 'reservedMemory'], message);
  }
}
