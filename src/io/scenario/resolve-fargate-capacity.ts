import { strategyProblems } from '../../model/capacity-provider-strategy.ts';
import { FARGATE_DEFAULTS, type FargatePlan } from '../../model/fargate-plan.ts';
import type { FargateCapacityInput } from './fargate-capacity-schema.ts';
import type { Path } from './locate.ts';
import type { PlatformInput } from './platform-schema.ts';
import { parseRatePerHour } from './rates.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import type { Resolving } from './resolving.ts';

type EcsInput = Extract<PlatformInput, { kind: 'ecs' }>;

/** AWS Fargate in place of instances. What cannot be had together with it is reported (E1103). */
export function resolveFargateCapacity(
  input: FargateCapacityInput,
  platform: EcsInput,
  path: Path,
  resolving: Resolving,
): FargatePlan {
  const { problems } = resolving;
  const at = [...path, 'fargate'];
  const problem = (message: string, key: string) =>
    problems.error('E1103', [...at, key], `platform "${platform.name}": ${message}`);
  refuseInstances(platform, path, resolving);
  const strategy = input.capacityProviderStrategy ?? FARGATE_DEFAULTS.strategy;
  for (const message of strategyProblems(strategy)) problem(message, 'capacityProviderStrategy');
  const zones = input.zones ?? [
    ...new Set(resolving.sections.fleet.flatMap(({ value }) => value.zones ?? [])),
  ];
  if (zones.length === 0 && resolving.sections.isComplete) {
    const hint = `zones: [${resolving.sections.head.region}a]`;
    problems.error('E1101', [...at, 'zones'], `platform "${platform.name}": tasks on Fargate need zones`, {
      hint,
    });
  }
  const { provisioning, interruptions, notice, retry } = input;
  return {
    strategy,
    zones,
    architecture: input.architecture ?? FARGATE_DEFAULTS.architecture,
    provisioning:
      provisioning === undefined
        ? FARGATE_DEFAULTS.provisioning
        : resolveDistribution(provisioning, [...at, 'provisioning'], resolving),
    launchBurst: input.launchBurst ?? FARGATE_DEFAULTS.launchBurst,
    launchesPerMinute: input.launchesPerMinute ?? FARGATE_DEFAULTS.launchesPerMinute,
    interruptionsPerHour:
      interruptions === undefined ? FARGATE_DEFAULTS.interruptionsPerHour : parseRatePerHour(interruptions)!,
    noticeMs: notice === undefined ? FARGATE_DEFAULTS.noticeMs : durationMs(notice),
    retryMs: retry === undefined ? FARGATE_DEFAULTS.retryMs : durationMs(retry),
  };
}

/** Without instances there is nothing to place on, to scale, to lose. */
function refuseInstances(platform: EcsInput, path: Path, { problems, sections }: Resolving): void {
  const { autoscaler } = platform;
  const isManaged =
    autoscaler === 'managed-scaling' ||
    (typeof autoscaler !== 'string' && autoscaler.kind === 'managed-scaling');
  const refused: readonly (readonly [string, boolean])[] = [
    ['fleet', platform.fleet !== undefined],
    ['autoscaler', isManaged],
    ['placementStrategy', platform.placementStrategy !== undefined],
    ['placementConstraints', platform.placementConstraints !== undefined],
    ['reservedMemory', platform.reservedMemory !== 0 && platform.reservedMemory !== '0'],
    ['awsvpcTrunking', platform.awsvpcTrunking],
    ['spotDraining', platform.spotDraining === true],
    ['agentLosses', platform.agentLosses !== undefined],
  ];
  for (const [key, isSaid] of refused) {
    if (!isSaid) continue;
    const message = `platform "${platform.name}": ${key} is about instances, and AWS Fargate has none`;
    problems.error('E1103', [...path, key], message, { part: 'key' });
  }
  if (sections.daemons.length === 0) return;
  const message = `platform "${platform.name}": AWS Fargate runs no daemons`;
  problems.error('E1103', [...path, 'fargate'], message, { part: 'key' });
}
