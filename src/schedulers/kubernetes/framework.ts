import type { ClusterView } from '../../model/cluster-view.ts';
import type { Refusal } from '../scheduler.ts';
import type { DomainGates } from './domain-gates.ts';
import type { NodeAmounts } from './node-rows.ts';
import type { NodeAttributes } from './node-selector.ts';
import type { Pod } from './pod.ts';
import type { SignFragments } from './pod-signature.ts';

/**
 * Contracts of kube-scheduler's plugins, by phase of the scheduling cycle. A plugin implements the phases it takes part in;
 * a refusal is a value. Where kube-scheduler runs every rule on every node for every pod, each rule here says what its
 * result depends on, so that the cycle can keep results until that changes:
 *
 * - `attributes`: the pod's class, and name, labels, taints and cordon of the node;
 * - `tasks`: those, what the node offers, and what its pods take;
 * - `cluster`: anything. Asked anew in each cycle.
 *
 * `check` null means that the node passes. A refusal with `resolvable` is kube-scheduler's Unschedulable, without it
 * UnschedulableAndUnresolvable. Refusals and outcomes that a decision may meet are made once, never per node. Where
 * the score depends on less than the cluster, `preScore` looks at the pod alone.
 * Source of the phases: kubernetes v1.36.2 staging/src/k8s.io/kube-scheduler/framework/interface.go
 */
export interface Plugin {
  /** As Kubernetes spells it. */
  readonly name: string;
  /**
   * What filter and score look at of the pod, beside the node. null: at more than that. A plugin without it keeps every
   * pod of its profile from being signed.
   */
  sign?(pod: Pod): SignFragments | null;
  /** False: PreFilter says Skip to such a pod whatever the cluster holds. Absent: nobody knows. */
  concerns?(pod: Pod): boolean;
  /** Before the nodes are looked at; the state it prepares lasts for the cycle. */
  preFilter?(pod: Pod, cluster: Cluster): PreFilterOutcome;
  readonly filter?: FilterRule;
  /** Before scoring, with the feasible nodes; false leaves the plugin out of this cycle's scores. */
  preScore?(pod: Pod, cluster: Cluster, feasible: Int32Array, count: number): boolean;
  readonly score?: ScoreRule;
}

export type PreFilterOutcome =
  | { readonly kind: 'run' }
  /** The plugin's filter has nothing to refuse in this cycle. */
  | { readonly kind: 'skip' }
  /** Only nodes with these names come into question. */
  | { readonly kind: 'nodes'; readonly names: ReadonlySet<string> }
  /** No node at all: unresolvable. */
  | { readonly kind: 'refused'; readonly refusal: Refusal };

export const RUN: PreFilterOutcome = { kind: 'run' };
export const SKIP: PreFilterOutcome = { kind: 'skip' };

export type FilterRule =
  | { readonly dependsOn: 'attributes'; check(pod: Pod, node: NodeAttributes): Refusal | null }
  | {
      readonly dependsOn: 'tasks';
      /** False: such a pod passes on every node. Absent: nobody knows. */
      concerns?(pod: Pod): boolean;
      /** True: of a node, it looks for such a pod at nothing but what `NodeStates` tell apart. Absent: nobody knows. */
      looksAtAmountsAlone?(pod: Pod): boolean;
      passes(pod: Pod, slot: number, cluster: Cluster): boolean;
      /** The same for many nodes: those that pass come first among the `count` slots; returns how many they are. */
      keepPassing?(pod: Pod, slots: Int32Array, count: number, cluster: ClusterInRows): number;
      /** Why the node did not pass; asked for explanations only. */
      refusal(pod: Pod, slot: number, cluster: Cluster): Refusal;
    }
  | {
      readonly dependsOn: 'cluster';
      check(pod: Pod, slot: number, cluster: Cluster): Refusal | null;
      /**
       * The same question as conditions on the domains of a cluster that has columns: a decision then asks no node
       * after the other. Absent: `check` alone can tell.
       */
      gates?(gates: DomainGates): void;
    };

/** Turns raw scores into 0..100 in place: `scores[i]` belongs to the node `slots[i]`, for i < `count`. */
export type Normalise = (scores: Float64Array, slots: Int32Array, count: number) => void;

