import { ECS_TIE_BREAKS } from '../schedulers/ecs/ecs-options.ts';
import { TIE_BREAKS } from '../schedulers/kubernetes/kubernetes-options.ts';
import { compensatedSum, squared } from '../statistics/descriptive.ts';
import { meanInterval, pairedInterval } from '../statistics/intervals.ts';
import type { PlatformPlan } from '../model/plan.ts';
import type { UserMetricDefinition } from '../model/user-metric.ts';
import type { PairOrder, SensitivityAnswer, TieOutcome, TieVariant } from './sensitivity-answer.ts';

/** Confidence of every interval here. */
const LEVEL = 0.95;

/** Every tie rule of every platform. Plug-ins and baselines have none to choose from. */
export function tieVariants(platforms: readonly PlatformPlan[]): TieVariant[] {
  return platforms.flatMap(({ name: platform, kind, scheduler }): TieVariant[] => {
    const known: readonly string[] =
      kind === 'ecs' ? ECS_TIE_BREAKS : kind === 'kubernetes' ? TIE_BREAKS : [];
    if (known.length === 0 || scheduler.plugin !== null) return [{ platform, rule: null, isOwn: true }];
    const { tieBreak: own = known[0] } = scheduler.options as { readonly tieBreak?: string };
    return known.map((rule) => ({ platform, rule, isOwn: rule === own }));
  });
}

/** What the runs say. `values`: of each variant, seed by seed; two seeds at least. */
export function sensitivityOf(
  variants: readonly TieVariant[],
  values: readonly (readonly number[])[],
  { name: metric, unit, better }: Pick<UserMetricDefinition, 'name' | 'unit' | 'better'>,
): Omit<SensitivityAnswer, 'scenario' | 'seeds'> {
  const ownOf = (platform: string) =>
    values[variants.findIndex((variant) => variant.platform === platform && variant.isOwn)]!;
  const outcomes = variants.map((variant, at): TieOutcome => {
    const own = values[at]!;
    return {
      ...variant,
      values: own,
      mean: meanInterval(own, LEVEL),
      difference: variant.isOwn ? null : pairedInterval(own, ownOf(variant.platform), LEVEL),
    };
  });
  return { metric, unit, better, outcomes, pairs: pairsOf(outcomes, better), variance: varianceOf(outcomes) };
}

function pairsOf(outcomes: readonly TieOutcome[], better: SensitivityAnswer['better']): PairOrder[] {
  const sign = better === 'more' ? -1 : 1;
  const ranked = outcomes
    .filter(({ isOwn }) => isOwn)
    .sort((a, b) => sign * (a.mean.mean - b.mean.mean))
    .map(({ platform }) => platform);
  const of = (name: string) => outcomes.filter(({ platform }) => platform === name);
  return ranked.flatMap((first, at) =>
    ranked.slice(at + 1).map((worse): PairOrder => {
      const pairs = of(first).flatMap((ours) => of(worse).map((theirs) => [ours, theirs] as const));
      let [kept, sure, worlds] = [0, 0, 0];
      for (const [ours, theirs] of pairs) {
        const { mean, halfWidth } = pairedInterval(ours.values, theirs.values, LEVEL);
        if (sign * mean < 0) kept += 1;
        if (sign * mean < 0 && Math.abs(mean) > halfWidth) sure += 1;
        const points = ours.values.map((value, seed) => {
          const difference = sign * (value - theirs.values[seed]!);
          return difference < 0 ? 1 : difference === 0 ? 0.5 : 0;
        });
        worlds += compensatedSum(points) / points.length;
      }
      return { better: first, worse, rulePairs: pairs.length, kept, sure, worlds: worlds / pairs.length };
    }),
  );
}

/**
 * Analysis of variance with rules nested in platforms and seeds crossed with both: the sums of squares of platform
 * means, of rule means within their platform, and of seed means; what is left is the interplay of seeds with the others.
 */
function varianceOf(outcomes: readonly TieOutcome[]): SensitivityAnswer['variance'] {
  const all = outcomes.flatMap(({ values }) => values);
  const seeds = outcomes[0]!.values.length;
  const center = compensatedSum(all) / all.length;
  const total = compensatedSum(all.map((value) => squared(value - center)));
  if (total === 0) return null;
  let platform = 0;
  let rule = 0;
  for (const name of new Set(outcomes.map((outcome) => outcome.platform))) {
    const own = outcomes.filter((outcome) => outcome.platform === name);
    const mean = compensatedSum(own.map((outcome) => outcome.mean.mean)) / own.length;
    platform += own.length * seeds * squared(mean - center);
    for (const outcome of own) rule += seeds * squared(outcome.mean.mean - mean);
  }
  let seed = 0;
  for (let at = 0; at < seeds; at++) {
    const mean = compensatedSum(outcomes.map(({ values }) => values[at]!)) / outcomes.length;
    seed += outcomes.length * squared(mean - center);
  }
  const rest = Math.max(0, total - platform - rule - seed);
  return { platform: platform / total, rule: rule / total, seed: seed / total, rest: rest / total };
}
