import { newSetSize, rescale, shrinkOldSets, type Sizes } from './deployment-scaling.ts';
import {
  byCreation,
  type DeploymentSpec,
  type DeploymentStatus,
  maxSurgeOf,
  type OwnedReplicaSet,
  totalSize,
} from './deployment-state.ts';
import { condition, countStatus, isComplete, reportProgress } from './deployment-status.ts';

export interface DeploymentState {
  readonly spec: DeploymentSpec;
  /** As the last sync left it. */
  readonly status: DeploymentStatus;
  readonly replicaSets: readonly OwnedReplicaSet[];
}

/** What a ReplicaSet is to be like from now on. */
export interface ReplicaSetUpdate {
  readonly name: string;
  readonly size: number;
  readonly desiredReplicas: number | null;
  readonly maxReplicas: number | null;
  readonly revision: number;
}

export interface DeploymentSync {
  /** The new ReplicaSet, when there has to be one; the caller gives it a name. */
  readonly create: Omit<ReplicaSetUpdate, 'name'> | null;
  /** Those that change. */
  readonly update: readonly ReplicaSetUpdate[];
  /** Beyond the history limit. */
  readonly remove: readonly string[];
  readonly status: DeploymentStatus;
}

/**
 * One sync of the Deployment controller. Statuses are counted on the ReplicaSets as they were, but for one that was
 * just created.
 * Source: kubernetes v1.36.2 pkg/controller/deployment/deployment_controller.go (syncDeployment), rolling.go,
 * recreate.go, sync.go.
 */
export function syncDeployment(state: DeploymentState, nowMs: number): DeploymentSync {
  const { spec } = state;
  const status = { ...state.status, progressing: pausedCondition(state, nowMs) };
  const sync = new Sync({ ...state, status }, nowMs);
  const active = state.replicaSets.filter(({ size }) => size > 0);
  const wasRescaled = active.some(
    ({ desiredReplicas }) => desiredReplicas !== null && desiredReplicas !== spec.replicas,
  );
  if (spec.paused || wasRescaled) return sync.rescale();
  return spec.strategy.type === 'Recreate' ? sync.recreate() : sync.roll();
}

/** Pausing and resuming start the clock of the deadline anew. A deadline that has passed stays reported. */
function pausedCondition({ spec, status }: DeploymentState, nowMs: number): DeploymentStatus['progressing'] {
  const { progressing } = status;
  if (spec.progressDeadlineSeconds === null || progressing?.reason === 'ProgressDeadlineExceeded')
    return progressing;
  const wasPaused = progressing?.reason === 'DeploymentPaused';
  if (spec.paused === wasPaused) return progressing;
  return condition('Unknown', spec.paused ? 'DeploymentPaused' : 'DeploymentResumed', progressing, nowMs);
}

class Sync {
  readonly #spec: DeploymentSpec;
  readonly #last: DeploymentStatus;
  readonly #nowMs: number;
  readonly #all: readonly OwnedReplicaSet[];
  readonly #old: readonly OwnedReplicaSet[];
  #current: OwnedReplicaSet | null;
  #created = false;
  #progressing: DeploymentStatus['progressing'];
  #remove: readonly string[] = [];

  constructor({ spec, status, replicaSets }: DeploymentState, nowMs: number) {
    this.#spec = spec;
    this.#last = status;
    this.#nowMs = nowMs;
    this.#all = replicaSets;
    this.#current =
      [...replicaSets].sort(byCreation).find(({ template }) => template === spec.template) ?? null;
    this.#old = replicaSets.filter((set) => set !== this.#current);
    this.#progressing = status.progressing;
    if (this.#current !== null && spec.progressDeadlineSeconds !== null) {
      this.#progressing ??= { status: 'True', reason: 'FoundNewReplicaSet', updatedMs: nowMs };
    }
  }

