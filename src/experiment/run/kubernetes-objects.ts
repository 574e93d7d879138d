import type { Scalable, ScaledTarget } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import type { KubernetesControllers } from '../../controllers/kubernetes/runtime/kubernetes-controllers.ts';
import type { PodOwner, PodTemplate } from '../../controllers/kubernetes/runtime/pods.ts';
import type { ResourceQuotas } from '../../controllers/kubernetes/runtime/resource-quotas.ts';
import { assert } from '../../errors.ts';
import type { EventKind } from '../../kernel/kernel.ts';
import { parseKubernetesCron } from '../../model/kubernetes-cron.ts';
import { PHASE } from '../../model/phases.ts';
import { LANE } from '../../model/resources.ts';
import type { JobFields } from '../../schedulers/kubernetes/manifests/workload-objects.ts';
import type {
  ManifestPod,
  ManifestSet,
  ManifestWorkload,
} from '../../schedulers/kubernetes/manifests/manifest-set.ts';
import { laneOfResource } from '../../schedulers/kubernetes/resource-names.ts';
import { manifestAutoscaler } from './manifest-autoscaler.ts';
import { imageSizes, type PodTask } from './manifest-workload.ts';
import type { PlatformRunParts } from './platform-run.ts';

/** A pod that nobody looks after: when it is gone, it is gone. */
const NOBODY: PodOwner = { followsNodes: false, count() {}, changed() {}, gone() {} };

interface ObjectParts extends PlatformRunParts {
  readonly quotas: ResourceQuotas;
}

/** Takes pods that are there when the run begins. */
type Adopt = (task: number, pod: PodTask) => void;

/**
 * The controllers' objects of the manifests, running. Pods that belong to one of them are its own from the start; those
 * that belong to nobody are lost for good when they lose their room; those whose controller is not among the objects
 * come back by themselves, as if it were.
 */
export class KubernetesObjects {
  readonly scaled: readonly ScaledTarget[];
  readonly #parts: ObjectParts;
  readonly #controllers: KubernetesControllers;
  readonly #set: ManifestSet;
  readonly #pods: readonly PodTask[];
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #starts: (() => void)[] = [];
  /** By kind, namespace and name, as pods name their owners. */
  readonly #adopters = new Map<string, Adopt>();
  /** By namespace and name: rolls the pods of a controller out again, as a revision of that name. */
  readonly #restarts = new Map<string, (revision: string) => void>();
  readonly #restart: EventKind;
  readonly #scalable = new Map<string, { readonly target: Scalable; readonly workload: ManifestWorkload }>();

  constructor(
    parts: ObjectParts,
    controllers: KubernetesControllers,
    set: ManifestSet,
    pods: readonly PodTask[],
  ) {
    this.#parts = parts;
    this.#controllers = controllers;
    this.#set = set;
    this.#pods = pods;
    this.#sizes = imageSizes(parts.fleet.groups);
    for (const workload of set.workloads) this.#add(workload);
    const { kernel } = parts;
    this.#restart = kernel.defineKind('rollout-restart', PHASE.arrival, (index) => this.#restarted(index));
    this.scaled = set.autoscalers.flatMap((autoscaler) => {
      const { kind, name } = autoscaler.target;
      const found = this.#scalable.get(keyOf(kind, autoscaler.namespace, name));
      if (found === undefined) return [];
      const { classId } = this.#template(found.workload);
      const { requests } = parts.store.classes[classId]!;
      const requestMilli = (resource: string) => {
        const lane = laneOfResource(parts.store.resources, resource);
        return lane < 0 ? 0 : requests[lane]! * (lane === LANE.cpu ? 1 : 1000);
      };
      return [manifestAutoscaler(autoscaler, found.target, requestMilli)];
    });
  }

