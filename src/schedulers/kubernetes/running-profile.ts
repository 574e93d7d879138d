import { Batch } from './batch.ts';
import { Diagnoses } from './diagnosis.ts';
import { FastCycle } from './fast-cycle.ts';
import type { Selection } from './host-selection.ts';
import type { ProfileOptions } from './kubernetes-options.ts';
import type { LiveCluster } from './live-cluster.ts';
import { createPluginSet, type PluginSet } from './plugin-set.ts';
import type { Pod } from './pod.ts';
import type { Nomination } from './preemption/nomination.ts';
import { Trial } from './preemption/trial.ts';

/** A profile at work on one cluster. */
export class RunningProfile {
  readonly options: ProfileOptions;
  readonly plugins: PluginSet;
  readonly fast: FastCycle;
  /** null: it places no pods in batches. */
  readonly batch: Batch | null;
  readonly #cluster: LiveCluster;
  /** By class id, once asked for. */
  readonly #signatures: (string | null)[] = [];
  #trial: Trial | undefined;
  #diagnoses: Diagnoses | undefined;

  constructor(options: ProfileOptions, cluster: LiveCluster, selection: Selection, verify: boolean) {
    const { percentageOfNodesToScore, featureGates } = options;
    const { resources } = cluster.view;
    const plugins = createPluginSet(options, resources);
    const batch = featureGates.OpportunisticBatching ? new Batch(selection) : null;
    this.options = options;
    this.plugins = plugins;
    this.batch = batch;
    this.fast = new FastCycle({ cluster, plugins, percentageOfNodesToScore, selection, batch, verify });
    this.#cluster = cluster;
  }

  /** null: the pod is in no batch. */
  signatureOf(pod: Pod): string | null {
    if (this.batch === null) return null;
    const { id } = pod.taskClass;
    const known = this.#signatures[id];
    if (known !== undefined) return known;
    const signature = this.plugins.sign(pod);
    this.#signatures[id] = signature;
    return signature;
  }

  /** What the pods nominated to nodes would make of the pod's chances there. Good until the next call. */
  beginTrial(pod: Pod, task: number, nominations: readonly Nomination[]): Trial {
    this.#trial ??= new Trial(this.#cluster, this.#cluster.pods, this.#freshPlugins());
    this.#trial.begin(pod, task, nominations);
    return this.#trial;
  }

  get diagnoses(): Diagnoses {
    this.#diagnoses ??= new Diagnoses(this.#cluster, this.#freshPlugins());
    return this.#diagnoses;
  }

  /** Plugins keep what they computed for the last pod: whoever asks beside the cycle has its own. */
  #freshPlugins(): PluginSet {
    return createPluginSet(this.options, this.#cluster.view.resources);
  }
}
