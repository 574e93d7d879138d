import { describe, expect, test } from 'vitest';
import { syncDeployment } from '../../../src/controllers/kubernetes/deployment.ts';
import { rescale } from '../../../src/controllers/kubernetes/deployment-scaling.ts';
import {
  type DeploymentSpec,
  maxSurgeOf,
  maxUnavailableOf,
  NO_STATUS,
  type OwnedReplicaSet,
} from '../../../src/controllers/kubernetes/deployment-state.ts';

function specOf(changes: Partial<DeploymentSpec> = {}): DeploymentSpec {
  return {
    replicas: 10,
    template: 'new',
    paused: false,
    strategy: { type: 'RollingUpdate', maxSurge: '25%', maxUnavailable: '25%' },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...changes,
  };
}

function setOf(name: string, size: number, changes: Partial<OwnedReplicaSet> = {}): OwnedReplicaSet {
  return {
    name,
    template: name,
    createdMs: name === 'old' ? 0 : 1,
    revision: name === 'old' ? 1 : 2,
    desiredReplicas: 10,
    maxReplicas: 13,
    size,
    replicas: size,
    readyReplicas: size,
    availableReplicas: size,
    podsThere: size,
    ...changes,
  };
}

const sizes = (sync: ReturnType<typeof syncDeployment>) =>
  Object.fromEntries(sync.update.map(({ name, size }) => [name, size]));

describe('maxSurgeOf and maxUnavailableOf', () => {
  // 25 % of the replicas: surge rounded up, missing rounded down; both zero would stand still, so one may be missing.
  test.each([
    { replicas: 1, surge: 1, unavailable: 0 },
    { replicas: 3, surge: 1, unavailable: 0 },
    { replicas: 4, surge: 1, unavailable: 1 },
    { replicas: 5, surge: 2, unavailable: 1 },
    { replicas: 10, surge: 3, unavailable: 2 },
    { replicas: 100, surge: 25, unavailable: 25 },
  ])('$replicas replicas: $surge more, $unavailable fewer', ({ replicas, surge, unavailable }) => {
    const spec = specOf({ replicas });
    expect([maxSurgeOf(spec), maxUnavailableOf(spec)]).toEqual([surge, unavailable]);
  });

  test('neither more nor fewer: one may be missing', () => {
    expect(
      maxUnavailableOf(specOf({ strategy: { type: 'RollingUpdate', maxSurge: 0, maxUnavailable: 0 } })),
    ).toBe(1);
  });
});

describe('syncDeployment', () => {
  // 10 replicas, surge 3, missing 2: at most 13 pods, at least 8 available.
  test('rolls in steps that the surge and the missing pods allow', () => {
    const first = syncDeployment({ spec: specOf(), status: NO_STATUS, replicaSets: [setOf('old', 10)] }, 5);
    // 13 - 10 = 3 new ones; 13 - 8 - 3 not yet available = 2 old ones go.
    expect(first.create?.size).toBe(3);
    expect(sizes(first)).toEqual({ old: 8 });
    // 8 + 3 = 11 of 13: two more new ones, none available yet.
    const starting = setOf('new', 3, { availableReplicas: 0, readyReplicas: 0 });
    const second = syncDeployment(
      { spec: specOf(), status: first.status, replicaSets: [setOf('old', 8), starting] },
      10,
    );
    expect(sizes(second)).toEqual({ new: 5 });
    // 8 + 5 = 13, all available: 13 - 8 = 5 old ones go.
    const third = syncDeployment(
      { spec: specOf(), status: second.status, replicaSets: [setOf('old', 8), setOf('new', 5)] },
      15,
    );
    expect(sizes(third)).toEqual({ old: 3 });
  });

  test('Recreate waits for the last old pod, terminating ones among them', () => {
    const spec = specOf({ strategy: { type: 'Recreate' } });
    const leaving = setOf('old', 0, { replicas: 0, podsThere: 1 });
    const waiting = syncDeployment({ spec, status: NO_STATUS, replicaSets: [leaving] }, 5);
    expect([waiting.create, waiting.update]).toEqual([null, []]);
    const gone = syncDeployment({ spec, status: NO_STATUS, replicaSets: [{ ...leaving, podsThere: 0 }] }, 5);
    expect(gone.create?.size).toBe(10);
  });

  test('a rollout that stands still for longer than its deadline is reported, and stays so', () => {
    const stuck = setOf('new', 10, { availableReplicas: 0, readyReplicas: 0 });
    const state = { spec: specOf(), status: NO_STATUS, replicaSets: [stuck] };
    const first = syncDeployment(state, 0);
    expect(first.status.progressing?.reason).toBe('ReplicaSetUpdated');
    const inTime = syncDeployment({ ...state, status: first.status }, 600_000);
    expect(inTime.status.progressing?.reason).toBe('ReplicaSetUpdated');
    const late = syncDeployment({ ...state, status: inTime.status }, 600_001);
    expect(late.status.progressing).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  });
});

describe('rescale', () => {
  // 10 replicas and 3 more, 8 old and 5 new, now 15: 18 - 13 = 5 to add; old round(8·18/13) = 11, new round(5·18/13) = 7.
  test('shares in proportion', () => {
    const spec = specOf({
      replicas: 15,
      strategy: { type: 'RollingUpdate', maxSurge: 3, maxUnavailable: 0 },
    });
    const old = setOf('old', 8);
    const current = setOf('new', 5);
    expect([...rescale(spec, current, [old]).values()]).toEqual([11, 7]);
  });
});