  start(): void {
    const { kernel, plan, observer } = this.#parts;
    for (const [index, message] of this.#set.applied.refused) {
      const { namespace, name } = this.#set.named(index)!;
      observer.said(`${namespace}/${name}`, 'Forbidden', message);
    }
    for (const start of this.#starts) start();
    (plan.events ?? []).forEach((event, index) => {
      if (event.kind === 'restart' && event.atMs < plan.horizonMs) {
        kernel.at(event.atMs, this.#restart, index);
      }
    });
  }

  /** A pod of the manifests has entered the system as a task. */
  podEntered(index: number, task: number): void {
    const given = this.#pods[index]!;
    const { owner, namespace } = given.pod;
    if (owner === undefined) {
      this.#controllers.pods.adopt(NOBODY, this.#plainTemplate(given), task, null);
      return;
    }
    // A ReplicaSet that is not among the objects belongs to the Deployment of its name.
    const own = this.#adopters.get(keyOf(owner.kind, namespace, owner.name));
    const adopt = own ?? this.#adopters.get(`${owner.kind} ${given.pod.group}`);
    adopt?.(task, given);
  }

  /** A changed annotation of the template is a revision of its own; `index`: among the events of the plan. */
  #restarted(index: number): void {
    const event = this.#parts.plan.events![index]!;
    if (event.kind === 'restart') this.#restarts.get(event.object)?.(`restart-${index + 1}`);
  }

  #add(workload: ManifestWorkload): void {
    switch (workload.fields.kind) {
      case 'Deployment':
        this.#addDeployment(workload);
        break;
      case 'ReplicaSet':
        // Those of a Deployment come with it.
        if (this.#deploymentOf(workload) === undefined) this.#addReplicaSet(workload);
        break;
      case 'StatefulSet':
        this.#addStatefulSet(workload);
        break;
      case 'DaemonSet':
        this.#addDaemonSet(workload);
        break;
      case 'Job':
        this.#addJob(workload, workload.fields);
        break;
      case 'CronJob':
        this.#addCronJob(workload);
        break;
    }
  }

  #addDeployment(workload: ManifestWorkload): void {
    const { fields, pod } = workload;
    assert(fields.kind === 'Deployment', 'a Deployment');
    const { minReadySeconds, kind, ...spec } = fields;
    const template = this.#template(workload);
    const quota = this.#parts.quotas.ofObjects('ReplicaSet', pod.namespace);
    const deployment = this.#controllers.addDeployment({
      name: pod.group,
      quota,
      spec,
      minReadyMs: minReadySeconds * 1000,
      template,
      onDesired: this.#desired(template),
      tell: (reason, message) => this.#parts.observer.said(pod.group, reason, message),
    });
    const owned = this.#set.workloads.filter(
      (one) => one.fields.kind === 'ReplicaSet' && this.#deploymentOf(one) === workload,
    );
    for (const one of owned) {
      assert(one.fields.kind === 'ReplicaSet', 'a ReplicaSet');
      const isCurrent = one.revision === workload.revision;
      const set = deployment.adopt(isCurrent ? template : this.#template(one), one.fields.replicas, 0);
      const adopt: Adopt = (task) => void this.#controllers.pods.adopt(set, set.template, task, null);
      this.#adopters.set(keyOf('ReplicaSet', pod.namespace, one.pod.name), adopt);
    }
    this.#adopters.set(`ReplicaSet ${pod.group}`, (task) => {
      const [first] = deployment.replicaSets;
      if (first === undefined) quota?.count(1);
      const set = first ?? deployment.adopt(template, spec.replicas, 0);
      this.#controllers.pods.adopt(set, set.template, task, null);
    });
    this.#scalable.set(keyOf(kind, pod.namespace, pod.name), { target: deployment, workload });
    this.#restarts.set(pod.group, (revision) => deployment.deploy({ ...template, revision }));
    this.#starts.push(() => deployment.start());
  }

  #addReplicaSet(workload: ManifestWorkload): void {
    const { fields, pod } = workload;
    assert(fields.kind === 'ReplicaSet', 'a ReplicaSet');
    const template = this.#template(workload);
    const set = this.#controllers.addReplicaSet({
      name: pod.group,
      template,
      minReadyMs: fields.minReadySeconds * 1000,
    });
    const desired = this.#desired(template);
    const scale = (replicas: number) => {
      desired(replicas);
      set.resize(replicas);
    };
    const target: Scalable = {
      get replicas() {
        return set.size;
      },
      get statusReplicas() {
        return set.activeReplicas;
      },
      get podsRevision() {
        return set.podsRevision;
      },
      pods: () => set.pods,
      scale,
    };
    this.#adopters.set(keyOf('ReplicaSet', pod.namespace, pod.name), (task) => {
      this.#controllers.pods.adopt(set, template, task, null);
    });
    this.#scalable.set(keyOf('ReplicaSet', pod.namespace, pod.name), { target, workload });
    this.#starts.push(() => scale(fields.replicas));
  }

  #addStatefulSet(workload: ManifestWorkload): void {
    const { fields, pod } = workload;
    assert(fields.kind === 'StatefulSet', 'a StatefulSet');
    const template = this.#template(workload);
    const set = this.#controllers.addStatefulSet({
      name: pod.group,
      spec: fields,
      template,
      onDesired: this.#desired(template),
    });
    this.#adopters.set(keyOf('StatefulSet', pod.namespace, pod.name), (task, given) => {
      const ordinal = /-(\d+)$/.exec(given.pod.name)?.[1];
      if (ordinal !== undefined) this.#controllers.pods.adopt(set, template, task, Number(ordinal));
    });
    this.#scalable.set(keyOf('StatefulSet', pod.namespace, pod.name), { target: set, workload });
    this.#restarts.set(pod.group, (revision) => set.deploy({ ...template, revision }));
    this.#starts.push(() => set.start());
  }

  #addDaemonSet(workload: ManifestWorkload): void {
    const { fields, pod } = workload;
    assert(fields.kind === 'DaemonSet', 'a DaemonSet');
    const template = this.#template(workload);
    const set = this.#controllers.addDaemonSet({
      name: pod.group,
      template,
      minReadyMs: fields.minReadySeconds * 1000,
      rollingUpdate: fields.rollingUpdate,
      onDesired: this.#desired(template),
    });
    this.#adopters.set(keyOf('DaemonSet', pod.namespace, pod.name), (task) => {
      const slot = this.#parts.store.taskInstance[task]!;
      const own = this.#controllers.pods.adopt(set, template, task, null);
      if (slot >= 0) set.adopted(own, slot);
    });
    this.#restarts.set(pod.group, (revision) => set.deploy({ ...template, revision }));
  }

  #addJob(workload: ManifestWorkload, fields: JobFields): void {
    const { pod, restartPolicy } = workload;
    const job = this.#controllers.addJob({
      name: pod.group,
      spec: { ...fields, restartPolicy },
      template: this.#template(workload),
      onFinished: (how, reason) => this.#parts.observer.said(pod.group, how, `Job ${how}: ${reason}`),
    });
    this.#adopters.set(keyOf('Job', pod.namespace, pod.name), (task, given) => {
      const index = fields.indexed
        ? Number(/-(\d+)-[a-z0-9]+$/.exec(given.pod.name)?.[1] ?? Number.NaN)
        : null;
      this.#controllers.pods.adopt(job, this.#template(workload), task, Number.isNaN(index) ? null : index);
    });
    this.#starts.push(() => job.start());
  }

  #addCronJob(workload: ManifestWorkload): void {
    const { fields, pod, restartPolicy } = workload;
    assert(fields.kind === 'CronJob', 'a CronJob');
    const { kind, schedule: text, timeZone, job, ...rest } = fields;
    const { startEpochMs } = this.#parts.plan;
    const schedule = parseKubernetesCron(text, timeZone);
    assert(!('problem' in schedule), 'a schedule of the plan cannot be read');
    const template = this.#template(workload);
    const { observer } = this.#parts;
    const cronJob = this.#controllers.addCronJob({
      quota: this.#parts.quotas.ofObjects('Job', pod.namespace),
      tell: (reason, message) => observer.said(pod.group, reason, message),
      startEpochMs,
      spec: { ...rest, name: pod.name, createdMs: startEpochMs, schedule },
      createJob: (name, onFinished) =>
        this.#controllers.addJob({
          name,
          spec: { ...job, restartPolicy },
          template,
          onFinished: (how, reason) => {
            observer.said(pod.group, how, `Job ${name} ${how}: ${reason}`);
            onFinished();
          },
        }),
    });
    this.#starts.push(() => cronJob.start());
  }

  #deploymentOf({ owner, pod }: ManifestWorkload): ManifestWorkload | undefined {
    if (owner?.kind !== 'Deployment') return undefined;
    return this.#set.workloads.find(
      (one) =>
        one.fields.kind === 'Deployment' &&
        one.pod.name === owner.name &&
        one.pod.namespace === pod.namespace,
    );
  }

  #desired({ classId }: PodTemplate): (count: number) => void {
    const { store, onDesired } = this.#parts;
    const { groupId } = store.classes[classId]!;
    return (count) => onDesired(groupId, count);
  }

  #template({ pod, revision, failing, deletionCost }: ManifestWorkload): PodTemplate {
    const { store, stream } = this.#parts;
    const read = this.#set.taskClass(pod, store.resources, (name) => this.#sizes.get(name) ?? 0);
    assert('value' in read, 'a pod template of the plan cannot be read');
    const runtimeMs = pod.runtimeMs ?? (pod.groupKind === 'job' ? 0 : Number.POSITIVE_INFINITY);
    return {
      revision,
      classId: store.internClass(read.value).id,
      startupMs: () => pod.startupMs,
      runtimeMs: () => runtimeMs,
      fate: () => (failing > 0 && stream('failing', pod.group).double() < failing ? 'fails' : 'good'),
      tolerations: read.value.wishes.tolerations,
      deletionCost,
      ...restarts(pod),
      charge: this.#set.charge(pod),
      refusal: this.#set.refusal(pod),
    };
  }

  #plainTemplate({ pod, spec, runtimeMs, startupMs }: PodTask): PodTemplate {
    return {
      revision: '',
      classId: this.#parts.store.internClass(spec).id,
      startupMs: () => startupMs,
      runtimeMs: () => runtimeMs,
      fate: () => 'good',
      tolerations: spec.wishes.tolerations,
      deletionCost: 0,
      ...restarts(pod),
      charge: this.#set.charge(pod),
      refusal: this.#set.refusal(pod),
    };
  }
}

/** Pods of a Job say what becomes of their containers; those of other controllers are always restarted. */
function restarts({ restartPolicy }: ManifestPod): Pick<PodTemplate, 'restartPolicy'> {
  return restartPolicy === 'Always' ? {} : { restartPolicy };
}

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind} ${namespace}/${name}`;
}
