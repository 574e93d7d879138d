import type { FilterRule, Plugin, ScoreRule } from './framework.ts';
import type { PluginSet } from './plugin-set.ts';

export type Rule<T, Scope> = Extract<T, { readonly dependsOn: Scope }>;

export interface Scorer<Scope> {
  readonly plugin: Plugin;
  readonly rule: Rule<ScoreRule, Scope>;
  readonly weight: number;
}

/** The rules of a profile by what their results depend on, each kind in the profile's order. */
export interface RulesByScope {
  readonly attributeFilters: readonly Rule<FilterRule, 'attributes'>[];
  readonly taskFilters: readonly Rule<FilterRule, 'tasks'>[];
  readonly clusterFilters: readonly { readonly plugin: Plugin; readonly rule: Rule<FilterRule, 'cluster'> }[];
  readonly attributeScores: readonly Scorer<'attributes'>[];
  readonly taskScores: readonly Scorer<'tasks'>[];
  readonly clusterScores: readonly Scorer<'cluster'>[];
}

/** Sorts the rules of a profile by what their results depend on. */
export function rulesByScope(plugins: PluginSet): RulesByScope {
  const filters = plugins.filters.flatMap((plugin) =>
    plugin.filter === undefined ? [] : [{ plugin, rule: plugin.filter }],
  );
  const scorers = plugins.scores.map(({ plugin, weight }) => ({ plugin, rule: plugin.score!, weight }));
  return {
    attributeFilters: filters.flatMap(({ rule }) => (rule.dependsOn === 'attributes' ? [rule] : [])),
    taskFilters: filters.flatMap(({ rule }) => (rule.dependsOn === 'tasks' ? [rule] : [])),
    clusterFilters: filters.flatMap(({ plugin, rule }) =>
      rule.dependsOn === 'cluster' ? [{ plugin, rule }] : [],
    ),
    attributeScores: scorers.filter(
      (one): one is Scorer<'attributes'> => one.rule.dependsOn === 'attributes',
    ),
    taskScores: scorers.filter((one): one is Scorer<'tasks'> => one.rule.dependsOn === 'tasks'),
    clusterScores: scorers.filter((one): one is Scorer<'cluster'> => one.rule.dependsOn === 'cluster'),
  };
}
