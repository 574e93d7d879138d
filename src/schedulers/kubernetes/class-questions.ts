import type { InstanceShape } from '../../model/cluster-view.ts';
import type { TaskClass } from '../../model/task-class.ts';
import type { KubernetesOptions, ProfileOptions } from './kubernetes-options.ts';
import { matchesNodeSelection } from './plugins/node-affinity.ts';
import { fitsEmpty } from './plugins/node-resources-fit.ts';
import { toleratesHardTaints } from './plugins/taint-toleration.ts';
import { volumesRefusal } from './plugins/volume-binding.ts';
import { zoneRefusal } from './plugins/volume-zone.ts';
import { HOSTNAME_LABEL, type Pod, podOfClass } from './pod.ts';
import { type Namespaces, selectsExisting } from './pod-affinity.ts';
import { shapeAttributes } from './slot-attributes.ts';

/** The questions of `Scheduler` that come without a view: what is true of a class whatever the cluster holds. */
export class ClassQuestions {
  readonly #options: KubernetesOptions;
  readonly #pods = new Map<TaskClass, Pod>();

  constructor(options: KubernetesOptions) {
    this.#options = options;
  }

  /** undefined: no profile serves the pod. */
  profileOf({ schedulerName }: Pod): ProfileOptions | undefined {
    return this.#options.profiles.find((profile) => profile.schedulerName === schedulerName);
  }

  isLeftToOthers(taskClass: TaskClass): boolean {
    return this.profileOf(this.#podOf(taskClass)) === undefined;
  }

  admits(taskClass: TaskClass, shape: InstanceShape, zone: string): boolean {
    const pod = this.#podOf(taskClass);
    const node = shapeAttributes(shape, zone);
    return (
      this.profileOf(pod) !== undefined &&
      pod.nodeName === '' &&
      !node.unschedulable &&
      toleratesHardTaints(pod.tolerations, node) &&
      matchesNodeSelection(pod, node) &&
      volumesRefusal(pod, node) === null &&
      zoneRefusal(pod, node) === null &&
      pod.podAffinity.required.every(({ topologyKey }) => node.label(topologyKey) !== undefined) &&
      fitsEmpty(pod, shape)
    );
  }

  maxPerInstance(taskClass: TaskClass): number {
    return isExclusive(this.#podOf(taskClass), this.#options.namespaces) ? 1 : Number.POSITIVE_INFINITY;
  }

  /**
   * A hard spread constraint lets a domain have more pods once the others have caught up, required affinity waits for
   * the pods that it wants to be near, and what an out-of-tree filter waits for is not known.
   */
  placementsMayHelp(taskClass: TaskClass): boolean {
    const pod = this.#podOf(taskClass);
    const options = this.profileOf(pod);
    if (options === undefined) return false;
    const inForce =
      pod.spread.length > 0 || pod.owners === null ? pod.spread : options.spreadDefaults.constraints;
    return (
      inForce.some(({ hard }) => hard) ||
      pod.podAffinity.required.length > 0 ||
      options.profile.filter.some((name) => options.outOfTree.has(name))
    );
  }

  #podOf(taskClass: TaskClass): Pod {
    const pod = this.#pods.get(taskClass) ?? podOfClass(taskClass);
    this.#pods.set(taskClass, pod);
    return pod;
  }
}

/** Host ports clash with themselves, as does anti-affinity of a pod that its own term selects. */
function isExclusive(pod: Pod, namespaces: Namespaces): boolean {
  const isApart = pod.podAntiAffinity.required.some(
    (term) => term.topologyKey === HOSTNAME_LABEL && selectsExisting(term, pod.taskClass, namespaces),
  );
  return isApart || pod.hostPorts.length > 0;
}
