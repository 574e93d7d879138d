import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { KubernetesRun } from '../../src/experiment/run/kubernetes-run.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../src/model/cluster-view.ts';
import { checkLog, formatViolation } from '../../src/telemetry/check-log.ts';
import {
  arbitraryKubernetesWorld,
  arbitraryUpkeepWorld,
  type KubernetesWorld,
} from '../support/kubernetes-worlds.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** Every invariant of the log, and what must hold of the controllers at the end. */
function expectSound(world: KubernetesWorld): void {
  const { run, log } = runToEnd(world.plan, world.platform);
  expect(checkLog(log.records).slice(0, 3).map(formatViolation)).toEqual([]);
  expectCountsOfPods(run);
  const { upkeep } = run.controllers as KubernetesRun;
  // Without an API nobody makes pods, or counts those that are gone.
  if (upkeep.controlPlane?.isAnswering === false) return;
  expectDaemonsEverywhere(run);
  expectSettled(run);
}

/** What ReplicaSets count is what there is, and every task of a service is a pod of its own. */
function expectCountsOfPods(run: ClusterRun): void {
  const { controllers } = run.controllers as KubernetesRun;
  const { taskState, taskInstance, classes, taskClass } = run.store;
  const seen = new Set<number>();
  for (const deployment of controllers.deployments) {
    for (const set of deployment.replicaSets) {
      const active = [...set.pods].filter(({ isTerminating }) => !isTerminating);
      expect(set.activeReplicas).toBe(active.length);
      expect(set.readyReplicas).toBe(active.filter(({ isReady }) => isReady).length);
      for (const pod of set.pods) {
        if (pod.task < 0) continue;
        expect(seen.has(pod.task)).toBe(false);
        seen.add(pod.task);
        expect(controllers.pods.of(pod.task)).toBe(pod);
        expect(pod.isReady).toBe(taskState[pod.task] === TASK_STATE.running);
        if (taskInstance[pod.task]! >= 0) {
          expect(classes[taskClass[pod.task]!]!.evicted === true).toBe(pod.isTerminating);
        }
      }
    }
  }
  const names = new Set(controllers.deployments.map(({ name }) => name));
  let tasks = 0;
  for (let task = 0; task < taskState.length; task++) {
    if (taskState[task] === TASK_STATE.free) continue;
    if (names.has(classes[taskClass[task]!]!.groupName)) tasks += 1;
  }
  expect(tasks).toBe(seen.size);
}

/** A daemon has one task on each ready instance with room for it, and nowhere two. */
function expectDaemonsEverywhere({ store }: ClusterRun): void {
  const daemon = store.classes.find(({ groupName }) => groupName === 'agent');
  if (daemon === undefined) return;
  for (let slot = 0; slot < store.slotCount; slot++) {
    let tasks = 0;
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      if (store.classes[store.taskClass[task]!]!.groupId === daemon.groupId) tasks += 1;
    }
    expect(tasks).toBeLessThanOrEqual(1);
    const takesPods = store.state[slot] === INSTANCE_STATE.ready && store.accepts[slot] === 1;
    if (takesPods && store.fits(slot, daemon)) expect(tasks).toBe(1);
  }
}

/** A Deployment that says it is complete has what it wants, of the newest revision. */
function expectSettled(run: ClusterRun): void {
  for (const deployment of (run.controllers as KubernetesRun).controllers.deployments) {
    if (!deployment.isComplete) continue;
    expect(deployment.statusReplicas).toBe(deployment.replicas);
    const sizes = deployment.replicaSets.map(({ size }) => size).filter((size) => size > 0);
    expect(sizes).toEqual(deployment.replicas === 0 ? [] : [deployment.replicas]);
  }
}

test('scale, deploy, drain, join, leave, zone loss, autoscaling: 150 random hours keep every invariant', () => {
  fc.assert(fc.property(arbitraryKubernetesWorld, expectSound), {
    seed: 1,
    numRuns: 150,
    endOnFailure: true,
  });
});

test('two runs of one world are equal, record by record', () => {
  const equal = (world: KubernetesWorld) => {
    expect(runToEnd(world.plan, world.platform).log.records).toEqual(
      runToEnd(world.plan, world.platform).log.records,
    );
  };
  fc.assert(fc.property(arbitraryKubernetesWorld, equal), { seed: 4, numRuns: 20 });
});

/** What a world is made of, as far as it takes several of them together to go wrong. */
function partsOf({ plan, platform }: KubernetesWorld): ReadonlySet<string> {
  const { manifests = [], services } = plan.workload;
  const kinds = manifests.map((object) => String(object['kind']));
  const scaled = services.some(({ scaling }) => scaling !== undefined) ? ['HorizontalPodAutoscaler'] : [];
  const events = (plan.events ?? []).map(({ kind }) => kind);
  const { controlPlane, autoscaler } = platform;
  const masters = controlPlane !== 'none' ? ['masters'] : [];
  return new Set([...kinds, ...scaled, ...events, ...masters, autoscaler.kind]);
}

test('masters that fail, upgrades, Karpenter, the Cluster Autoscaler: 45 random hours keep every invariant', () => {
  const seen: ReadonlySet<string>[] = [];
  const expectSoundParts = (world: KubernetesWorld) => {
    seen.push(partsOf(world));
    expectSound(world);
  };
  fc.assert(fc.property(arbitraryUpkeepWorld, expectSoundParts), {
    seed: 11,
    numRuns: 45,
    endOnFailure: true,
  });
  // Each at least so often together with the others.
  const together = (...parts: readonly string[]) =>
    seen.filter((one) => parts.every((part) => one.has(part)));
  const basis = ['karpenter', 'masters', 'master-loss', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'];
  expect(together(...basis).length).toBeGreaterThan(3);
  for (const one of ['upgrade', 'deploy', 'outage', 'drain', 'Deployment', 'StatefulSet', 'Job', 'CronJob']) {
    expect(together('karpenter', 'masters', one).length, one).toBeGreaterThan(0);
  }
  expect(together('cluster-autoscaler', 'masters').length).toBeGreaterThan(3);
});
