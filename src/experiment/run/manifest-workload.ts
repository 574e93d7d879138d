import type { GivenTask } from '../../controllers/given-tasks.ts';
import { assert } from '../../errors.ts';
import { parseInstant } from '../../io/scenario/instant.ts';
import type { FleetGroup, Plan, PlatformPlan } from '../../model/plan.ts';
import type { ResourceTable } from '../../model/resources.ts';
import type { HostPort, TaskClassSpec } from '../../model/task-class.ts';
import { type ManifestPod, ManifestSet } from '../../schedulers/kubernetes/manifests/manifest-set.ts';

/** A pod of the manifests as a run needs it. */
export interface PodTask extends Omit<GivenTask, 'classId'> {
  readonly pod: ManifestPod;
  readonly spec: TaskClassSpec;
}

/** The Kubernetes objects of a plan, or null when it has none. */
export function manifestsOf({ workload }: Plan): ManifestSet | null {
  return workload.manifests === undefined ? null : new ManifestSet(workload.manifests);
}

/**
 * The pods of the manifests as tasks. A pod arrives when it was created, or at the start if that was before; one that is
 * on a node is there from the start. Images are as large as the nodes of the fleet say.
 */
export function podTasks(
  set: ManifestSet,
  plan: Plan,
  fleet: readonly FleetGroup[],
  table: ResourceTable,
): PodTask[] {
  const sizes = imageSizes(fleet);
  return set.pods.map((pod) => {
    const read = set.taskClass(pod, table, (name) => sizes.get(name) ?? 0);
    assert('value' in read, 'a pod of the plan cannot be read');
    return {
      pod,
      spec: read.value,
      arrivalMs: arrivalMs(pod, plan),
      runtimeMs: pod.runtimeMs ?? Number.POSITIVE_INFINITY,
      startupMs: pod.startupMs,
      gatesRemovedMs: pod.gatesRemovedMs,
      instance: pod.nodeName === '' ? null : pod.nodeName,
    };
  });
}

/** Host ports that pods of the controllers' templates may take. */
export function templatePorts(set: ManifestSet | null, table: ResourceTable): readonly HostPort[] {
  return (set?.templates ?? []).flatMap(({ pod }) => {
    const read = set!.taskClass(pod, table, () => 0);
    return 'value' in read ? read.value.hostPorts : [];
  });
}

/**
 * The replicas that the controllers of pods want, by group: as many as there are pods of each (chosen). A pod of its
 * own and those of a Job or a node have no controller with replicas.
 */
export function replicasOf(pods: readonly PodTask[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { pod } of pods) {
    if (pod.groupKind === 'service') counts.set(pod.group, (counts.get(pod.group) ?? 0) + 1);
  }
  return counts;
}

/** `default/web-1`. */
export function podTitle({ namespace, name }: ManifestPod): string {
  return `${namespace}/${name}`;
}

/** When the pod enters the run. */
export function arrivalMs({ createdAt }: ManifestPod, { startEpochMs }: Plan): number {
  const epochMs = createdAt === undefined ? undefined : parseInstant(createdAt);
  return epochMs === undefined ? 0 : Math.max(0, epochMs - startEpochMs);
}

/** What the reader of a result must know about Kubernetes objects in the plan; what is left out of them is counted. */
export function manifestNotes(
  set: ManifestSet | null,
  fleet: readonly FleetGroup[],
  queue: PlatformPlan['queue'],
): string[] {
  const hasNodes = fleet.some(({ nodes }) => nodes !== undefined);
  const nodeNotes = hasNodes
    ? [
        'Nodes given as Kubernetes objects offer what they say: nothing is kept back beyond that, and none comes or goes.',
      ]
    : [];
  return set === null ? nodeNotes : [...nodeNotes, ...podNotes(set), ...passedOver(set, queue)];
}

function podNotes(set: ManifestSet): string[] {
  const counts = new Map<string, number>();
  for (const { what } of set.leftOut) counts.set(what, (counts.get(what) ?? 0) + 1);
  const bound = set.pods.filter(({ nodeName }) => nodeName !== '').length;
  const parts = [...counts].map(([what, count]) => `${count} × ${what}`);
  const kinds = new Map<string, number>();
  for (const { fields } of set.workloads) kinds.set(fields.kind, (kinds.get(fields.kind) ?? 0) + 1);
  const objects = [...kinds].map(([kind, count]) => `${count} × ${kind}`);
  const unmeasured = set.autoscalers.flatMap(({ namespace, name, metrics }) =>
    metrics.filter(({ load }) => load.length === 0).map((metric) => `${namespace}/${name} ${metric.name}`),
  );
  return [
    ...(set.pods.length === 0
      ? []
      : [
          `Pods come from Kubernetes objects: ${bound} were on their nodes when the run began and never waited, ` +
            `${set.pods.length - bound} were to be scheduled. They run until the end unless stowage.dev/runtime says less. ` +
            'Those without a controller are lost for good with their room; those whose controller is not among the objects come back.',
        ]),
    ...(objects.length === 0 ? [] : [`Controllers run for these Kubernetes objects: ${objects.join(', ')}.`]),
    ...(unmeasured.length === 0
      ? []
      : [
          `Nothing measures these metrics of HorizontalPodAutoscalers, which are left out; without another one they keep their bounds alone: ${unmeasured.join(', ')} (an annotation like stowage.dev/cpu-load or stowage.dev/METRIC-load tells it).`,
        ]),
    ...(set.applied.refused.size === 0
      ? []
      : [`Quotas keep these objects from being made: ${[...set.applied.refused.values()].join('; ')}.`]),
    ...(parts.length === 0 ? [] : [`Left out of the Kubernetes objects: ${parts.join(', ')}.`]),
  ];
}

/** What kube-scheduler's own queue alone does with pods. */
function passedOver(set: ManifestSet, queue: PlatformPlan['queue']): string[] {
  const gated = set.pods.filter(({ hasGates }) => hasGates).length;
  if (typeof queue !== 'string' || gated === 0) return [];
  return [`${gated} pods have scheduling gates, which this queue passes over (queue: kube has them).`];
}

/** The largest size that any node tells, by name with tag. */
export function imageSizes(fleet: readonly FleetGroup[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { nodes } of fleet) {
    for (const object of nodes?.objects ?? []) {
      const { images = [] } = (object['status'] ?? {}) as {
        readonly images?: readonly { readonly names?: readonly string[]; readonly sizeBytes?: number }[];
      };
      for (const { names = [], sizeBytes = 0 } of images) {
        for (const name of names) sizes.set(name, Math.max(sizes.get(name) ?? 0, sizeBytes));
      }
    }
  }
  return sizes;
}
