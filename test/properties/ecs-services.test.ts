import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ClusterRun } from '../../src/experiment/run/cluster-run.ts';
import type { EcsRun } from '../../src/experiment/run/ecs-run.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../src/model/cluster-view.ts';
import { checkLog, formatViolation } from '../../src/telemetry/check-log.ts';
import { arbitraryEcsWorld, type EcsWorld } from '../support/ecs-worlds.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** Every invariant of the log, and what must hold of the cluster at the end. */
function expectSound(world: EcsWorld): void {
  const { run, log } = runToEnd(world.plan, world.platform, world.scheduler);
  expect(checkLog(log.records).slice(0, 3).map(formatViolation)).toEqual([]);
  expectDaemonsEverywhere(run);
  for (const { name } of world.plan.workload.services) expectSteadyMeansDone(run, name);
}

/** A daemon has one task on each ready instance with room for it, and nowhere two. */
function expectDaemonsEverywhere({ store }: ClusterRun): void {
  const daemon = store.classes.find(({ groupName }) => groupName === 'agent');
  if (daemon === undefined) return;
  for (let slot = 0; slot < store.slotCount; slot++) {
    let tasks = 0;
    for (let task = store.firstTask[slot]!; task >= 0; task = store.nextTask[task]!) {
      if (store.classes[store.taskClass[task]!] === daemon) tasks += 1;
    }
    expect(tasks).toBeLessThanOrEqual(1);
    const accepts = store.state[slot] === INSTANCE_STATE.ready && store.accepts[slot] === 1;
    if (accepts && store.fits(slot, daemon)) expect(tasks).toBe(1);
  }
}

/** A steady service has its desired number of tasks, all of the newest revision, running and healthy. */
function expectSteadyMeansDone(run: ClusterRun, name: string): void {
  const service = (run.controllers as EcsRun).services.service(name);
  if (service === undefined || !service.isSteady) return;
  expect(service.tasks.size).toBe(service.desired);
  for (const { task, revision, health } of service.tasks.values()) {
    const state = run.store.taskState[task];
    expect([revision, health, state]).toEqual([service.revision, 'healthy', TASK_STATE.running]);
  }
}

test('RunTask, StartTask, UpdateService, deploy, drain, join, leave, disconnect, zone loss, interruption, triggers, health, Fargate: 1,000 random hours keep every invariant', () => {
  fc.assert(fc.property(arbitraryEcsWorld, expectSound), { seed: 1, numRuns: 1000, endOnFailure: true });
  // A slow machine takes its time: this is no test of speed.
}, 240_000);

test('two runs of one world are equal, record by record', () => {
  const equal = (world: EcsWorld) => {
    expect(runToEnd(world.plan, world.platform, world.scheduler).log.records).toEqual(
      runToEnd(world.plan, world.platform, world.scheduler).log.records,
    );
  };
  fc.assert(fc.property(arbitraryEcsWorld, equal), { seed: 4, numRuns: 30 });
});
