import type { PlatformPlan } from '../../model/plan.ts';
import { barePlatform } from './bare.ts';
import { ecsPlatform } from './ecs.ts';
import { kubernetesPlatform } from './kubernetes.ts';
import type { Platform, PlatformContext } from './platform.ts';

/** The door of the platform that `plan` describes. */
export function createPlatform(
  plan: PlatformPlan,
  context: Omit<PlatformContext<PlatformPlan['kind']>, 'plan'>,
): Platform {
  switch (plan.kind) {
    case 'ecs':
      return ecsPlatform({ ...context, plan });
    case 'kubernetes':
      return kubernetesPlatform({ ...context, plan });
    case 'bare':
      return barePlatform({ ...context, plan });
  }
}