  /** Paused, or the wanted number was changed: sizes follow, nothing rolls. */
  rescale(): DeploymentSync {
    const sizes = rescale(this.#spec, this.#current, this.#old);
    if (this.#spec.paused) this.#cleanUp();
    return this.#done(sizes, this.#count());
  }

  roll(): DeploymentSync {
    const current = this.#ensureCurrent();
    const sizes = this.#resizeCurrent(current);
    if (sizes.size > 0) return this.#done(sizes, this.#progress());
    const down = shrinkOldSets(this.#spec, current, this.#old);
    if (down.size === 0 && isComplete(this.#spec, this.#last)) this.#cleanUp();
    return this.#done(down, this.#progress());
  }

  recreate(): DeploymentSync {
    const active = this.#old.filter(({ size }) => size > 0);
    if (active.length > 0) return this.#done(new Map(active.map((set) => [set, 0])), this.#progress());
    if (this.#old.some(({ podsThere }) => podsThere > 0)) return this.#done(new Map(), this.#progress());
    const current = this.#ensureCurrent();
    const { replicas } = this.#spec;
    const sizes: Sizes = current.size === replicas ? new Map() : new Map([[current, replicas]]);
    if (isComplete(this.#spec, this.#last)) this.#cleanUp();
    return this.#done(sizes, this.#progress());
  }

  #resizeCurrent(current: OwnedReplicaSet): Sizes {
    const { replicas } = this.#spec;
    const total = totalSize(this.#old) + current.size;
    const size = current.size > replicas ? replicas : newSetSize(this.#spec, current.size, total);
    return size === current.size ? new Map() : new Map([[current, size]]);
  }

  #ensureCurrent(): OwnedReplicaSet {
    if (this.#current !== null) return this.#current;
    const { replicas, template, progressDeadlineSeconds } = this.#spec;
    if (progressDeadlineSeconds !== null) {
      this.#progressing = condition('True', 'NewReplicaSetCreated', this.#progressing, this.#nowMs);
    }
    this.#created = true;
    this.#current = {
      name: '',
      template,
      createdMs: this.#nowMs,
      revision: this.#nextRevision(),
      desiredReplicas: replicas,
      maxReplicas: replicas + maxSurgeOf(this.#spec),
      size: newSetSize(this.#spec, 0, totalSize(this.#old)),
      replicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
      podsThere: 0,
    };
    return this.#current;
  }

  #nextRevision(): number {
    return this.#old.reduce((highest, { revision }) => Math.max(highest, revision), 0) + 1;
  }

  #count(): DeploymentStatus {
    const sets = this.#created ? [...this.#all, this.#current!] : this.#all;
    const last = { ...this.#last, progressing: this.#progressing };
    return countStatus(this.#spec, sets, this.#current, last, this.#nowMs);
  }

  #progress(): DeploymentStatus {
    return reportProgress(this.#spec, this.#count(), this.#last, this.#nowMs);
  }

  /** Old ReplicaSets beyond the history limit, lowest revisions first; those that still have pods stay. */
  #cleanUp(): void {
    const surplus = this.#old.length - this.#spec.revisionHistoryLimit;
    if (surplus <= 0) return;
    this.#remove = [...this.#old]
      .sort((a, b) => a.revision - b.revision || byCreation(a, b))
      .slice(0, surplus)
      .filter(({ size, replicas }) => size === 0 && replicas === 0)
      .map(({ name }) => name);
  }

  #done(sizes: Sizes, status: DeploymentStatus): DeploymentSync {
    const { replicas } = this.#spec;
    const annotations = { desiredReplicas: replicas, maxReplicas: replicas + maxSurgeOf(this.#spec) };
    const update: ReplicaSetUpdate[] = [];
    for (const set of this.#all) {
      const size = sizes.get(set);
      const revision = set === this.#current ? Math.max(set.revision, this.#nextRevision()) : set.revision;
      if (size === undefined && revision === set.revision) continue;
      const { name, desiredReplicas, maxReplicas } = set;
      const kept = size === undefined ? { desiredReplicas, maxReplicas } : annotations;
      update.push({ name, size: size ?? set.size, ...kept, revision });
    }
    const create = this.#created
      ? { ...this.#current!, size: sizes.get(this.#current!) ?? this.#current!.size }
      : null;
    return { create, update, remove: this.#remove, status };
  }
}
