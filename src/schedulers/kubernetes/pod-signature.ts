import type { ResourceTable } from '../../model/resources.ts';
import type { NodeSelectorTerm } from './node-selector.ts';
import type { Pod } from './pod.ts';
import { isObject, objectAt } from './reader.ts';
import type { Requirement } from './requirement.ts';
import { NONZERO_CPU, NONZERO_MEMORY } from './resource-names.ts';

/** What a plugin looks at of a pod, as plain data by name of the part; plugins that look at the same part share it. */
export type SignFragments = Readonly<Record<string, unknown>>;

interface Signer {
  sign?(pod: Pod): SignFragments | null;
}

/**
 * A text that is equal for pods that every plugin treats alike: same verdict and same score on a node in the same
 * state. null when one of the plugins cannot sign this pod, or signs none at all.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/runtime/framework.go, SignPod
 */
export function signPod(plugins: readonly Signer[], pod: Pod): string | null {
  const parts = new Map<string, unknown>([['schedulerName', pod.schedulerName]]);
  for (const plugin of plugins) {
    const fragments = plugin.sign?.(pod) ?? null;
    if (fragments === null) return null;
    for (const [name, part] of Object.entries(fragments)) parts.set(name, part);
  }
  return JSON.stringify([...parts]);
}

/**
 * The fragments of the default plugins. Order within a pod does not matter where it changes nothing; what the real
 * signature leaves out is left out here: protocol and address of host ports, config maps and secrets. Volumes that no
 * rule looks at (`emptyDir`) are in the real one, and are not known here.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/kube-scheduler/framework/signers.go
 */
export const FRAGMENT = {
  /** Real requests; what silent containers count as in scores is no part of it. */
  resources(table: ResourceTable, { taskClass }: Pod): SignFragments {
    const real = table.names.flatMap((name, lane) =>
      name === NONZERO_CPU || name === NONZERO_MEMORY ? [] : [taskClass.requests[lane]!],
    );
    return { resources: [real, taskClass.gpu] };
  },
  tolerations({ tolerations }: Pod): SignFragments {
    const sorted = [...tolerations].sort(
      (a, b) => byText(a.key ?? '', b.key ?? '') || byText(a.value ?? '', b.value ?? ''),
    );
    return { tolerations: sorted };
  },
  hostPorts({ hostPorts }: Pod): SignFragments {
    return { hostPorts: [...new Set(hostPorts.map(({ port }) => port))].sort((a, b) => a - b) };
  },
  nodeSelection({ nodeSelector, nodeAffinity: { required, preferred } }: Pod): SignFragments {
    const weighted = preferred.map(({ weight, term }) => JSON.stringify([weight, signedTerm(term)]));
    return {
      nodeSelector: nodeSelector === null ? null : signedLabels(nodeSelector),
      nodeAffinity: [required?.map(signedTerm).sort() ?? null, weighted.sort()],
    };
  },
  volumes({ taskClass }: Pod): SignFragments {
    const spec = isObject(taskClass.native) ? objectAt(taskClass.native, 'spec') : {};
    const volumes: unknown[] = Array.isArray(spec['volumes']) ? spec['volumes'] : [];
    const sources = volumes
      .filter(isObject)
      .filter((volume) => volume['configMap'] === undefined && volume['secret'] === undefined)
      .map(({ name: _, ...source }) => JSON.stringify(source));
    return { volumes: sources.sort() };
  },
  images({ containerImages }: Pod): SignFragments {
    return { images: [...new Set(containerImages.map(({ name }) => name))].sort() };
  },
  /**
   * Labels alone, whatever the namespace. A neutral pod has its group as a label (chosen: the name of each single Job
   * that Kubernetes would add is not one).
   */
  labels({ object, taskClass }: Pod): SignFragments {
    return { labels: [signedLabels(taskClass.labels), object === null ? taskClass.groupId : null] };
  },
} as const;

function signedLabels(labels: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...labels].sort(([a], [b]) => byText(a, b));
}

function signedTerm({ labels, names }: NodeSelectorTerm): string {
  return JSON.stringify([labels.map(signedRequirement).sort(), names.map(signedRequirement).sort()]);
}

function signedRequirement({ key, operator, values }: Requirement): string {
  return JSON.stringify([key, operator, [...values].sort()]);
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