export type ScoreRule =
  | {
      readonly dependsOn: 'attributes';
      raw(pod: Pod, node: NodeAttributes): number;
      readonly normalise: Normalise;
      /** True when all nodes of the cluster have the same raw score: then a decision need not ask. */
      alike(pod: Pod, cluster: Cluster): boolean;
    }
  | {
      readonly dependsOn: 'tasks';
      /** As that of a filter. */
      looksAtAmountsAlone?(pod: Pod): boolean;
      raw(pod: Pod, slot: number, cluster: Cluster): number;
      /** The same for many nodes: fills `scores` like `Normalise` reads them. */
      rawAll?(pod: Pod, slots: Int32Array, count: number, cluster: ClusterInRows, scores: Float64Array): void;
    }
  | {
      readonly dependsOn: 'cluster';
      /** Fills `scores` like `Normalise` reads them. */
      raw(pod: Pod, cluster: Cluster, slots: Int32Array, count: number, scores: Float64Array): void;
      readonly normalise?: Normalise;
      /** True when all nodes of the cluster get the same score; asked before `preScore`. Absent: nobody knows. */
      alike?(pod: Pod, cluster: Cluster): boolean;
    };

/** Full marks of one score, before weights. */
export const MAX_NODE_SCORE = 100;

/** The cluster as plugins see it: the snapshot of one cycle, and counts over its pods. */
export interface Cluster {
  readonly view: ClusterView;
  /** Slots of all nodes in kube-scheduler's order, the first `nodeCount` entries. */
  readonly nodes: Int32Array;
  readonly nodeCount: number;
  /** Nodes with a PreferNoSchedule taint. */
  readonly nodesToAvoid: number;
  attributes(slot: number): NodeAttributes;
  /** Nodes that have the image; instances that are no nodes yet do not count. */
  nodesWithImage(imageId: number): number;
  /** One pod of each class with terms of affinity or anti-affinity between pods; the list only grows. */
  readonly podsWithTerms: readonly Pod[];
  /** Every pod on the node. Counted anew each time: for rules that no count can serve. */
  podsOn(slot: number): readonly Pod[];
  /** Counts pods node by node. */
  counter(weight: PodWeight): PodCounter;
  domains(query: DomainQuery): DomainCounts;
}

/** A cluster for rules that go through many nodes. */
export interface ClusterInRows extends Cluster {
  readonly rows: NodeAmounts;
}

/** What each pod adds to a count: a whole number, or null for pods that are not counted at all. */
export interface PodWeight {
  /** Equal keys, equal weights. */
  readonly key: string;
  of(pod: Pod): number | null;
  /** What a pod adds that comes, or takes away that goes, while preemption tries it out. Absent: as `of`. */
  moved?(pod: Pod): number | null;
}

export interface PodCounter {
  on(slot: number): number;
  /** `on` by slot, of a cluster that keeps columns. Good until the cluster changes. */
  readonly column?: Int32Array;
}

/** Groups nodes by the value of a label, and counts pods per group. */
export interface DomainQuery {
  readonly topologyKey: string;
  readonly weight: PodWeight;
  /** Pods of a node count only if it has all these labels ... */
  readonly requiredKeys: readonly string[];
  /** ... and this accepts it. `policyKey` names the predicate: equal keys, equal answers. */
  readonly policyKey: string;
  accepts(node: NodeAttributes): boolean;
}

export interface DomainCounts {
  /** Domains are numbered below this; some numbers may be unused. */
  readonly size: number;
  /** The node's domain, -1 when it lacks the label. */
  of(slot: number): number;
  /** Does some node of it count? */
  exists(domain: number): boolean;
  /** Sum of the weights of pods on the nodes that count. */
  total(domain: number): number;
  /** Number of pods, whatever their weight, behind the totals of all domains. */
  readonly pods: number;
  /** Of a cluster that keeps columns. */
  readonly columns?: DomainColumns;
}

/** What `DomainCounts` tells, for loops over many nodes. Good until the cluster changes. */
export interface DomainColumns {
  /** By slot: the node's domain, -1 when it lacks the label. */
  readonly domainOf: Int32Array;
  /** By domain. */
  readonly totals: Int32Array;
  /** Nodes that lack the label. */
  readonly unlabelled: number;
  /** Domains of which some node counts. */
  readonly existing: number;
  /** The smallest total of those; Infinity when there are none. */
  readonly fewest: number;
}
