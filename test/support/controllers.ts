import { expect } from 'vitest';
import { Fleet } from '../../src/controllers/fleet.ts';
import { type Passes, Placement } from '../../src/controllers/placement.ts';
import { TaskLife } from '../../src/controllers/task-life.ts';
import { createPlatform } from '../../src/experiment/platforms/index.ts';
import { hostPortsOf } from '../../src/experiment/platforms/platform.ts';
import { type EventKind, Kernel } from '../../src/kernel/kernel.ts';
import type { ClusterStore } from '../../src/model/cluster-store.ts';
import type { InstanceType } from '../../src/model/instance-type.ts';
import { PHASE, type Phase } from '../../src/model/phases.ts';
import type { FleetGroup, TaskTemplate } from '../../src/model/plan.ts';
import { firstFit } from '../../src/schedulers/baselines/first-fit.ts';
import type { Scheduler } from '../../src/schedulers/scheduler.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { createDraws } from './draws.ts';
import { LoggedStore } from './logged-store.ts';
import { FIRST_FIT, group, template, TYPE } from './plans.ts';

export interface ControllersOptions {
  readonly types?: readonly InstanceType[];
  readonly groups?: readonly FleetGroup[];
  /** Every one that tasks will be of. */
  readonly templates?: readonly TaskTemplate[];
  readonly scheduler?: Scheduler;
  readonly discipline?: 'skip' | 'strict';
  readonly passes?: Passes;
}

/** Queue, scheduler passes, lives of tasks and instances on a bare platform, moved by hand. The fleet has started. */
export interface Controllers {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly placement: Placement;
  readonly life: TaskLife;
  readonly fleet: Fleet;
  /** What was told since the start, with the times: passes that left tasks waiting, instances ready or empty. */
  readonly told: string[];
  /** Class of a template, by default in the group of the template's name. */
  classOf(template: TaskTemplate, group?: string): number;
  /** Does it at that time, among the arrivals. */
  at(timeMs: number, action: () => void, phase?: Phase): void;
  runUntil(timeMs: number): void;
  /** The log up to now, in which no invariant may be broken. */
  finish(): LogRecord[];
}

export function createControllers(options: ControllersOptions = {}): Controllers {
  const { types = [TYPE], groups = [group(1)], templates = [template()], discipline = 'skip' } = options;
  const kernel = new Kernel();
  const extended = [...new Set(templates.flatMap((one) => [...one.extended.keys()]))].sort();
  const platform = createPlatform(FIRST_FIT, {
    types: new Map(types.map((type) => [type.name, type])),
    region: 'us-east-1',
    extended,
  });
  const logged = new LoggedStore({
    resources: platform.resources,
    hostPorts: templates.flatMap(hostPortsOf),
    facts: {
      queue: discipline,
      groups: groups.map(({ name, size }) => ({ name, minimum: 0, maximum: size.max })),
    },
    plan: { startupMs: (task) => life.startupMs(task), runtimeMs: (task) => life.runtimeMs(task) },
  });
  const { store } = logged;
  const life = new TaskLife(kernel, store);
  const told: string[] = [];
  const placement = new Placement({
    kernel,
    store,
    scheduler: options.scheduler ?? firstFit.create(null),
    random: createDraws(1),
    discipline,
    passes: options.passes ?? 'at-end-of-instant',
    onPlaced: (task) => life.placed(task),
    onLeftWaiting: () => told.push(`left waiting at ${kernel.nowMs}`),
    onPassEnded: (nowMs) => logged.events.passEnded(nowMs),
  });
  life.attach(placement);
  life.onReleased = (slot) => told.push(`${store.instanceName(slot)} empty at ${kernel.nowMs}`);
  const fleet = new Fleet({
    kernel,
    store,
    groups,
    factory: platform,
    stream: (purpose, name) => createDraws(purpose.length * 1000 + name.length),
    onReady(slot) {
      told.push(`${store.instanceName(slot)} ready at ${kernel.nowMs}`);
      placement.requestPass();
    },
    onGone: () => placement.instanceGone(),
    onTaskLost: (task) => life.interrupt(task),
  });
  fleet.start();
  told.length = 0;
  const actions: (() => void)[] = [];
  const kinds = new Map<Phase, EventKind>();
  const kindOf = (phase: Phase): EventKind => {
    const kind =
      kinds.get(phase) ?? kernel.defineKind(`script-${phase}`, phase, (index) => actions[index]!());
    kinds.set(phase, kind);
    return kind;
  };
  return {
    kernel,
    store,
    placement,
    life,
    fleet,
    told,
    classOf: (one, name = one.name) =>
      store.internClass(platform.taskClass(one, { group: name, kind: 'job', spread: 'none', amounts: one }))
        .id,
    at: (timeMs, action, phase = PHASE.arrival) =>
      void kernel.at(timeMs, kindOf(phase), actions.push(action) - 1),
    runUntil: (untilMs) => void kernel.run({ untilMs }),
    finish() {
      const log = logged.finish(kernel.nowMs);
      expect(checkLog(log, { livenessMs: 0 })).toEqual([]);
      return log;
    },
  };
}
