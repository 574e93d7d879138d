import { nextProvider, providerToShrink } from '../../../src/controllers/ecs/capacity-provider-strategy.ts';
import { type StrategyItem, strategyProblems } from '../../../src/model/capacity-provider-strategy.ts';
import type { CaseOutcome } from '../run.ts';
import { compare, type EcsCase } from './case.ts';

interface StrategyInput {
  readonly capacityProviderStrategy: readonly {
    readonly capacityProvider: string;
    readonly base?: number;
    readonly weight?: number;
  }[];
  readonly existing?: Readonly<Record<string, number>>;
  readonly add?: number;
  readonly remove?: number;
}

const SHOWN = 40;

/** Kind `cpStrategy`: where tasks go, or come from, one by one. */
export function runCpStrategy({ in: input, out }: EcsCase<StrategyInput>): CaseOutcome {
  const strategy: StrategyItem[] = input.capacityProviderStrategy.map(
    ({ capacityProvider, base = 0, weight = 0 }) => ({ capacityProvider, base, weight }),
  );
  if (strategyProblems(strategy).length > 0) return compare({ error: 'InvalidParameterException' }, out);
  const counts = strategy.map(({ capacityProvider }) => input.existing?.[capacityProvider] ?? 0);
  const { add = 0, remove = 0 } = input;
  const sequence: string[] = [];
  for (let n = 0; n < add + remove; n++) {
    const index = n < add ? nextProvider(strategy, counts) : providerToShrink(strategy, counts);
    if (index < 0) break;
    counts[index]! += n < add ? 1 : -1;
    sequence.push(strategy[index]!.capacityProvider);
  }
  return compare(
    {
      counts: Object.fromEntries(
        strategy.map(({ capacityProvider }, index) => [capacityProvider, counts[index]]),
      ),
      sequence: add + remove <= SHOWN ? sequence : undefined,
    },
    out,
  );
}
