import type { RankedPod } from '../../../src/controllers/kubernetes/deletion-order.ts';
import { deletionOrder, type ReplicaSetState, syncReplicaSet } from '../../../src/controllers/kubernetes/replica-set.ts';
import { ms, names, type ObjectMeta, type PodObject, podState } from './objects.ts';

interface Input {
  readonly now: string;
  readonly replicaSets: readonly {
    readonly metadata: ObjectMeta;
    readonly spec: { readonly replicas: number; readonly minReadySeconds?: number };
  }[];
  readonly pods: readonly PodObject[];
}

export function playReplicaSet({ now, replicaSets, pods }: Input, expected: { readonly order?: unknown }): unknown {
  const [own] = replicaSets;
  const ownedBy = (uid: string | undefined) =>
    pods.filter((pod) => pod.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid));
  const siblings = own!.metadata.ownerReferences === undefined ? [] : replicaSets;
  const state: ReplicaSetState = {
    replicas: own!.spec.replicas,
    minReadySeconds: own!.spec.minReadySeconds ?? 0,
    pods: ownedBy(own!.metadata.uid).map(rankedPod),
    related: siblings.flatMap(({ metadata }) => ownedBy(metadata.uid)).map(podState),
  };
  const { create, remove, status } = syncReplicaSet(state, ms(now));
  const order = deletionOrder(state, ms(now)).map(({ name }) => name);
  return { create, delete: names(remove), status, ...(expected.order === undefined ? {} : { order }) };
}

function rankedPod(pod: PodObject): RankedPod {
  const { metadata, spec, status } = pod;
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const cost = Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  const restarts = (statuses: readonly { readonly restartCount?: number }[]) =>
    Math.max(0, ...statuses.map(({ restartCount = 0 }) => restartCount));
  return {
    ...podState(pod),
    uid: metadata.uid ?? '',
    deletionCost: Number.isInteger(cost) ? cost : 0,
    restarts: restarts(status?.containerStatuses ?? []),
    sidecarRestarts: restarts(
      (status?.initContainerStatuses ?? []).filter(({ name = '' }) => sidecars.has(name)),
    ),
  };
}
