import { type DeploymentSync, syncDeployment } from '../deployment.ts';
import { type DeploymentSpec, NO_STATUS, type OwnedReplicaSet } from '../deployment-state.ts';
import { isComplete } from '../deployment-status.ts';
import type { ClientRate } from './client-rate.ts';
import { CreateBackoff } from './create-backoff.ts';
import type { Pod, Pods, PodTemplate } from './pods.ts';
import type { ObjectQuota } from './resource-quotas.ts';
import { RunningReplicaSet } from './replica-sets.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface DeploymentOptions {
  readonly pods: Pods;
  readonly queue: WorkQueue;
  readonly replicaSets: WorkQueue;
  readonly rate: ClientRate;
  readonly name: string;
  readonly spec: Omit<DeploymentSpec, 'template'>;
  readonly minReadyMs: number;
  readonly template: PodTemplate;
  /** The wanted number of pods has changed. */
  readonly onDesired: (count: number) => void;
  /** On its ReplicaSets. Absent: there are none. */
  readonly quota?: ObjectQuota | undefined;
  /** Events of the Deployment, reason and message. */
  readonly tell: (reason: string, message: string) => void;
}

/** Tries in vain before nothing but a change is looked at. Source: kubernetes v1.36.2 pkg/controller/deployment/deployment_controller.go, maxRetries. */
const MAX_RETRIES = 15;

