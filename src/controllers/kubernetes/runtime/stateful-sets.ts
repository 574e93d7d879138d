import { type StatefulSetState, syncStatefulSet } from '../stateful-set.ts';
import { CreateBackoff } from './create-backoff.ts';
import type { Pod, PodEnd, PodOwner, Pods, PodTemplate } from './pods.ts';
import type { Reconciled, WorkQueue } from './work-queue.ts';

export interface StatefulSetOptions {
  readonly pods: Pods;
  readonly queue: WorkQueue;
  readonly name: string;
  readonly spec: Omit<StatefulSetState, 'currentRevision' | 'updateRevision' | 'pods'>;
  readonly template: PodTemplate;
  /** The wanted number of pods has changed. */
  readonly onDesired: (count: number) => void;
}

/** A StatefulSet in a run: one pod of each ordinal, one after the other where the order counts. */
export class RunningStatefulSet implements PodOwner, Reconciled {
  readonly followsNodes = false;
  readonly name: string;
  readonly #options: StatefulSetOptions;
  readonly #key: number;
  readonly #pods = new Set<Pod>();
  /** Grows with every change of its pods. */
  podsRevision = 0;
  #replicas: number;
  #template: PodTemplate;
  #currentRevision: string;
  readonly #backoff = new CreateBackoff();
  /** By revision. */
  readonly #templates = new Map<string, PodTemplate>();

  constructor(options: StatefulSetOptions) {
    this.#options = options;
    this.name = options.name;
    this.#replicas = options.spec.replicas;
    this.#template = options.template;
    this.#currentRevision = options.template.revision;
    this.#templates.set(options.template.revision, options.template);
    this.#key = options.queue.add(this);
  }

  /** Call once, when its pods may be made. */
  start(): void {
    this.#options.onDesired(this.#replicas);
    this.#options.queue.wakeAfter(this.#key, 0);
  }

  get replicas(): number {
    return this.#replicas;
  }

  get statusReplicas(): number {
    return this.#pods.size;
  }

  pods(): Iterable<Pod> {
    return this.#pods;
  }

  /** Whoever scales it wants so many pods. */
  scale(replicas: number): void {
    if (replicas === this.#replicas) return;
    this.#replicas = replicas;
    this.#options.onDesired(replicas);
    this.#options.queue.wake(this.#key);
  }

  /** A new template replaces the running one. */
  deploy(template: PodTemplate): void {
    this.#template = template;
    this.#templates.set(template.revision, template);
    this.#options.queue.wake(this.#key);
  }

  count(pod: Pod): void {
    this.#pods.add(pod);
  }

  changed(pod: Pod): void {
    const { queue, spec } = this.#options;
    this.podsRevision += 1;
    if (pod.isReady && spec.minReadySeconds > 0) queue.wakeAfter(this.#key, spec.minReadySeconds * 1000);
    queue.wake(this.#key);
  }

  gone(pod: Pod, _how: PodEnd): void {
    this.podsRevision += 1;
    this.#pods.delete(pod);
    this.#options.queue.wake(this.#key);
  }

  sync(nowMs: number): void {
    const { pods, spec } = this.#options;
    const byUid = new Map([...this.#pods].map((pod) => [pod.uid, pod]));
    const result = syncStatefulSet(
      {
        ...spec,
        replicas: this.#replicas,
        currentRevision: this.#currentRevision,
        updateRevision: this.#template.revision,
        pods: [...this.#pods].map((pod) => ({
          ...pods.ranked(pod),
          ordinal: pod.index!,
          revision: pod.template.revision,
        })),
      },
      nowMs,
    );
    this.#currentRevision = result.currentRevision;
    for (const { ordinal, revision } of result.create) this.#create(this.#templates.get(revision)!, ordinal);
    for (const { name } of result.remove) pods.remove(byUid.get(name)!);
  }

  #create(template: PodTemplate, ordinal: number): void {
    const { pods, queue } = this.#options;
    if (pods.mayCreate(this.name, template)) {
      this.#backoff.reset();
      pods.create(this, template, ordinal);
    } else queue.wakeAfter(this.#key, this.#backoff.next());
  }
}
