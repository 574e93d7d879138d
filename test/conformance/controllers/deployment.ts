import { syncDeployment } from '../../../src/controllers/kubernetes/deployment.ts';
import {
  type DeploymentCondition,
  type DeploymentSpec,
  type DeploymentStatus,
  NO_STATUS,
  type OwnedReplicaSet,
} from '../../../src/controllers/kubernetes/deployment-state.ts';
import { ms, timestamp } from './objects.ts';

interface DeploymentObject {
  readonly spec: {
    readonly replicas: number;
    readonly paused?: boolean;
    readonly progressDeadlineSeconds?: number;
    readonly revisionHistoryLimit?: number;
    readonly strategy: {
      readonly type: 'RollingUpdate' | 'Recreate';
      readonly rollingUpdate?: { readonly maxSurge: number | string; readonly maxUnavailable: number | string };
    };
    readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
  };
}

interface ReplicaSetObject {
  readonly name: string;
  readonly image: string;
  readonly creationTimestamp: string;
  readonly revision: string;
  readonly desiredReplicas: string;
  readonly maxReplicas: string;
  readonly specReplicas: number;
  readonly statusReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
}

interface Input {
  readonly steps: readonly {
    readonly at: string;
    readonly deployment?: DeploymentObject;
    readonly replicaSets: readonly ReplicaSetObject[];
  }[];
}

interface Expected {
  readonly create?: { readonly name: string };
}

export function playDeployment({ steps }: Input, expected: readonly Expected[]): unknown {
  let deployment: DeploymentObject | undefined;
  let status: DeploymentStatus = NO_STATUS;
  return steps.map(({ at, replicaSets, ...step }, index) => {
    deployment = step.deployment ?? deployment;
    const spec = specOf(deployment!);
    const sets = replicaSets.map(ownedReplicaSet);
    const sync = syncDeployment({ spec, status, replicaSets: sets }, ms(at));
    status = sync.status;
    const scaled = sync.update.filter(({ name, size }) => sets.find((set) => set.name === name)!.size !== size);
    const created = sync.create && {
      name: expected[index]?.create?.name,
      image: spec.template,
      creationTimestamp: timestamp(ms(at)),
      revision: String(sync.create.revision),
      desiredReplicas: String(sync.create.desiredReplicas),
      maxReplicas: String(sync.create.maxReplicas),
      specReplicas: sync.create.size,
      statusReplicas: 0,
      readyReplicas: 0,
      availableReplicas: 0,
    };
    return {
      ...(created === null ? {} : { create: created }),
      ...(scaled.length === 0 ? {} : { scale: Object.fromEntries(scaled.map(({ name, size }) => [name, size])) }),
      ...(sync.remove.length === 0 ? {} : { deleted: [...sync.remove].sort() }),
      status: shown(status),
    };
  });
}

function shown({ progressing, available, ...counts }: DeploymentStatus): unknown {
  const text = (condition: DeploymentCondition) => `${condition.status}/${condition.reason}`;
  return {
    ...counts,
    ...(progressing === null ? {} : { Progressing: text(progressing) }),
    ...(available === null ? {} : { Available: text(available) }),
  };
}

function specOf({ spec }: DeploymentObject): DeploymentSpec {
  const { type, rollingUpdate } = spec.strategy;
  return {
    replicas: spec.replicas,
    template: spec.template.spec.containers[0]!.image,
    paused: spec.paused ?? false,
    strategy: type === 'Recreate' ? { type } : { type, ...rollingUpdate! },
    revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? null,
  };
}

function ownedReplicaSet(object: ReplicaSetObject): OwnedReplicaSet {
  return {
    name: object.name,
    template: object.image,
    createdMs: ms(object.creationTimestamp),
    revision: Number(object.revision),
    desiredReplicas: Number(object.desiredReplicas),
    maxReplicas: Number(object.maxReplicas),
    size: object.specReplicas,
    replicas: object.statusReplicas,
    readyReplicas: object.readyReplicas,
    availableReplicas: object.availableReplicas,
    podsThere: object.statusReplicas,
  };
}