/** A Deployment in a run, with its ReplicaSets. */
export class RunningDeployment implements Reconciled {
  readonly name: string;
  /** Grows with every change of its pods. */
  podsRevision = 0;
  #spec: DeploymentSpec;
  #template: PodTemplate;
  #status = NO_STATUS;
  /** Oldest first. */
  #sets: RunningReplicaSet[] = [];
  readonly #options: DeploymentOptions;
  readonly #key: number;
  #wasLate = false;
  readonly #refusals = new CreateBackoff();
  #refused = 0;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.name = options.name;
    this.#template = options.template;
    this.#spec = { ...options.spec, template: options.template.revision };
    this.#key = options.queue.add(this);
  }

  /** Call once, when its pods may be made. */
  start(): void {
    this.#options.onDesired(this.replicas);
    this.#options.queue.wakeAfter(this.#key, 0);
  }

  /** `spec.replicas` */
  get replicas(): number {
    return this.#spec.replicas;
  }

  /** `status.replicas` */
  get statusReplicas(): number {
    return this.#sets.reduce((sum, { activeReplicas }) => sum + activeReplicas, 0);
  }

  get replicaSets(): readonly RunningReplicaSet[] {
    return this.#sets;
  }

  /** All of its pods are of the newest template and available, as of its last sync. */
  get isComplete(): boolean {
    return isComplete(this.#spec, this.#status);
  }

  *pods(): Generator<Pod> {
    for (const set of this.#sets) yield* set.pods;
  }

  /** Whoever scales it wants so many pods. */
  scale(replicas: number): void {
    if (replicas === this.#spec.replicas) return;
    this.#spec = { ...this.#spec, replicas };
    this.#options.onDesired(replicas);
    this.#options.queue.wake(this.#key);
  }

  /** A new template replaces the running one. */
  deploy(template: PodTemplate): void {
    this.#template = template;
    this.#spec = { ...this.#spec, template: template.revision };
    this.#options.queue.wake(this.#key);
  }

  /** A ReplicaSet of its own that is there when the run begins. */
  adopt(template: PodTemplate, size: number, createdMs: number): RunningReplicaSet {
    const set = this.#add(template, createdMs);
    set.revision = this.#sets.length;
    set.resize(size);
    return set;
  }

  sync(nowMs: number): void {
    const sets = this.#sets.map(owned);
    const result = syncDeployment({ spec: this.#spec, status: this.#status, replicaSets: sets }, nowMs);
    if (result.create !== null && this.#isRefused()) return;
    const before = this.#status.progressing?.reason;
    this.#status = result.status;
    this.#apply(result, nowMs);
    if (result.create !== null || result.update.length > 0) this.#options.queue.wakeAfter(this.#key, 0);
    const isNew = this.#status.progressing?.reason === 'NewReplicaSetAvailable';
    if (isNew && before !== 'NewReplicaSetAvailable')
      this.#options.tell(
        'NewReplicaSetAvailable',
        `ReplicaSet ${this.#newest()} has successfully progressed`,
      );
    this.#watchDeadline(nowMs);
  }

  /** The API server does not take another ReplicaSet: the pass ends there. */
  #isRefused(): boolean {
    const { quota, tell, queue } = this.#options;
    const name = `${this.name}-${this.#template.revision}`;
    const why = quota?.refusal(name.slice(name.indexOf('/') + 1)) ?? null;
    if (why === null) {
      this.#refusals.reset();
      this.#refused = 0;
      return false;
    }
    tell('ReplicaSetCreateError', `Failed to create new replica set "${name}": ${why}`);
    this.#refused += 1;
    if (this.#refused <= MAX_RETRIES) queue.wakeAfter(this.#key, this.#refusals.next());
    return true;
  }

  #apply({ create, update, remove }: DeploymentSync, nowMs: number): void {
    if (create !== null) {
      const set = this.#add(this.#template, nowMs);
      this.#options.quota?.count(1);
      this.#resize(set, create);
    }
    for (const change of update) this.#resize(this.#sets.find(({ name }) => name === change.name)!, change);
    for (const _ of remove) this.#options.quota?.count(-1);
    if (remove.length > 0) this.#sets = this.#sets.filter(({ name }) => !remove.includes(name));
  }

  #resize(
    set: RunningReplicaSet,
    change: Pick<OwnedReplicaSet, 'size' | 'revision' | 'desiredReplicas' | 'maxReplicas'>,
  ): void {
    const { size, revision, desiredReplicas, maxReplicas } = change;
    if (size !== set.size) {
      const direction = size > set.size ? 'up' : 'down';
      const message = `Scaled ${direction} replica set ${set.name} from ${set.size} to ${size}`;
      this.#options.tell('ScalingReplicaSet', message);
    }
    Object.assign(set, { revision, desiredReplicas, maxReplicas });
    set.resize(size);
  }

  #add(template: PodTemplate, createdMs: number): RunningReplicaSet {
    const { pods, replicaSets, rate, minReadyMs, queue } = this.#options;
    const set = new RunningReplicaSet({
      pods,
      queue: replicaSets,
      rate,
      name: `${this.name}-${template.revision}`,
      template,
      createdMs,
      minReadyMs,
      related: () => this.pods(),
      onChanged: () => {
        this.podsRevision += 1;
        queue.wake(this.#key);
      },
    });
    this.#sets.push(set);
    return set;
  }

  #newest(): string {
    return this.#sets.find(({ template }) => template === this.#template)?.name ?? '';
  }

  /** A deadline that passes is told, and changes nothing: nobody rolls back but a person. */
  #watchDeadline(nowMs: number): void {
    const { progressing } = this.#status;
    const { progressDeadlineSeconds } = this.#spec;
    const isLate = progressing?.reason === 'ProgressDeadlineExceeded';
    if (isLate && !this.#wasLate)
      this.#options.tell(
        'ProgressDeadlineExceeded',
        `ReplicaSet ${this.#newest()} has timed out progressing`,
      );
    this.#wasLate = isLate;
    if (progressing === null || progressDeadlineSeconds === null || isLate || this.isComplete) return;
    const dueMs = progressing.updatedMs + progressDeadlineSeconds * 1000 + 1;
    if (dueMs > nowMs) this.#options.queue.wakeAfter(this.#key, dueMs - nowMs);
  }
}

function owned(set: RunningReplicaSet): OwnedReplicaSet {
  const { name, template, createdMs, revision, desiredReplicas, maxReplicas, size } = set;
  const { activeReplicas, readyReplicas, availableReplicas, pods } = set;
  return {
    name,
    template: template.revision,
    createdMs,
    revision,
    desiredReplicas,
    maxReplicas,
    size,
    replicas: activeReplicas,
    readyReplicas,
    availableReplicas,
    podsThere: pods.size,
  };
}
