import type { Taint, Toleration } from '../../model/task-class.ts';
import { isTolerated } from '../../model/toleration.ts';
import { type IntOrPercent, scaledValue } from './int-or-percent.ts';
import { isAvailable, isReady, type PodState } from './pod-state.ts';

/** A pod of a DaemonSet. `nodeName` is where it runs, `targetNode` the node that it was made for. */
export interface DaemonPod extends PodState {
  readonly targetNode: string;
  /** Made from the template as it is now? */
  readonly updated: boolean;
}

export interface DaemonNode {
  readonly name: string;
  readonly mayRun: boolean;
  readonly mayStay: boolean;
}

export interface DaemonSetState {
  readonly nodes: readonly DaemonNode[];
  readonly pods: readonly DaemonPod[];
  readonly minReadySeconds: number;
  /** null: OnDelete. */
  readonly rollingUpdate: { readonly maxUnavailable: IntOrPercent; readonly maxSurge: IntOrPercent } | null;
  /** Is a failed pod still in its back-off? Then it is left where it is. */
  readonly backsOff?: (pod: DaemonPod) => boolean;
}

export interface DaemonSetSync {
  /** Nodes that get a pod. */
  readonly createOn: readonly string[];
  readonly remove: readonly DaemonPod[];
  readonly desired: number;
  /** Nodes that have a pod and should have none. */
  readonly misscheduled: number;
}

/**
 * May a node run a pod of the set, and may one that runs there stay? A taint that says NoSchedule keeps new ones away
 * only. `matches`: the node has the name that the template may ask for, and fits its selector and required affinity.
 * Source: kubernetes v1.36.2 pkg/controller/daemon/daemon_controller.go, NodeShouldRunDaemonPod.
 */
export function daemonEligibility(
  matches: boolean,
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): { readonly mayRun: boolean; readonly mayStay: boolean } {
  if (!matches) return { mayRun: false, mayStay: false };
  const untolerated = taints.filter((taint) => !isTolerated(taint, tolerations));
  return {
    mayRun: untolerated.every(({ effect }) => effect === 'PreferNoSchedule'),
    mayStay: untolerated.every(({ effect }) => effect !== 'NoExecute'),
  };
}

/**
 * One sync of the DaemonSet controller: one pod on every node that may run one, and, when nothing of that is left to
 * do, the next step of a rolling update. The caller lets it run again only when it has seen the effect of the last: the
 * pods created are there, those deleted are gone.
 * Source: kubernetes v1.36.2 pkg/controller/daemon/daemon_controller.go (manage), update.go (rollingUpdate).
 */
export function syncDaemonSet(state: DaemonSetState, nowMs: number): DaemonSetSync {
  const byNode = new Map<string, DaemonPod[]>();
  for (const pod of state.pods) {
    if (pod.terminating && (pod.phase === 'Succeeded' || pod.phase === 'Failed')) continue;
    const pods = byNode.get(pod.targetNode);
    if (pods === undefined) byNode.set(pod.targetNode, [pod]);
    else pods.push(pod);
  }
  const createOn: string[] = [];
  const remove: DaemonPod[] = [];
  let desired = 0;
  let misscheduled = 0;
  for (const { name, mayRun, mayStay } of state.nodes) {
    const pods = byNode.get(name) ?? [];
    if (mayRun) desired += 1;
    else if (pods.length > 0) misscheduled += 1;
    if (mayRun && pods.length === 0) createOn.push(name);
    else if (mayStay) remove.push(...superfluous(pods, state, nowMs));
    else remove.push(...pods.filter(({ terminating }) => !terminating));
  }
  const known = new Set(state.nodes.map(({ name }) => name));
  for (const [name, pods] of byNode) {
    if (!known.has(name)) remove.push(...pods.filter((pod) => pod.nodeName === '' && !pod.terminating));
  }
  const counts = { desired, misscheduled };
  if (createOn.length + remove.length > 0 || state.rollingUpdate === null)
    return { createOn, remove, ...counts };
  for (const { name, mayRun } of state.nodes) if (mayRun && !byNode.has(name)) byNode.set(name, []);
  return { ...nextStep(state, byNode, desired, nowMs), ...counts };
}

/** Pods of one node that have to go: failed, finished, or more than the one (with a surge: than old and new). */
function superfluous(pods: readonly DaemonPod[], state: DaemonSetState, nowMs: number): DaemonPod[] {
  const remove: DaemonPod[] = [];
  const running: DaemonPod[] = [];
  for (const pod of pods) {
    if (pod.terminating) continue;
    if (pod.phase === 'Succeeded') remove.push(pod);
    else if (pod.phase !== 'Failed') running.push(pod);
    else if (!state.backsOff?.(pod)) remove.push(pod);
  }
  if (running.length < 2) return remove;
  running.sort(byPlacementAndAge);
  if (state.rollingUpdate === null || surgeOf(state.rollingUpdate, state.nodes.length) === 0) {
    return [...remove, ...running.slice(1)];
  }
  const newest = running.find(({ updated }) => updated);
  const oldest = running.find(({ updated }) => !updated);
  remove.push(...running.filter((pod) => pod !== newest && pod !== oldest));
  if (newest !== undefined && oldest !== undefined) {
    if (!isReady(oldest) || isAvailable(newest, state.minReadySeconds, nowMs)) remove.push(oldest);
  }
  return remove;
}

