/** Samples of one metric, by pod. `value` in thousandths. */
export interface PodSample {
  readonly value: number;
  readonly takenMs: number;
  readonly windowMs: number;
}

/** A pod of the scale target, or several that are alike in all that is written here, and in their sample. */
export interface ScaledPod {
  readonly name: string;
  /** Default 1. */
  readonly count?: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly terminating: boolean;
  readonly startedMs: number | null;
  /** The Ready condition, and when it last changed. */
  readonly ready: { readonly status: 'True' | 'False' | 'Unknown'; readonly sinceMs: number } | null;
}

/** How far a ratio of usage to target may be from one before anything is done. */
export interface Tolerance {
  readonly up: number;
  readonly down: number;
}

/** What a metric asks for, and what it measured (thousandths; a utilisation in percent). */
export interface Proposal {
  readonly replicas: number;
  readonly average: number;
  readonly utilisation?: number;
}

/** A pod's CPU does not count until it has been up this long, unless it became ready earlier. */
export const CPU_INITIALISATION_MS = 5 * 60_000;
/** Not ready since less than this after its start: it never was. */
const INITIAL_READINESS_MS = 30_000;

/** Is the ratio so near to one that nothing is done? The limits themselves are. */
export function isWithin({ up, down }: Tolerance, ratio: number): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

interface Groups {
  readonly readyCount: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
  /** Of pods that count. */
  readonly used: Map<string, number>;
  /** How many pods a name stands for. */
  readonly countOf: (name: string) => number;
}

/** Source: kubernetes v1.36.2 pkg/controller/podautoscaler/replica_calculator.go, groupPods. */
function groupPods(
  pods: readonly ScaledPod[],
  samples: ReadonlyMap<string, PodSample>,
  isCpu: boolean,
  nowMs: number,
): Groups {
  const used = new Map([...samples].map(([name, { value }]) => [name, value]));
  const counts = new Map(pods.map(({ name, count }) => [name, count ?? 1]));
  const unready: string[] = [];
  const missing: string[] = [];
  let readyCount = 0;
  for (const pod of pods) {
    const sample = samples.get(pod.name);
    if (pod.terminating || pod.phase === 'Failed') {
      used.delete(pod.name);
    } else if (pod.phase === 'Pending' || (isCpu && sample !== undefined && isStarting(pod, sample, nowMs))) {
      unready.push(pod.name);
      used.delete(pod.name);
    } else if (sample === undefined) {
      missing.push(pod.name);
    } else {
      readyCount += pod.count ?? 1;
    }
  }
  return { readyCount, unready, missing, used, countOf: (name) => counts.get(name) ?? 1 };
}

/** Does the pod's CPU not count yet? */
function isStarting({ ready, startedMs }: ScaledPod, sample: PodSample, nowMs: number): boolean {
  if (ready === null || startedMs === null) return true;
  const isUnready = ready.status === 'False';
  if (startedMs + CPU_INITIALISATION_MS > nowMs) {
    return isUnready || sample.takenMs < ready.sinceMs + sample.windowMs;
  }
  return isUnready && startedMs + INITIAL_READINESS_MS > ready.sinceMs;
}

export interface PodMetric {
  readonly pods: readonly ScaledPod[];
  readonly samples: ReadonlyMap<string, PodSample>;
  readonly isCpu: boolean;
  readonly current: number;
  readonly tolerance: Tolerance;
  readonly nowMs: number;
}

/**
 * Replicas for a target utilisation, in percent of the requests (thousandths; null: some container has none). null:
 * the metric fails.
 * Source: kubernetes v1.36.2 pkg/controller/podautoscaler/replica_calculator.go, GetResourceReplicas.
 */
export function replicasForUtilisation(
  metric: PodMetric,
  requests: ReadonlyMap<string, number> | null,
  target: number,
): Proposal | null {
  if (requests === null) return null;
  const measure = ({ used, countOf }: Groups): Measure | null => {
    const known = [...used].filter(([name]) => requests.has(name));
    const total = sumOf(known, ([name, value]) => BigInt(value) * BigInt(countOf(name)));
    const requested = sumOf(known, ([name]) => BigInt(requests.get(name)!) * BigInt(countOf(name)));
    if (requested === 0n) return null;
    const utilisation = Number((total * 100n) / requested);
    const count = sumOf(known, ([name]) => BigInt(countOf(name)));
    return { ratio: utilisation / target, average: Number(total / count), utilisation };
  };
  const missingValue = (name: string) => Math.trunc((requests.get(name)! * Math.max(100, target)) / 100);
  return replicasFor(metric, measure, missingValue);
}

