import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import type { ClusterStore } from '../../../model/cluster-store.ts';
import { PHASE } from '../../../model/phases.ts';
import {
  type AutoscalerMemory,
  type AutoscalerSpec,
  type Measurement,
  NO_MEMORY,
  syncAutoscaler,
} from '../horizontal-pod-autoscaler.ts';
import type { PodSample, ScaledPod } from '../hpa-metrics.ts';
import type { Pod } from './pods.ts';

/** What an autoscaler scales. */
export interface Scalable {
  /** `spec.replicas` and `status.replicas`. */
  readonly replicas: number;
  readonly statusReplicas: number;
  pods(): Iterable<Pod>;
  scale(replicas: number): void;
}

/** What each ready pod uses of a metric, and asks for, in thousandths; null: nobody knows. */
export type PodUsage = { readonly value: number; readonly request: number | null } | null;

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

/** The HorizontalPodAutoscaler controller over the autoscalers of a run, all of them at each period. */
export class Autoscalers {
  readonly #options: AutoscalersOptions;
  readonly #memory: AutoscalerMemory[];
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

  #scale({ target, spec, bounds, usage }: ScaledTarget, index: number): void {
    const { nowMs } = this.#options.kernel;
    const pods = [...target.pods()];
    const ready = pods.filter(({ isReady, isTerminating }) => isReady && !isTerminating);
    const measurements = spec.metrics.map((_, metric) =>
      this.#measurement(usage(metric, ready.length, nowMs), pods, ready),
    );
    const result = syncAutoscaler(
      { ...spec, ...bounds },
      {
        replicas: target.replicas,
        statusReplicas: target.statusReplicas,
        pods: pods.map((pod) => this.#scaledPod(pod)),
      },
      measurements,
      this.#memory[index]!,
      nowMs,
    );
    this.#memory[index] = result.memory;
    if (result.rescaled) target.scale(result.replicas);
  }

  #measurement(used: PodUsage, pods: readonly Pod[], ready: readonly Pod[]): Measurement {
    if (used === null) return null;
    const { kernel, windowMs } = this.#options;
    const sample: PodSample = { value: used.value, takenMs: kernel.nowMs, windowMs };
    const { request } = used;
    return {
      samples: new Map(ready.map(({ uid }) => [uid, sample])),
      requests: request === null ? null : new Map(pods.map(({ uid }) => [uid, request])),
    };
  }

  #scaledPod({ uid, phase, task, isReady, readySinceMs, isTerminating }: Pod): ScaledPod {
    const { taskInstance, taskSinceMs } = this.#options.store;
    const hasNode = task >= 0 && taskInstance[task]! >= 0;
    return {
      name: uid,
      phase,
      terminating: isTerminating,
      startedMs: hasNode ? taskSinceMs[task]! : null,
      ready: phase === 'Pending' ? null : { status: isReady ? 'True' : 'False', sinceMs: readySinceMs },
    };
  }
}