function byPlacementAndAge(a: DaemonPod, b: DaemonPod): number {
  const placed = Number(a.nodeName === '') - Number(b.nodeName === '');
  if (placed !== 0) return placed;
  if (a.createdMs !== b.createdMs) return a.createdMs - b.createdMs;
  return a.name < b.name ? -1 : 1;
}

type RollingUpdate = NonNullable<DaemonSetState['rollingUpdate']>;

function surgeOf({ maxSurge }: RollingUpdate, desired: number): number {
  return scaledValue(maxSurge, desired, 'up');
}

function unavailableOf(rollingUpdate: RollingUpdate, desired: number): number {
  const count = scaledValue(rollingUpdate.maxUnavailable, desired, 'up');
  return count === 0 && surgeOf(rollingUpdate, desired) === 0 ? 1 : count;
}

type Step = Pick<DaemonSetSync, 'createOn' | 'remove'>;

/** Which nodes take the next step is up to the order of a map in the real controller; here it is the order by name. */
function nextStep(
  state: DaemonSetState,
  byNode: ReadonlyMap<string, readonly DaemonPod[]>,
  desired: number,
  nowMs: number,
): Step {
  const rollingUpdate = state.rollingUpdate!;
  const nodes = [...byNode.keys()].sort().map((name) => ({ name, pair: newAndOld(byNode.get(name)!) }));
  const available = (pod: DaemonPod) => isAvailable(pod, state.minReadySeconds, nowMs);
  const maxSurge = surgeOf(rollingUpdate, desired);
  if (maxSurge > 0) return surge(nodes, maxSurge, available, state.nodes);
  return replace(nodes, unavailableOf(rollingUpdate, desired), available);
}

interface NodePair {
  readonly name: string;
  /** null: more than one of either kind, which the next sync mends. */
  readonly pair: { readonly fresh: DaemonPod | null; readonly old: DaemonPod | null } | null;
}

function newAndOld(pods: readonly DaemonPod[]): NodePair['pair'] {
  const staying = pods.filter(({ terminating }) => !terminating);
  const fresh = staying.filter(({ updated }) => updated);
  const old = staying.filter(({ updated }) => !updated);
  if (fresh.length > 1 || old.length > 1) return null;
  return { fresh: fresh[0] ?? null, old: old[0] ?? null };
}

/** Old pods go first, as many as may be missing; those that are not available in any case. */
function replace(
  nodes: readonly NodePair[],
  maxUnavailable: number,
  available: (pod: DaemonPod) => boolean,
): Step {
  let unavailable = 0;
  const broken: DaemonPod[] = [];
  const candidates: DaemonPod[] = [];
  for (const { pair } of nodes) {
    if (pair === null || (pair.fresh === null) === (pair.old === null)) unavailable += 1;
    else if (pair.fresh !== null) unavailable += available(pair.fresh) ? 0 : 1;
    else if (available(pair.old!)) candidates.push(pair.old!);
    else {
      broken.push(pair.old!);
      unavailable += 1;
    }
  }
  const free = Math.max(maxUnavailable - unavailable, 0);
  return { createOn: [], remove: [...broken, ...candidates.slice(0, free)] };
}

/** New pods come first, beside the old; an old one goes when the new one on its node is available. */
function surge(
  nodes: readonly NodePair[],
  maxSurge: number,
  available: (pod: DaemonPod) => boolean,
  eligible: readonly DaemonNode[],
): Step {
  const mayRun = new Set(eligible.filter((node) => node.mayRun).map(({ name }) => name));
  let surged = 0;
  const allowed: string[] = [];
  const candidates: string[] = [];
  const remove: DaemonPod[] = [];
  for (const { name, pair } of nodes) {
    if (pair === null) surged += 1;
    else if (pair.old === null) continue;
    else if (pair.fresh !== null) {
      if (available(pair.fresh)) remove.push(pair.old);
      else surged += 1;
    } else if (!mayRun.has(name)) {
      if (!available(pair.old)) remove.push(pair.old);
    } else if (available(pair.old)) candidates.push(name);
    else allowed.push(name);
  }
  const free = Math.max(maxSurge - surged, 0);
  return { createOn: [...allowed, ...candidates.slice(0, free)], remove };
}