/** Replicas for a target average per pod, in thousandths. null: the metric fails. */
export function replicasForAverage(metric: PodMetric, target: number): Proposal | null {
  const measure = ({ used, countOf }: Groups): Measure => {
    const total = sumOf([...used], ([name, value]) => BigInt(value) * BigInt(countOf(name)));
    const count = sumOf([...used.keys()], (name) => BigInt(countOf(name)));
    const average = Number(total / count);
    return { ratio: average / target, average };
  };
  return replicasFor(metric, measure, () => target);
}

function sumOf<T>(items: readonly T[], amount: (item: T) => bigint): bigint {
  return items.reduce((sum, item) => sum + amount(item), 0n);
}

interface Measure extends Omit<Proposal, 'replicas'> {
  readonly ratio: number;
}

/**
 * Pods without a sample count as idle on the way up, and as busy as the target asks on the way down; those that are
 * just starting count as idle on the way up. When that turns the direction round, nothing is done.
 */
function replicasFor(
  { pods, samples, isCpu, current, tolerance, nowMs }: PodMetric,
  measure: (groups: Groups) => Measure | null,
  missingValue: (name: string) => number,
): Proposal | null {
  if (pods.length === 0) return null;
  const groups = groupPods(pods, samples, isCpu, nowMs);
  const { readyCount, unready, missing, used, countOf } = groups;
  const first = used.size === 0 ? null : measure(groups);
  if (first === null) return null;
  const { ratio, ...measured } = first;
  const propose = (replicas: number): Proposal => ({ replicas, ...measured });
  const startsCount = unready.length > 0 && ratio > 1;
  if (!startsCount && missing.length === 0) {
    return propose(isWithin(tolerance, ratio) ? current : Math.ceil(ratio * readyCount));
  }
  if (ratio !== 1 || measured.utilisation === undefined) {
    for (const name of missing) used.set(name, ratio < 1 ? missingValue(name) : 0);
  }
  if (startsCount) for (const name of unready) used.set(name, 0);
  const second = measure(groups)!.ratio;
  const turned = (ratio < 1 && second > 1) || (ratio > 1 && second < 1);
  if (isWithin(tolerance, second) || turned) return propose(current);
  const replicas = Math.ceil(second * [...used.keys()].reduce((sum, name) => sum + countOf(name), 0));
  const wrongWay = (second < 1 && replicas > current) || (second > 1 && replicas < current);
  return propose(wrongWay ? current : replicas);
}

/**
 * Replicas for a value that is not of single pods: an object's, or an external one; all in thousandths. null: there
 * is no pod to count.
 */
export function replicasForValue(
  usage: number,
  target: number,
  current: number,
  pods: readonly ScaledPod[],
  tolerance: Tolerance,
): Proposal | null {
  const ratio = usage / target;
  if (current === 0) return { replicas: Math.ceil(ratio), average: usage };
  if (isWithin(tolerance, ratio)) return { replicas: current, average: usage };
  if (pods.length === 0) return null;
  const isReady = ({ phase, ready: condition }: ScaledPod) =>
    phase === 'Running' && condition?.status === 'True';
  const ready = pods.reduce((sum, pod) => sum + (isReady(pod) ? (pod.count ?? 1) : 0), 0);
  return { replicas: Math.ceil(ratio * ready), average: usage };
}

/** The same, where the target is an average over the pods that the scale target's status counts. */
export function replicasForValuePerPod(
  usage: number,
  target: number,
  statusReplicas: number,
  tolerance: Tolerance,
): Proposal {
  const ratio = usage / (target * statusReplicas);
  const replicas = isWithin(tolerance, ratio) ? statusReplicas : Math.ceil(usage / target);
  return { replicas, average: Math.ceil(usage / statusReplicas) };
}
