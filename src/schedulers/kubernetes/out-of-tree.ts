import { InputError } from '../../errors.ts';
import type { ClusterView } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { RandomDraws, Refusal } from '../scheduler.ts';
import { type FilterRule, MAX_NODE_SCORE, type Plugin, RUN, type ScoreRule } from './framework.ts';
import { KeptScores } from './kept-scores.ts';
import type { Pod } from './pod.ts';
import type { Point } from './profile.ts';

/**
 * A plugin of one's own for kube-scheduler's cycle, phase by phase as in the real framework. Every member but the name
 * may be missing. All of them look at their arguments alone: no clock, no randomness but what `reserve` is given.
 */
export interface KubernetesPlugin {
  /** As profiles name it; must not be the name of a default plugin. */
  readonly name: string;
  /**
   * What `filter` and `score` look at. `node` promises: at the task class and at this one node with its tasks, nothing
   * else, so that an answer holds until the node changes and the cycle may keep it. Default `cluster`: asked anew in
   * every cycle.
   */
  readonly looksAt?: 'node' | 'cluster';
  /**
   * What filter and score look at of the task beside the node, by name, as plain data: pods of one signature may be
   * placed as a batch (feature gate OpportunisticBatching). null: at other nodes or tasks too. Absent: a profile with
   * this filter or score batches no pods.
   */
  sign?(taskClass: TaskClass): Readonly<Record<string, unknown>> | null;
  /** Before the nodes are looked at, once per cycle: what it returns is handed to `filter`. Not with `looksAt: 'node'`. */
  preFilter?(view: ClusterView, taskClass: TaskClass): unknown;
  /** Why the node cannot take the task, in a few words; null when it can. Evicting tasks is taken to help. */
  filter?(view: ClusterView, slot: number, taskClass: TaskClass, state: unknown): string | null;
  /**
   * Before the feasible nodes are scored, once per cycle: what it returns is handed to `score`. Not with
   * `looksAt: 'node'`.
   */
  preScore?(view: ClusterView, taskClass: TaskClass, feasible: Int32Array): unknown;
  /** Higher is better. A whole number from 0 to 100, or any number if there is a `normalize` to make it one. */
  score?(view: ClusterView, slot: number, taskClass: TaskClass, state: unknown): number;
  /** Turns the scores of all feasible nodes into whole numbers from 0 to 100, in place. */
  normalize?(scores: Float64Array): void;
  /**
   * Which GPU devices the task takes on the node that was chosen: bit d for device d. undefined: those with the least
   * room that is enough. Only one plugin of a profile may reserve.
   */
  reserve?(view: ClusterView, slot: number, taskClass: TaskClass, random: RandomDraws): number | undefined;
}

/** A plugin that takes arguments: what `pluginConfig` of the profile has under its name. */
export interface KubernetesPluginFactory {
  readonly name: string;
  /** A fresh plugin for these arguments, undefined when there are none. Throws an Error with a text for the user if it does not like them. */
  create(args: unknown): Omit<KubernetesPlugin, 'name'>;
}

/** What a module exports for a profile to enable; made by `defineKubernetesPlugin`. */
export interface KubernetesPluginDefinition {
  readonly name: string;
  readonly kind: 'kubernetes-plugin';
  create(args: unknown): KubernetesPlugin;
}

/**
 * An out-of-tree plugin for the scheduler of a Kubernetes platform, from its phases or from a factory that reads its
 * arguments. Name the module in `plugins` of the platform, and enable the plugin in a profile of its `config`.
 *
 * @example
 * export default defineKubernetesPlugin({
 *   name: 'MostTasks',
 *   looksAt: 'node',
 *   score: (view, slot) => Math.min(100, view.taskCount[slot]!),
 * });
 */
export function defineKubernetesPlugin(
  plugin: KubernetesPlugin | KubernetesPluginFactory,
): KubernetesPluginDefinition {
  const { name } = plugin;
  return {
    name,
    kind: 'kubernetes-plugin',
    create(args) {
      if ('create' in plugin) return checkedPlugin({ ...plugin.create(args), name });
      if (args !== undefined && args !== null) throw new Error('it takes no arguments');
      return checkedPlugin(plugin);
    },
  };
}

function checkedPlugin(plugin: KubernetesPlugin): KubernetesPlugin {
  if (plugin.looksAt === 'node' && (plugin.preFilter !== undefined || plugin.preScore !== undefined)) {
    throw new Error("with looksAt: 'node' there is nothing to prepare for a cycle");
  }
  if (plugin.score === undefined && (plugin.preScore !== undefined || plugin.normalize !== undefined)) {
    throw new Error('preScore and normalize mean nothing without score');
  }
  if (plugin.filter === undefined && plugin.preFilter !== undefined) {
    throw new Error('preFilter means nothing without filter');
  }
  return plugin;
}

/** Is this what `defineKubernetesPlugin` makes? */
export function isKubernetesPlugin(value: unknown): value is KubernetesPluginDefinition {
  return (
    typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'kubernetes-plugin'
  );
}

/** The extension points that the plugin takes part in. */
export function pointsOf(plugin: KubernetesPlugin): readonly Point[] {
  const points = ['preFilter', 'filter', 'preScore', 'score', 'reserve'] as const;
  return points.filter((point) => plugin[point] !== undefined);
}

