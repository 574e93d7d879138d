import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { PHASE } from '../../../model/phases.ts';
import {
  type AutoscalerMemory,
  type AutoscalerSpec,
  type Measurement,
  NO_MEMORY,
  proposals,
  scaleAsProposed,
} from '../horizontal-pod-autoscaler.ts';
import type { PodSample, Proposal } from '../hpa-metrics.ts';
import { type PodCensus, podCensus } from './pod-census.ts';
import type { Pod } from './pods.ts';

/** What an autoscaler scales. */
export interface Scalable {
  /** `spec.replicas` and `status.replicas`. */
  readonly replicas: number;
  readonly statusReplicas: number;
  /** Grows with every change of its pods. */
  readonly podsRevision: number;
  pods(): Iterable<Pod>;
  scale(replicas: number): void;
}

/**
 * What each ready pod uses of a metric, and asks for, or what another object or something outside shows, in
 * thousandths; null: nobody knows.
 */
export type PodUsage =
  | { readonly value: number; readonly request: number | null }
  | { readonly total: number }
  | null;

/** A HorizontalPodAutoscaler of a run. */
export interface ScaledTarget {
  readonly target: Scalable;
  readonly spec: Omit<AutoscalerSpec, 'min' | 'max'>;
  /** Changed by whoever edits the object. */
  readonly bounds: { min: number; max: number };
  /** By index of the metric: what each of so many ready pods uses. */
  readonly usage: (metric: number, readyPods: number, nowMs: number) => PodUsage;
}

export interface AutoscalersOptions {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly scaled: readonly ScaledTarget[];
  /** Between two looks: --horizontal-pod-autoscaler-sync-period. */
  readonly periodMs: number;
  /** Of the metrics: how old the beginning of what a sample averages is. */
  readonly windowMs: number;
}

/** What the metrics of a target last asked for, and of what: as long as that is so, they ask for the same. */
interface Asked {
  readonly census: PodCensus;
  readonly used: readonly PodUsage[];
  readonly replicas: number;
  readonly statusReplicas: number;
  readonly proposed: readonly (Proposal | null)[];
}

/** The HorizontalPodAutoscaler controller over the autoscalers of a run, all of them at each period. */
export class Autoscalers {
  readonly #options: AutoscalersOptions;
  readonly #memory: AutoscalerMemory[];
  /** Of each target, as long as it holds. */
  readonly #censuses: { readonly revision: number; readonly census: PodCensus }[] = [];
  readonly #asked: (Asked | undefined)[] = [];
  readonly #look: EventKind;

  constructor(options: AutoscalersOptions) {
    this.#options = options;
    this.#memory = options.scaled.map(() => NO_MEMORY);
    this.#look = options.kernel.defineKind('autoscaler-sync', PHASE.autoscale, () => this.#sync());
  }

  start(): void {
    const { kernel, scaled, periodMs } = this.#options;
    if (scaled.length > 0) kernel.after(periodMs, this.#look, 0);
  }

  #sync(): void {
    const { kernel, scaled, periodMs } = this.#options;
    scaled.forEach((one, index) => {
      this.#scale(one, index);
    });
    kernel.after(periodMs, this.#look, 0);
  }

  #scale(scaled: ScaledTarget, index: number): void {
    const { nowMs } = this.#options.kernel;
    const { target, spec, bounds } = scaled;
    const propose = () => this.#proposals(scaled, index);
    const memory = this.#memory[index]!;
    const result = scaleAsProposed({ ...spec, ...bounds }, target.replicas, propose, memory, nowMs);
    this.#memory[index] = result.memory;
    if (result.rescaled) target.scale(result.replicas);
  }

  /** Of pods and usage that have not changed the time makes nothing else while their census holds. */
  #proposals({ target, spec, usage }: ScaledTarget, index: number): readonly (Proposal | null)[] {
    const { nowMs } = this.#options.kernel;
    const census = this.#census(target, index);
    const used = spec.metrics.map((_, metric) => usage(metric, census.ready, nowMs));
    const { replicas, statusReplicas } = target;
    const known = this.#asked[index];
    if (
      known?.census === census &&
      known.replicas === replicas &&
      known.statusReplicas === statusReplicas &&
      used.every((one, metric) => isSameUsage(one, known.used[metric]!))
    ) {
      return known.proposed;
    }
    const measurements = used.map((one) => this.#measurement(one, census));
    const proposed = proposals(spec, { replicas, statusReplicas, pods: census.pods }, measurements, nowMs);
    this.#asked[index] = { census, used, replicas, statusReplicas, proposed };
    return proposed;
  }

  #census(target: Scalable, index: number): PodCensus {
    const { store, windowMs, kernel } = this.#options;
    const { nowMs } = kernel;
    const known = this.#censuses[index];
    const revision = target.podsRevision;
    if (known !== undefined && known.revision === revision && nowMs < known.census.untilMs)
      return known.census;
    const startedMs = ({ task }: Pod) =>
      task >= 0 && store.taskInstance[task]! >= 0 ? store.taskSinceMs(task) : null;
    const census = podCensus(target.pods(), startedMs, windowMs, nowMs);
    this.#censuses[index] = { revision, census };
    return census;
  }

  #measurement(used: PodUsage, { pods, measured }: PodCensus): Measurement {
    if (used === null) return null;
    if ('total' in used) return { value: used.total };
    const { kernel, windowMs } = this.#options;
    const sample: PodSample = { value: used.value, takenMs: kernel.nowMs, windowMs };
    const { request } = used;
    return {
      samples: new Map(measured.map((name) => [name, sample])),
      requests: request === null ? null : new Map(pods.map(({ name }) => [name, request])),
    };
  }
}

function isSameUsage(a: PodUsage, b: PodUsage): boolean {
  if (a === null || b === null) return a === b;
  if ('total' in a) return 'total' in b && a.total === b.total;
  return 'value' in b && a.value === b.value && a.request === b.request;
}
