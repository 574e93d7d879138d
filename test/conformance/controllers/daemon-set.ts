import {
  type DaemonPod,
  daemonEligibility,
  syncDaemonSet,
} from '../../../src/controllers/kubernetes/daemon-set.ts';
import { daemonTolerations } from '../../../src/schedulers/kubernetes/daemon-tolerations.ts';
import { isAvailable, isReady } from '../../../src/controllers/kubernetes/pod-state.ts';
import type { Taint, Toleration } from '../../../src/model/task-class.ts';
import { matchesAnyTerm, readNodeAffinity } from '../../../src/schedulers/kubernetes/node-selector.ts';
import { Reader } from '../../../src/schedulers/kubernetes/reader.ts';
import { ms, names, type ObjectMeta, type PodObject, podState } from './objects.ts';

interface NodeObject {
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly taints?: readonly Taint[] };
}

interface DaemonSetObject {
  readonly spec: {
    readonly minReadySeconds?: number;
    readonly updateStrategy?: {
      readonly type: 'RollingUpdate' | 'OnDelete';
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
    };
    readonly template: {
      readonly spec: {
        readonly hostNetwork?: boolean;
        readonly nodeName?: string;
        readonly nodeSelector?: Readonly<Record<string, string>>;
        readonly affinity?: { readonly nodeAffinity?: unknown };
        readonly tolerations?: readonly Toleration[];
      };
    };
  };
}

interface Input {
  readonly daemonSet: DaemonSetObject;
  readonly nodes?: readonly NodeObject[];
  readonly steps?: readonly {
    readonly at: string;
    readonly image: string;
    readonly nodes?: readonly NodeObject[];
    readonly pods: readonly (PodObject & { readonly image: string; readonly targetNode: string })[];
  }[];
}

export function playDaemonSet({ daemonSet, nodes = [], steps }: Input): unknown {
  if (steps === undefined) {
    return Object.fromEntries(
      nodes.map((node) => {
        const { mayRun, mayStay } = eligibility(daemonSet, node);
        return [node.metadata.name, { run: mayRun, keep: mayStay }];
      }),
    );
  }
  let present = nodes;
  const { minReadySeconds = 0, updateStrategy } = daemonSet.spec;
  const { maxUnavailable = 1, maxSurge = 0 } = updateStrategy?.rollingUpdate ?? {};
  const deleted = new Set<string>();
  return steps.map((step) => {
    present = step.nodes ?? present;
    const pods = step.pods.map((pod) => ({
      ...podState(pod),
      targetNode: pod.targetNode,
      updated: pod.image === step.image,
    }));
    const { createOn, remove, ...counts } = syncDaemonSet(
      {
        nodes: present.map((node) => ({ name: node.metadata.name, ...eligibility(daemonSet, node) })),
        pods,
        minReadySeconds,
        rollingUpdate: updateStrategy?.type === 'OnDelete' ? null : { maxUnavailable, maxSurge },
      },
      ms(step.at),
    );
    const standing = (pod: DaemonPod) =>
      [pod.updated, pod.phase, isReady(pod), isAvailable(pod, minReadySeconds, ms(step.at))].join();
    // The controller waits until the pods that it deleted are gone.
    if (pods.some(({ name }) => deleted.has(name))) return { createOn: [], delete: [], ...counts };
    const removed = firstOfEqual(remove, pods, standing);
    for (const name of removed) deleted.add(name);
    return { createOn: [...createOn].sort(), delete: removed, ...counts };
  });
}

/** As recorded: of pods of equal standing, any of which may have been deleted, the first by name are listed. */
function firstOfEqual(
  removed: readonly DaemonPod[],
  pods: readonly DaemonPod[],
  standing: (pod: DaemonPod) => string,
): string[] {
  const groups = new Set(removed.map(standing));
  return [...groups]
    .flatMap((group) => {
      const count = removed.filter((pod) => standing(pod) === group).length;
      return names(pods.filter((pod) => !pod.terminating && standing(pod) === group)).slice(0, count);
    })
    .sort();
}

function eligibility(daemonSet: DaemonSetObject, { metadata, spec }: NodeObject): ReturnType<typeof daemonEligibility> {
  const template = daemonSet.spec.template.spec;
  const { nodeName = '', nodeSelector, affinity, hostNetwork = false, tolerations = [] } = template;
  const taints = (spec?.taints ?? []).map((taint) => ({ ...taint, value: taint.value ?? '' }));
  const { required } = readNodeAffinity(new Reader(), affinity?.nodeAffinity, []);
  const label = (key: string) => metadata.labels?.[key];
  const node = { name: metadata.name, label, taints, unschedulable: false };
  const matches =
    (nodeName === '' || nodeName === metadata.name) &&
    Object.entries(nodeSelector ?? {}).every(([key, value]) => label(key) === value) &&
    (required === null || matchesAnyTerm(required, node));
  return daemonEligibility(matches, taints, [...tolerations, ...daemonTolerations(hostNetwork)]);
}
