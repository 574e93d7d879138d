import type { FargatePod, FargateTask, Usage } from '../billing/usage.ts';
import type { BillingPlan, FargateTasks } from '../model/billing-plan.ts';
import type { Plan, PlatformPlan } from '../model/plan.ts';

/** What of a run decides which stated Fargate tasks stand beside it, where, and until when. */
export interface FargateFacts {
  readonly plan: Pick<Plan, 'region' | 'startEpochMs'>;
  readonly platform: PlatformPlan;
  readonly endMs: number;
  /** Zones of the platform's fleet. */
  readonly zones: readonly string[];
}

/** Dimensions of Fargate: nothing of it is simulated. */
export const FARGATE_DIMENSIONS: readonly string[] = [
  'fargate:vcpu',
  'fargate:gb',
  'fargate:ephemeral',
  'fargate:sp-covered-vcpu',
  'fargate:sp-covered-gb',
  'fargate-spot:vcpu',
  'fargate-spot:gb',
];

/**
 * The stated Fargate tasks as usage: tasks of ECS, or pods of EKS that request the same. Task k of an entry stands in
 * zone k modulo the number of zones: services spread tasks evenly over their subnets (AWS ECS developer guide, Amazon
 * ECS on AWS Fargate). Each is billed from its start to its end, at the latest the end of the run.
 */
export function statedFargate(facts: FargateFacts, billing: BillingPlan): Usage {
  const { plan, platform, endMs } = facts;
  const tasks: FargateTask[] = [];
  const pods: FargatePod[] = [];
  for (const one of fargateBeside(platform, billing)) {
    const { cpuMilli, memoryMiB, platform: system, isSpot, ephemeralGiB, fromMs, toMs } = one;
    if (fromMs >= endMs) continue;
    const zones = one.zones ?? facts.zones;
    for (let index = 0; index < one.count; index++) {
      const common = {
        id: `fargate/${one.name}/${index + 1}`,
        region: plan.region,
        zone: zones[index % zones.length] ?? '-',
        ephemeralGiB,
        pullStartMs: plan.startEpochMs + fromMs,
        endMs: plan.startEpochMs + Math.min(toMs ?? endMs, endMs),
      };
      if (platform.kind === 'ecs') {
        const cpuUnits = (cpuMilli * 1024) / 1000;
        const option = isSpot ? 'fargate-spot' : 'fargate';
        tasks.push({ ...common, platform: system, option, cpuUnits, memoryMiB });
      } else {
        pods.push({ ...common, containers: [{ cpuMilli, memoryMiB }], initContainers: [] });
      }
    }
  }
  return { fargateTasks: tasks, fargatePods: pods };
}

/** What a reader must know of the Fargate tasks on the bill of the platform. */
export function fargateNotes(platform: PlatformPlan, billing: BillingPlan): string[] {
  const beside = fargateBeside(platform, billing);
  if (beside.length === 0) return [];
  const what = platform.kind === 'ecs' ? 'tasks' : 'pods (requests plus 256 MiB, up to the next size)';
  const names = beside.map(({ name }) => name).join(', ');
  return [`Fargate ${what} as stated, billed but not simulated: ${names}. They take nothing from the fleet.`];
}

/** Platforms without Fargate have none: neither ECS nor EKS. */
function fargateBeside(platform: PlatformPlan, { fargate }: BillingPlan): readonly FargateTasks[] {
  const isEks = platform.kind === 'kubernetes' && platform.controlPlane === 'eks';
  if (platform.kind !== 'ecs' && !isEks) return [];
  return fargate.filter(({ runsOn }) => runsOn?.includes(platform.name) ?? true);
}
