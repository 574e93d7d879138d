import type { ResourceTable } from '../../model/resources.ts';
import type { Plugin } from './framework.ts';
import type { ProfileOptions } from './kubernetes-options.ts';
import type { Pod } from './pod.ts';
import { signPod } from './pod-signature.ts';
import { frameworkPlugin, type KubernetesPlugin } from './out-of-tree.ts';
import { imageLocality } from './plugins/image-locality.ts';
import { interPodAffinity } from './plugins/inter-pod-affinity.ts';
import { kubeletAdmission } from './plugins/kubelet-admission.ts';
import { nodeAffinity } from './plugins/node-affinity.ts';
import { nodeName } from './plugins/node-name.ts';
import { nodePorts } from './plugins/node-ports.ts';
import { nodeResourcesBalancedAllocation } from './plugins/node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './plugins/node-resources-fit.ts';
import { nodeUnschedulable } from './plugins/node-unschedulable.ts';
import { nodeVolumeLimits } from './plugins/node-volume-limits.ts';
import { podTopologySpread } from './plugins/pod-topology-spread.ts';
import { taintToleration } from './plugins/taint-toleration.ts';
import { volumeBinding } from './plugins/volume-binding.ts';
import { volumeRestrictions } from './plugins/volume-restrictions.ts';
import { volumeZone } from './plugins/volume-zone.ts';

type Factory = (options: ProfileOptions, table: ResourceTable) => Plugin;

/**
 * Every plugin that is simulated, by name. Those of the default profile that are missing here (dynamic resources,
 * declared features) say Skip to, or give 0 for, every pod that can be simulated, and sign nothing of it.
 */
const FACTORIES: Readonly<Record<string, Factory>> = {
  NodeUnschedulable: nodeUnschedulable,
  NodeName: nodeName,
  TaintToleration: taintToleration,
  NodeAffinity: (options) => nodeAffinity(options.addedAffinity),
  NodePorts: nodePorts,
  NodeResourcesFit: (options, table) => nodeResourcesFit(table, options.fit),
  VolumeRestrictions: volumeRestrictions,
  NodeVolumeLimits: (options) => nodeVolumeLimits(options.volumeLimits),
  VolumeBinding: volumeBinding,
  VolumeZone: volumeZone,
  PodTopologySpread: (options) => podTopologySpread(options.spreadDefaults),
  InterPodAffinity: (options) => interPodAffinity(options.interPodAffinity, options.namespaces),
  NodeResourcesBalancedAllocation: (options, table) =>
    nodeResourcesBalancedAllocation(table, options.balanced, options.version !== '1.34'),
  ImageLocality: (options) => imageLocality(options.version !== '1.34'),
};

/** The plugins of a profile by phase, in order. A plugin has one instance, whatever its phases. */
export interface PluginSet {
  readonly preFilters: readonly Plugin[];
  readonly filters: readonly Plugin[];
  readonly preScores: readonly Plugin[];
  readonly scores: readonly { readonly plugin: Plugin; readonly weight: number }[];
  /** Without any score plugin, simulated or not, the first feasible node is taken. */
  readonly isScoring: boolean;
  /** The out-of-tree plugin that chooses GPU devices; null leaves that to the store. */
  readonly reserve: KubernetesPlugin | null;
  /** The pod's signature; null: one of the plugins that filter or score cannot sign it. */
  sign(pod: Pod): string | null;
}

/** The plugins that `options.profile` names, for a cluster with these resources. */
export function createPluginSet(options: ProfileOptions, table: ResourceTable): PluginSet {
  const { profile, outOfTree } = options;
  const own = new Map([...outOfTree].map(([name, make]) => [name, make()]));
  const instances = new Map<string, Plugin>();
  const instance = (name: string): Plugin[] => {
    let plugin = instances.get(name);
    const outside = own.get(name);
    if (plugin === undefined && outside !== undefined) plugin = frameworkPlugin(outside);
    plugin ??= FACTORIES[name]?.(options, table);
    if (plugin === undefined) return [];
    instances.set(name, plugin);
    return [plugin];
  };
  const preFilters = profile.preFilter.flatMap(instance).filter(({ preFilter }) => preFilter !== undefined);
  const filters = profile.filter.flatMap(instance);
  // An out-of-tree filter needs no PreFilter of its own to take part in a cycle.
  const unprepared = filters.filter(({ name }) => own.has(name) && !profile.preFilter.includes(name));
  const scored = profile.score.map(({ name }) => name);
  const signing = new Set([...profile.preFilter, ...profile.filter, ...profile.preScore, ...scored]);
  const signers = [...signing].flatMap(instance);
  const { ignoredResources, ignoredResourceGroups } = options.fit;
  const checksRoom =
    ignoredResources.length + ignoredResourceGroups.length === 0 &&
    ['NodeResourcesFit', 'NodePorts'].every((name) => profile.filter.includes(name));
  return {
    preFilters: [...preFilters, ...unprepared],
    filters: [...filters, kubeletAdmission(checksRoom)],
    preScores: profile.preScore.flatMap(instance).filter(({ preScore }) => preScore !== undefined),
    scores: profile.score
      .flatMap(({ name, weight }) => instance(name).map((plugin) => ({ plugin, weight })))
      .filter(({ plugin }) => plugin.score !== undefined),
    isScoring: profile.score.length > 0,
    reserve: profile.reserve.flatMap((name) => own.get(name) ?? [])[0] ?? null,
    sign: (pod) => signPod(signers, pod),
  };
}
