import type { EcsOptions } from '../../schedulers/ecs/ecs-options.ts';
import { EcsRun } from './ecs-run.ts';
import { KubernetesRun } from './kubernetes-run.ts';
import { PlainRun } from './plain-run.ts';
import type { PlatformRun, PlatformRunParts } from './platform-run.ts';

/** The controllers of the platform. `schedulerOptions`: as the scheduler's definition read them. */
export function createPlatformRun(
  parts: PlatformRunParts & { readonly schedulerOptions: unknown },
): PlatformRun {
  const { plan, platform } = parts;
  if (platform.kind === 'ecs')
    return new EcsRun({ ...parts, platform, options: parts.schedulerOptions as EcsOptions });
  if (platform.kind === 'kubernetes') return new KubernetesRun({ ...parts, platform });
  return new PlainRun({
    ...parts,
    services: plan.workload.services.map((service) => ({
      plan: service,
      classId: parts.classOf(service, service.template),
    })),
    horizonMs: plan.horizonMs,
  });
}
