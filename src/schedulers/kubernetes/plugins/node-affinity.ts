import type { Refusal } from '../../scheduler.ts';
import { type Plugin, type PreFilterOutcome, RUN, SKIP } from '../framework.ts';
import {
  matchesAnyTerm,
  matchesTerm,
  type NodeAffinity,
  type NodeAttributes,
  type NodeSelectorTerm,
} from '../node-selector.ts';
import type { Pod } from '../pod.ts';
import { FRAGMENT } from '../pod-signature.ts';
import { normaliseByMax } from '../scoring/normalise.ts';

const NAME = 'NodeAffinity';
const REFUSAL: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't match Pod's node affinity/selector"],
  resolvable: false,
};
const REFUSAL_ADDED: Refusal = {
  rule: NAME,
  reasons: ["node(s) didn't match scheduler-enforced node affinity"],
  resolvable: false,
};
const CONFLICT: PreFilterOutcome = {
  kind: 'refused',
  refusal: { rule: NAME, reasons: ['pod affinity terms conflict'], resolvable: false },
};

/**
 * NodeAffinity. Filter: the node must carry every label of the nodeSelector and match at least one required term, and
 * the same for the affinity that the profile adds to every pod. PreFilter: terms that all pin node names narrow the
 * search to those nodes. Score: the sum of the weights of matching preferred terms, scaled so that the largest is 100.
 * Source: kubernetes v1.36.2 pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
 */
export function nodeAffinity(added: NodeAffinity): Plugin {
  const outcomes: PreFilterOutcome[] = [];
  const prefers = ({ nodeAffinity: { preferred } }: Pod): boolean =>
    added.preferred.length + preferred.length > 0;
  return {
    name: NAME,
    sign: FRAGMENT.nodeSelection,
    concerns: (pod) =>
      pod.nodeSelector !== null || pod.nodeAffinity.required !== null || added.required !== null,
    preFilter(pod) {
      const { id } = pod.taskClass;
      outcomes[id] ??= preFilterOutcome(pod, added);
      return outcomes[id];
    },
    filter: {
      dependsOn: 'attributes',
      check(pod, node) {
        if (added.required !== null && !matchesAnyTerm(added.required, node)) return REFUSAL_ADDED;
        return matchesNodeSelection(pod, node) ? null : REFUSAL;
      },
    },
    preScore: (pod) => added.preferred.length + pod.nodeAffinity.preferred.length > 0,
    score: {
      dependsOn: 'attributes',
      raw(pod, node) {
        let score = 0;
        for (const { weight, term } of added.preferred) if (matchesTerm(term, node)) score += weight;
        for (const { weight, term } of pod.nodeAffinity.preferred)
          if (matchesTerm(term, node)) score += weight;
        return score;
      },
      normalise: (scores, _slots, count) => normaliseByMax(scores, count),
      concerns: prefers,
      alike: (pod) => !prefers(pod),
    },
  };
}

/** nodeSelector and required node affinity of the pod, which must both hold. */
export function matchesNodeSelection(pod: Pod, node: NodeAttributes): boolean {
  for (const [key, value] of pod.nodeSelector ?? []) if (node.label(key) !== value) return false;
  const { required } = pod.nodeAffinity;
  return required === null || matchesAnyTerm(required, node);
}

function preFilterOutcome(pod: Pod, added: NodeAffinity): PreFilterOutcome {
  const { required } = pod.nodeAffinity;
  if (required === null) return pod.nodeSelector === null && added.required === null ? SKIP : RUN;
  const names = new Set<string>();
  for (const term of required) {
    const pinned = pinnedNames(term);
    if (pinned === null) return RUN;
    for (const name of pinned) names.add(name);
  }
  if (required.length === 0) return RUN;
  return names.size === 0 ? CONFLICT : { kind: 'nodes', names };
}

/** The only node names that the term can match, null when it does not pin them. */
function pinnedNames(term: NodeSelectorTerm): readonly string[] | null {
  const pins = term.names.filter(({ operator }) => operator === 'In');
  if (pins.length === 0) return null;
  return pins[0]!.values.filter((name) => pins.every(({ values }) => values.includes(name)));
}
