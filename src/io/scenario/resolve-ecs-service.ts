import { type StrategyItem, strategyProblems } from '../../model/capacity-provider-strategy.ts';
import { FARGATE_PROVIDERS } from '../../model/fargate-plan.ts';
import type { EcsServicePlan, HealthCheckPlan } from '../../model/plan.ts';
import { HEALTH_CHECK_DEFAULTS } from '../../model/ecs/container-health.ts';
import { didYouMean } from './did-you-mean.ts';
import type { EcsServiceInput, EcsTemplateInput } from './ecs-template-schema.ts';
import type { Path } from './locate.ts';
import { parseRatePerHour } from './rates.ts';
import { durationMs, resolveDistribution } from './resolve-distribution.ts';
import type { Resolving } from './resolving.ts';

/** What a service or job says to ECS alone. A strategy that cannot be used is reported (E1103, E1204, W2011). */
export function resolveEcsService(
  { capacityProviderStrategy, availabilityZoneRebalancing, healthCheckGracePeriod }: Partial<EcsServiceInput>,
  path: Path,
  resolving: Resolving,
): EcsServicePlan {
  const { problems, placeOf } = resolving;
  if (capacityProviderStrategy !== undefined) {
    const at = [...path, 'capacityProviderStrategy'];
    for (const { index, code, message, hint } of findInStrategy(capacityProviderStrategy, resolving)) {
      const where = index === null ? at : [...at, index, 'capacityProvider'];
      const said = `${placeOf(path)}: ${message}`;
      if (code === 'W2011') problems.warning(code, where, said, { hint });
      else problems.error(code, where, said, { hint });
    }
  }
  return {
    ...(capacityProviderStrategy !== undefined && { capacityProviderStrategy }),
    ...(availabilityZoneRebalancing !== undefined && { availabilityZoneRebalancing }),
    ...(healthCheckGracePeriod !== undefined && { healthCheckGraceMs: durationMs(healthCheckGracePeriod) }),
  };
}

/** What speaks against a strategy. `index`: of the entry; null: it is about all of them. */
export interface StrategyFinding {
  readonly index: number | null;
  readonly code: 'E1103' | 'E1204' | 'W2011';
  readonly message: string;
  readonly hint: string | undefined;
}

/** A strategy that ECS would refuse, a provider that no ECS platform has (E1204), or that some have not (W2011). */
export function findInStrategy(
  strategy: readonly StrategyItem[],
  { sections }: Pick<Resolving, 'sections'>,
): StrategyFinding[] {
  const found: StrategyFinding[] = strategyProblems(strategy).map((message) => ({
    index: null,
    code: 'E1103',
    message,
    hint: undefined,
  }));
  const platforms = sections.platforms.flatMap(({ value }) => {
    if (value.kind !== 'ecs') return [];
    const groups = (value.fleet ?? sections.fleet.map((group) => group.value)).map(({ name }) => name);
    const providers: readonly string[] = value.fargate === undefined ? groups : FARGATE_PROVIDERS;
    return [{ name: value.name, providers }];
  });
  if (platforms.length === 0 || !sections.isComplete) return found;
  strategy.forEach(({ capacityProvider }, index) => {
    const without = platforms.filter(({ providers }) => !providers.includes(capacityProvider));
    if (without.length === 0) return;
    const names = without.map(({ name }) => `"${name}"`).join(', ');
    const hint = didYouMean(capacityProvider, [...new Set(platforms.flatMap(({ providers }) => providers))]);
    found.push(
      without.length === platforms.length
        ? { index, code: 'E1204', message: `there is no capacity provider "${capacityProvider}"`, hint }
        : {
            index,
            code: 'W2011',
            message: `${names} has no capacity provider "${capacityProvider}": its own strategy is taken there`,
            hint: undefined,
          },
    );
  });
  return found;
}

/** A health check with its defaults. */
export function resolveHealthCheck(
  input: NonNullable<EcsTemplateInput['healthCheck']>,
  path: Path,
  resolving: Resolving,
): HealthCheckPlan {
  const { interval, timeout, retries, startPeriod, ready, failures } = input;
  const ms = (text: typeof interval, otherwise: number) =>
    text === undefined ? otherwise : durationMs(text);
  return {
    intervalMs: ms(interval, HEALTH_CHECK_DEFAULTS.intervalMs),
    timeoutMs: ms(timeout, HEALTH_CHECK_DEFAULTS.timeoutMs),
    retries: retries ?? HEALTH_CHECK_DEFAULTS.retries,
    startPeriodMs: ms(startPeriod, HEALTH_CHECK_DEFAULTS.startPeriodMs),
    ready:
      ready === undefined
        ? { kind: 'constant', valueMs: 0 }
        : resolveDistribution(ready, [...path, 'ready'], resolving),
    failuresPerHour: failures === undefined ? 0 : parseRatePerHour(failures)!,
  };
}
