import { LANE } from '../../model/resources.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { compare } from './instance-types.ts';
import type { KarpenterPod, PodDemand, PodSpec } from './pod-demand.ts';

/** Pods that follow each other in the queue and ask for the same: `pods[from]` to the one before `pods[to]`. */
export interface PodRun {
  readonly demand: PodDemand;
  /** Of these pods, and maybe some others. */
  readonly classes: ReadonlySet<TaskClass>;
  readonly pods: readonly KarpenterPod[];
  readonly from: number;
  readonly to: number;
}

type DemandOf = (spec: PodSpec) => PodDemand;

function inOrderOfSize(a: KarpenterPod, b: KarpenterPod): number {
  return (
    b.requests[LANE.cpu]! - a.requests[LANE.cpu]! ||
    b.requests[LANE.memory]! - a.requests[LANE.memory]! ||
    a.createdMs - b.createdMs ||
    compare(a.uid, b.uid)
  );
}

/** Pods in order of trial. */
export class SortedPods {
  readonly pods: readonly KarpenterPod[];
  readonly specs: ReadonlySet<PodSpec>;
  /** By class: the names of the nodes where they run, one for each pod. */
  readonly nodesOf: ReadonlyMap<TaskClass, readonly string[]>;
  readonly runs: readonly PodRun[];
  #uids: ReadonlySet<string> | null = null;

  constructor(pods: readonly KarpenterPod[], demandOf: DemandOf) {
    this.pods = [...pods].sort(inOrderOfSize);
    this.specs = new Set(pods.map(({ spec }) => spec));
    this.nodesOf = nodesByClass(pods);
    this.runs = runsOf(this.pods, demandOf);
  }

  get uids(): ReadonlySet<string> {
    this.#uids ??= new Set(this.pods.map(({ uid }) => uid));
    return this.#uids;
  }
}

function nodesByClass(pods: readonly KarpenterPod[]): Map<TaskClass, string[]> {
  const nodes = new Map<TaskClass, string[]>();
  for (const { nodeName, spec } of pods) {
    if (nodeName === null) continue;
    const known = nodes.get(spec.taskClass);
    if (known === undefined) nodes.set(spec.taskClass, [nodeName]);
    else known.push(nodeName);
  }
  return nodes;
}

function runsOf(pods: readonly KarpenterPod[], demandOf: DemandOf): PodRun[] {
  const runs: PodRun[] = [];
  let from = 0;
  let classes = new Set<TaskClass>();
  pods.forEach((pod, index) => {
    const demand = demandOf(pod.spec);
    classes.add(pod.spec.taskClass);
    const next = pods[index + 1];
    if (next !== undefined && leavesItsNode(next) === leavesItsNode(pod) && demandOf(next.spec) === demand)
      return;
    runs.push({ demand, classes, pods, from, to: index + 1 });
    from = index + 1;
    classes = new Set();
  });
  return runs;
}

/** Does the pod leave a node that would stay if it could not? */
export function leavesItsNode({ pending, fromDeletingNode }: KarpenterPod): boolean {
  return !pending && fromDeletingNode !== true;
}

/**
 * Pods in the order in which they are tried: the largest by CPU, then memory, first; the older first. A pod that found
 * nothing comes back at the end, until a round has brought no progress.
 * Source: karpenter v1.14.1 pkg/controllers/provisioning/scheduling/queue.go
 */
export class PodQueue {
  readonly #runs: PodRun[];
  /** The first run that is not used up, and how many of its pods are. */
  #head = 0;
  #used = 0;
  #length: number;
  /** Of pods that came back: how long the queue was then. */
  readonly #lastLength = new Map<KarpenterPod, number>();

  constructor(common: SortedPods, own: SortedPods) {
    this.#runs = merged(common, own);
    this.#length = common.pods.length + own.pods.length;
  }

  /** Pods that are alike, to be tried next; null when all are placed, or when nothing has changed since the first was last tried. */
  next(): PodRun | null {
    const run = this.#runs[this.#head];
    if (run === undefined) return null;
    const from = run.from + this.#used;
    return this.#lastLength.get(run.pods[from]!) === this.#length ? null : { ...run, from };
  }

  /** The first so many of these are done with. */
  take(count: number): void {
    const { from, to } = this.#runs[this.#head]!;
    this.#length -= count;
    this.#used += count;
    if (this.#used < to - from) return;
    this.#head += 1;
    this.#used = 0;
  }

  /** Comes back at the end. */
  push(pod: KarpenterPod, demand: PodDemand): void {
    const classes = new Set([pod.spec.taskClass]);
    this.#runs.push({ demand, classes, pods: [pod], from: 0, to: 1 });
    this.#length += 1;
    this.#lastLength.set(pod, this.#length);
  }
}

/** Runs of both in one order of trial. */
function merged(common: SortedPods, own: SortedPods): PodRun[] {
  const runs: PodRun[] = [];
  let done = 0;
  let at = 0;
  const upTo = (end: number) => {
    while (done < end) {
      const run = common.runs[at]!;
      const to = Math.min(run.to, end);
      runs.push({ ...run, from: done, to });
      done = to;
      if (to === run.to) at += 1;
    }
  };
  for (const run of own.runs) {
    const { pods, from, to } = run;
    let begun = from;
    upTo(placeIn(common.pods, pods[from]!));
    for (let index = from + 1; index < to; index++) {
      const place = placeIn(common.pods, pods[index]!);
      if (place === done) continue;
      runs.push({ ...run, from: begun, to: index });
      begun = index;
      upTo(place);
    }
    runs.push({ ...run, from: begun });
  }
  upTo(common.pods.length);
  return runs;
}

/** How many of the sorted pods come before this one. */
function placeIn(pods: readonly KarpenterPod[], pod: KarpenterPod): number {
  let low = 0;
  let high = pods.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inOrderOfSize(pods[middle]!, pod) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