/** The plugin in the framework's own terms, for one cluster. */
export function frameworkPlugin(plugin: KubernetesPlugin): Plugin {
  let filterState: unknown;
  let scoreState: unknown;
  const { name, looksAt = 'cluster', sign, filter, preFilter, score, preScore } = plugin;
  const isNodeOnly = looksAt === 'node';
  return {
    name,
    ...(sign !== undefined && { sign: (pod: Pod) => sign.call(plugin, pod.taskClass) }),
    // A filter that looks at the cluster takes part in a cycle through its PreFilter.
    ...(filter !== undefined && {
      preFilter(pod, { view }) {
        filterState = preFilter?.call(plugin, view, pod.taskClass);
        return RUN;
      },
      filter: isNodeOnly ? nodeFilter(plugin) : clusterFilter(plugin, () => filterState),
    }),
    ...(score !== undefined && {
      ...(preScore !== undefined && {
        preScore(pod: Pod, { view }: { readonly view: ClusterView }, feasible: Int32Array, count: number) {
          scoreState = preScore.call(plugin, view, pod.taskClass, feasible.subarray(0, count));
          return true;
        },
      }),
      score: isNodeOnly ? nodeScore(plugin) : clusterScore(plugin, () => scoreState),
    }),
  };
}

function nodeFilter(plugin: KubernetesPlugin): FilterRule {
  return {
    dependsOn: 'tasks',
    passes: (pod, slot, { view }) => plugin.filter!(view, slot, pod.taskClass, undefined) === null,
    refusal: (pod, slot, { view }) =>
      refusal(plugin, plugin.filter!(view, slot, pod.taskClass, undefined) ?? ''),
  };
}

function clusterFilter(plugin: KubernetesPlugin, state: () => unknown): FilterRule {
  return {
    dependsOn: 'cluster',
    check(pod, slot, { view }) {
      const reason = plugin.filter!(view, slot, pod.taskClass, state());
      return reason === null ? null : refusal(plugin, reason);
    },
  };
}

function refusal({ name }: KubernetesPlugin, reason: string): Refusal {
  return { rule: name, reasons: [reason], resolvable: true };
}

/** Scores that are not normalised are summed up with the node's other ones; else the raw ones are kept. */
function nodeScore(plugin: KubernetesPlugin): ScoreRule {
  if (plugin.normalize === undefined) {
    return {
      dependsOn: 'tasks',
      raw: (pod, slot, { view }) =>
        checkedScore(plugin, plugin.score!(view, slot, pod.taskClass, undefined), view, slot),
    };
  }
  const kept = new KeptScores((view, slot, taskClass) => plugin.score!(view, slot, taskClass, undefined));
  return {
    dependsOn: 'cluster',
    raw: (pod, { view }, slots, count, scores) => kept.fill(view, pod.taskClass, slots, count, scores),
    normalise: (scores, slots, count) => normalised(plugin, scores, slots, count),
  };
}

function clusterScore(plugin: KubernetesPlugin, state: () => unknown): ScoreRule {
  return {
    dependsOn: 'cluster',
    raw(pod, { view }, slots, count, scores) {
      for (let i = 0; i < count; i++) scores[i] = plugin.score!(view, slots[i]!, pod.taskClass, state());
    },
    normalise: (scores, slots, count) => normalised(plugin, scores, slots, count),
  };
}

function normalised(plugin: KubernetesPlugin, scores: Float64Array, slots: Int32Array, count: number): void {
  plugin.normalize?.(scores.subarray(0, count));
  for (let i = 0; i < count; i++) checkedScore(plugin, scores[i]!, null, slots[i]!);
}

/**
 * The devices that the plugin chooses for a task with GPUs, as `KubernetesPlugin.reserve`. Errors: E1207 when they are
 * not as many as the task wants, or one has not the room.
 */
export function reservedDevices(
  plugin: KubernetesPlugin,
  view: ClusterView,
  slot: number,
  taskClass: TaskClass,
  random: RandomDraws,
): number | undefined {
  const { count, milli } = taskClass.gpu!;
  const mask = plugin.reserve!(view, slot, taskClass, random);
  if (mask === undefined) return undefined;
  let left = count;
  let isRoomy = Number.isInteger(mask) && mask >= 0 && mask < 2 ** 16;
  for (let device = 0; device < 16; device++) {
    if ((mask & (1 << device)) === 0) continue;
    left -= 1;
    if (view.gpuFree(slot, device) < milli) isRoomy = false;
  }
  if (left === 0 && isRoomy) return mask;
  const asked = count === 1 ? `one with ${milli} thousandths free` : `${count} free ones`;
  const message = `Plugin '${plugin.name}' reserved the devices ${mask} on ${view.instanceName(slot)}: ${asked} needed`;
  throw new InputError([
    { severity: 'error', code: 'E1207', message, hint: 'bit d of the mask stands for device d' },
  ]);
}

/** kube-scheduler aborts a cycle with a score outside of 0..100; its scores are whole numbers by type. */
function checkedScore(
  { name }: KubernetesPlugin,
  score: number,
  view: ClusterView | null,
  slot: number,
): number {
  if (Number.isInteger(score) && score >= 0 && score <= MAX_NODE_SCORE) return score;
  const where = view === null ? '' : ` to ${view.instanceName(slot)}`;
  const message = `Plugin '${name}' gave the score ${score}${where}: a whole number from 0 to ${MAX_NODE_SCORE} is needed`;
  throw new InputError([
    { severity: 'error', code: 'E1207', message, hint: 'round and scale it in score, or in normalize' },
  ]);
}
