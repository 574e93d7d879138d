import { type StatefulSetState, syncStatefulSet } from '../../../src/controllers/kubernetes/stateful-set.ts';
import { ms, names, type PodObject, podState } from './objects.ts';

interface Spec {
  readonly replicas: number;
  readonly minReadySeconds?: number;
  readonly podManagementPolicy: 'OrderedReady' | 'Parallel';
  readonly ordinals?: { readonly start: number };
  readonly updateStrategy: {
    readonly type: 'RollingUpdate' | 'OnDelete';
    readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
  };
  readonly template: unknown;
}

interface Input {
  readonly name: string;
  readonly featureGates?: Readonly<Record<string, boolean>>;
  readonly steps: readonly {
    readonly at: string;
    readonly spec?: Spec;
    readonly status: { readonly currentRevision: string; readonly updateRevision: string };
    readonly pods: readonly PodObject[];
  }[];
}

export function playStatefulSet({ name, featureGates = {}, steps }: Input): unknown {
  const revisions = new Map<string, string>();
  let spec: Spec | undefined;
  for (const [index, step] of steps.entries()) {
    spec = step.spec ?? spec;
    const after = steps[index + 1]?.status.updateRevision;
    if (after !== undefined) revisions.set(JSON.stringify(spec!.template), after);
  }
  return steps.map((step) => {
    spec = step.spec ?? spec;
    const { status, at, pods } = step;
    const updateRevision = revisions.get(JSON.stringify(spec!.template)) ?? 'a revision never seen';
    const currentRevision = status.currentRevision === '' ? updateRevision : status.currentRevision;
    const sync = syncStatefulSet(
      {
        ...fixedParts(spec!, featureGates['MaxUnavailableStatefulSet'] === true),
        currentRevision,
        updateRevision,
        pods: pods.map((pod) => ({
          ...podState(pod),
          ordinal: Number(/\d+$/.exec(pod.metadata.name)![0]),
          revision: pod.metadata.labels!['controller-revision-hash']!,
        })),
      },
      ms(at),
    );
    return {
      create: sync.create
        .map(({ ordinal, revision }) => `${name}-${ordinal} ${revision === updateRevision ? 'update' : 'current'}`)
        .sort(),
      delete: names(sync.remove),
      status: { ...sync.status, rolled: sync.currentRevision === updateRevision },
    };
  });
}

type Fixed = Omit<StatefulSetState, 'currentRevision' | 'updateRevision' | 'pods'>;

function fixedParts(spec: Spec, heedsMaxUnavailable: boolean): Fixed {
  const { type, rollingUpdate } = spec.updateStrategy;
  return {
    replicas: spec.replicas,
    firstOrdinal: spec.ordinals?.start ?? 0,
    minReadySeconds: spec.minReadySeconds ?? 0,
    podManagement: spec.podManagementPolicy,
    update:
      type === 'OnDelete'
        ? { type }
        : {
            type,
            partition: rollingUpdate === undefined ? null : (rollingUpdate.partition ?? 0),
            maxUnavailable: heedsMaxUnavailable ? (rollingUpdate?.maxUnavailable ?? 1) : null,
          },
  };
}
