import { expect } from 'vitest';
import { Evictions } from '../../src/controllers/evictions.ts';
import { KubernetesPlacement } from '../../src/controllers/kubernetes-placement.ts';
import { TaskLife } from '../../src/controllers/task-life.ts';
import { Kernel } from '../../src/kernel/kernel.ts';
import type { ClusterStore } from '../../src/model/cluster-store.ts';
import { INSTANCE_STATE } from '../../src/model/cluster-view.ts';
import { PHASE } from '../../src/model/phases.ts';
import { kubernetesScheduler } from '../../src/schedulers/kubernetes/kubernetes-scheduler.ts';
import { nodeFromObject, podFromObject } from '../../src/schedulers/kubernetes/objects.ts';
import { kubernetesResourceTable } from '../../src/schedulers/kubernetes/resource-names.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { createDraws } from './draws.ts';
import { optionsOf } from './laws.ts';
import { LoggedStore } from './logged-store.ts';

/** kube-scheduler's queue on nodes and pods in Kubernetes' own JSON, moved by hand. Cycles take no time by default. */
export interface KubeControllers {
  readonly kernel: Kernel;
  readonly store: ClusterStore;
  readonly placement: KubernetesPlacement;
  readonly life: TaskLife;
  /** A node of 4 CPUs, ready now; its slot. */
  join(name: string): number;
  /** It goes, and its tasks wait again. */
  leave(slot: number): void;
  /** A pod of `cpu` CPUs that runs for `runMs`; its task slot. */
  submit(words: PodSpecWords): number;
  /** Does it at that time, among the arrivals. */
  at(timeMs: number, action: () => void): void;
  runUntil(timeMs: number): void;
  /** `[time, node]` of the last placement of each task, by ordinal. */
  placements(): readonly (readonly [timeMs: number, node: string] | undefined)[];
  finish(): LogRecord[];
}

export interface PodSpecWords {
  readonly cpu?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly runMs?: number;
}

export function createKubeControllers({ cycleMs = 0, bindMs = 0, graceMs = 30_000 } = {}): KubeControllers {
  const kernel = new Kernel();
  const table = kubernetesResourceTable([]);
  const logged = new LoggedStore({
    resources: table,
    facts: {
      queue: 'kube',
      platformKind: 'kubernetes',
      groups: [{ name: '', minimum: 0, maximum: 100 }],
    },
    plan: { startupMs: (task) => life.startupMs(task), runtimeMs: (task) => life.runtimeMs(task) },
  });
  const { store } = logged;
  const life = new TaskLife(kernel, store, bindMs);
  const evictions = new Evictions({ kernel, store, life, graceMs });
  const placement = new KubernetesPlacement({
    kernel,
    store,
    scheduler: kubernetesScheduler.create(optionsOf(kubernetesScheduler, {})),
    random: createDraws(1),
    cycleMs,
    bindMs,
    onPlaced: (task) => life.placed(task),
    onUnschedulable: () => {},
    evict: (task, forTask) => evictions.evict(task, forTask),
    budgets: () => [],
  });
  life.attach(placement);
  const actions: (() => void)[] = [];
  const script = kernel.defineKind('script', PHASE.arrival, (index) => actions[index]!());
  const unwrap = <T>(read: { readonly value: T } | { readonly problems: readonly unknown[] }): T => {
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    return read.value;
  };
  return {
    kernel,
    store,
    placement,
    life,
    join(name) {
      const metadata = { name, labels: { 'kubernetes.io/hostname': name } };
      const status = { allocatable: { cpu: '4', memory: '16Gi', pods: '110' } };
      const { instance } = unwrap(nodeFromObject({ metadata, status }, table));
      const slot = store.addInstance(instance, kernel.nowMs);
      store.setInstanceState(slot, INSTANCE_STATE.booting, kernel.nowMs);
      store.setInstanceState(slot, INSTANCE_STATE.ready, kernel.nowMs);
      placement.instanceReady(slot);
      return slot;
    },
    leave(slot) {
      store.setInstanceState(slot, INSTANCE_STATE.draining, kernel.nowMs);
      while (store.taskCount[slot]! > 0) life.interrupt(store.firstTask[slot]!);
      placement.instanceGone(slot);
      store.removeInstance(slot, kernel.nowMs);
    },
    submit({ cpu = 1, labels = {}, spec = {}, runMs = Number.POSITIVE_INFINITY }) {
      const containers = [{ image: 'app:1', resources: { requests: { cpu: String(cpu) } } }];
      const pod = { metadata: { labels }, selectedBy: [], spec: { containers, ...spec } };
      const context = { table, group: 'pods', groupKind: 'job', imageSize: () => 0 } as const;
      return life.submit(store.internClass(unwrap(podFromObject(pod, context))).id, runMs, 0);
    },
    at: (timeMs, action) => void kernel.at(timeMs, script, actions.push(action) - 1),
    runUntil: (untilMs) => void kernel.run({ untilMs }),
    placements() {
      const placed: (readonly [number, string])[] = [];
      const names = new Map<number, string>();
      for (const record of logged.records) {
        if (record.kind === 'instance') names.set(record.instance, record.name);
        if (record.kind === 'placed') placed[record.task] = [record.timeMs, names.get(record.instance)!];
      }
      return placed;
    },
    finish() {
      const log = logged.finish(kernel.nowMs);
      expect(checkLog(log)).toEqual([]);
      return log;
    },
  };
}
