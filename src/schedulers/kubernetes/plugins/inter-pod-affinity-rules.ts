import type { PodWeight } from '../framework.ts';
import type { Pod } from '../pod.ts';
import { type Namespaces, type PodTerm, selectsExisting, selectsIncoming } from '../pod-affinity.ts';

export interface InterPodAffinityArgs {
  /** What a required affinity term of a pod that is there adds to the score of its domain. 0..100. */
  readonly hardPodAffinityWeight: number;
  /** Pods without preferred terms of their own are not scored at all. */
  readonly ignorePreferredTermsOfExistingPods: boolean;
}

export const DEFAULT_INTER_POD_AFFINITY: InterPodAffinityArgs = {
  hardPodAffinityWeight: 1,
  ignorePreferredTermsOfExistingPods: false,
};

interface ScoredTerm extends PodTerm {
  /** Negative for anti-affinity. */
  readonly weight: number;
}

/**
 * What an incoming pod and a pod that is there mean to each other, by the terms of both. Everything here depends on
 * the two classes alone.
 */
export class PairRules {
  readonly #args: InterPodAffinityArgs;
  readonly #namespaces: Namespaces;

  constructor(args: InterPodAffinityArgs, namespaces: Namespaces) {
    this.#args = args;
    this.#namespaces = namespaces;
  }

  /** Do all these terms of an incoming pod select the pod? */
  selectsAll(terms: readonly PodTerm[], { taskClass }: Pod): boolean {
    return terms.every((term) => selectsExisting(term, taskClass, this.#namespaces));
  }

  /** Counts pods that all these terms of an incoming pod select. */
  selected(terms: readonly PodTerm[]): PodWeight {
    return {
      key: JSON.stringify(['selected', terms.map(({ pods }) => pods)]),
      of: (pod) => (this.selectsAll(terms, pod) ? 1 : null),
    };
  }

  /** Required anti-affinity terms of the pod that is there which select the incoming one. */
  hostileTerms(existing: Pod, incoming: Pod): readonly PodTerm[] {
    const { required } = existing.podAntiAffinity;
    return required.filter((term) => selectsIncoming(term, incoming.taskClass, this.#namespaces));
  }

  /** Counts hostile terms about one topology key. */
  hostilityTo(incoming: Pod, topologyKey: string): PodWeight {
    return {
      key: JSON.stringify(['hostile', topologyKey, identity(incoming)]),
      of: (existing) => {
        const terms = this.hostileTerms(existing, incoming).filter(
          (term) => term.topologyKey === topologyKey,
        );
        return terms.length === 0 ? null : terms.length;
      },
    };
  }

  /** Terms of the pod that is there which score for the incoming one. */
  scoredTerms(existing: Pod, incoming: Pod): readonly ScoredTerm[] {
    if (this.#args.ignorePreferredTermsOfExistingPods && preferences(incoming).length === 0) return [];
    const { hardPodAffinityWeight: weight } = this.#args;
    const required = weight > 0 ? existing.podAffinity.required.map((term) => ({ ...term, weight })) : [];
    return [...required, ...preferences(existing)].filter((term) =>
      selectsIncoming(term, incoming.taskClass, this.#namespaces),
    );
  }

  /** Sums the weights of all terms about one topology key, of either side, that select the other side. */
  scoreOf(incoming: Pod, topologyKey: string): PodWeight {
    const own = preferences(incoming).filter((term) => term.topologyKey === topologyKey);
    return {
      key: JSON.stringify(['score', topologyKey, identity(incoming), own]),
      of: (existing) => {
        const terms = [
          ...own.filter((term) => selectsExisting(term, existing.taskClass, this.#namespaces)),
          ...this.scoredTerms(existing, incoming).filter((term) => term.topologyKey === topologyKey),
        ];
        return terms.length === 0 ? null : terms.reduce((sum, { weight }) => sum + weight, 0);
      },
    };
  }
}

function preferences({ podAffinity, podAntiAffinity }: Pod): readonly ScoredTerm[] {
  const against = podAntiAffinity.preferred.map((term) => ({ ...term, weight: -term.weight }));
  return [...podAffinity.preferred, ...against];
}

/** All that terms of other pods can look at. */
function identity({ taskClass }: Pod): unknown {
  return [taskClass.groupId, taskClass.namespace, [...taskClass.labels]];
}
