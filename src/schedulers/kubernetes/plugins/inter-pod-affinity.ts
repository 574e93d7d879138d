import type { Refusal } from '../../scheduler.ts';
import { type Plugin, type PodCounter, RUN, SKIP } from '../framework.ts';

const NAME = 'InterPodAffinity';
const REFUSAL: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't match pod anti-affinity rules"],
  resolvable: true,
};

/**
 * InterPodAffinity, as far as the neutral wish for distinct instances needs it: required anti-affinity of a group
 * against itself on kubernetes.io/hostname. That label is unique to a node, so the domain is the node. A required
 * anti-affinity adds nothing to scores. Terms of native pods are refused when they are read.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
 */
export function interPodAffinity(): Plugin {
  const counters: PodCounter[] = [];
  return {
    name: NAME,
    preFilter: (pod) => (pod.distinctNode ? RUN : SKIP),
    filter: {
      dependsOn: 'cluster',
      check(pod, slot, cluster) {
        const { groupId } = pod.taskClass;
        counters[groupId] ??= cluster.counter({ kind: 'group', groupId });
        return counters[groupId].on(slot) > 0 ? REFUSAL : null;
      },
    },
    preScore: () => false,
    score: { dependsOn: 'cluster', raw: () => {} },
  };
}
