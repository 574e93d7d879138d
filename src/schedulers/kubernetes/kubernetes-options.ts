import type { OptionsProblem } from '../scheduler.ts';
import type { VolumeLimits } from './csi-volumes.ts';
import { type FeatureGates, readFeatureGates } from './feature-gates.ts';
import type { KubernetesPlugin, KubernetesPluginDefinition } from './out-of-tree.ts';
import type { PluginArgs } from './plugin-args.ts';
import type { Namespaces } from './pod-affinity.ts';
import type { Profile } from './profile.ts';
import { type Path, Reader } from './reader.ts';
import { readSchedulerConfig } from './scheduler-config.ts';

export const VERSIONS = ['1.34', '1.36'] as const;
const ROOT_KEYS = [
  'version',
  'featureGates',
  'tieBreak',
  'config',
  'namespaces',
  'volumeLimits',
  'plugins',
] as const;
export const TIE_BREAKS = ['kube', 'first', 'last', 'random', 'shuffled'] as const;

/** How one of several best nodes is taken; see host-selection.ts. */
export type TieBreak = (typeof TIE_BREAKS)[number];

/** What all profiles of a scheduler share. */
export interface CommonOptions {
  /** Whose decisions to reproduce. Default 1.36. */
  readonly version: (typeof VERSIONS)[number];
  /** Default: those of the version. */
  readonly featureGates: FeatureGates;
  /** The namespaces of the cluster: what namespace selectors of affinity between pods look at. Default: none. */
  readonly namespaces: Namespaces;
  /** What the CSINodes of the cluster say. Default: nothing. */
  readonly volumeLimits: VolumeLimits;
}

/** One profile: the plugins that schedule the pods which name it, and their arguments. */
export interface ProfileOptions extends CommonOptions, PluginArgs {
  /** `spec.schedulerName` of the pods that it serves. */
  readonly schedulerName: string;
  /** Percent of nodes after which the search for feasible ones ends; 0 (default) adapts to their number. */
  readonly percentageOfNodesToScore: number;
  readonly profile: Profile;
  /** Out-of-tree plugins with the arguments of this profile, by name: each call makes a fresh one. */
  readonly outOfTree: ReadonlyMap<string, () => KubernetesPlugin>;
}

export interface KubernetesOptions extends CommonOptions {
  /** Default kube. */
  readonly tieBreak: TieBreak;
  /** First and longest back-off of a pod that could not be scheduled. Default 1000 and 10000. */
  readonly podInitialBackoffMs: number;
  readonly podMaxBackoffMs: number;
  /** At least one; no two with the same `schedulerName`. */
  readonly profiles: readonly ProfileOptions[];
}

/**
 * Reads `{ version?, featureGates?, tieBreak?, config?, namespaces?, volumeLimits?, plugins? }`; `config` is a
 * KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1), `featureGates` are what the command line of kube-scheduler
 * would say, as a mapping, `namespaces` are labels by name of namespace, `volumeLimits`
 * numbers of volumes by name of node and of CSI driver. `registered` are the out-of-tree
 * plugins that profiles may enable; `plugins` names the files that they come from, and is not looked at. Everything
 * absent takes the documented default; whatever is not simulated is a problem.
 */
export function readKubernetesOptions(
  raw: unknown,
  registered: readonly KubernetesPluginDefinition[] = [],
): { readonly options: KubernetesOptions } | { readonly problems: readonly OptionsProblem[] } {
  const reader = new Reader();
  const root = reader.object(raw, [], ROOT_KEYS) ?? {};
  const version = reader.oneOf(root['version'], ['version'], VERSIONS) ?? '1.36';
  const common: CommonOptions = {
    version,
    featureGates: readFeatureGates(reader, root['featureGates'], ['featureGates'], version),
    namespaces: readNamespaces(reader, root['namespaces'], ['namespaces']),
    volumeLimits: readVolumeLimits(reader, root['volumeLimits'], ['volumeLimits']),
  };
  const options: KubernetesOptions = {
    ...common,
    tieBreak: reader.oneOf(root['tieBreak'], ['tieBreak'], TIE_BREAKS) ?? 'kube',
    ...readSchedulerConfig(reader, root['config'], ['config'], common, registered),
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { options };
}

function readVolumeLimits(reader: Reader, raw: unknown, path: Path): VolumeLimits {
  const counts = (node: string, limits: unknown) =>
    Object.entries(reader.object(limits, [...path, node]) ?? {}).flatMap(([driver, count]) => {
      const read = reader.integer(count, [...path, node, driver], 0, Number.MAX_SAFE_INTEGER);
      return read === undefined ? [] : [[driver, read] as const];
    });
  const nodes = Object.entries(reader.object(raw, path) ?? {});
  return new Map(nodes.map(([node, limits]) => [node, new Map(counts(node, limits))]));
}

/** Every namespace has its name as a label, put there by the API server. */
function readNamespaces(reader: Reader, raw: unknown, path: Path): Namespaces {
  const namespaces = new Map<string, ReadonlyMap<string, string>>();
  for (const [name, labels] of Object.entries(reader.object(raw, path) ?? {})) {
    const read = reader.texts(labels, [...path, name]);
    namespaces.set(name, new Map([...(read ?? []), ['kubernetes.io/metadata.name', name]]));
  }
  return namespaces;
}
