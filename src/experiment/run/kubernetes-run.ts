import { Autoscalers } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import { KubernetesControllers } from '../../controllers/kubernetes/runtime/kubernetes-controllers.ts';
import { assert } from '../../errors.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import {
  KUBERNETES_CONTROLLER_DEFAULTS,
  type KubernetesControllerSettings,
} from '../../model/kubernetes-defaults.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { KubernetesServices } from './kubernetes-services.ts';
import type { PlatformRun, PlatformRunParts } from './platform-run.ts';

export interface KubernetesRunParts extends PlatformRunParts {
  readonly platform: Extract<PlatformPlan, { kind: 'kubernetes' }>;
}

/** Settings of the controllers of a Kubernetes platform, defaults filled in. */
export function kubernetesSettings(
  platform: Extract<PlatformPlan, { kind: 'kubernetes' }>,
): KubernetesControllerSettings {
  return { ...KUBERNETES_CONTROLLER_DEFAULTS, ...platform.controllers };
}

/** Kubernetes in a run: its controllers, with the objects that the scenario's words come to. */
export class KubernetesRun implements PlatformRun {
  readonly retries = false;
  readonly scaler = null;
  readonly controllers: KubernetesControllers;
  readonly services: KubernetesServices;
  /** Null without manifests. */
  readonly objects: KubernetesObjects | null;
  readonly #parts: KubernetesRunParts;
  readonly #autoscalers: Autoscalers;

  constructor(parts: KubernetesRunParts) {
    this.#parts = parts;
    const { plan, platform, kernel, store, life, fleet, evictions, budgets, stream } = parts;
    assert(evictions !== null, 'Kubernetes deletes pods');
    const settings = kubernetesSettings(platform);
    this.controllers = new KubernetesControllers({
      kernel,
      store,
      life,
      evictions,
      budgets,
      settings,
      horizonMs: plan.horizonMs,
      onInterrupted: parts.onInterrupted,
      onEvicted: parts.onEvicted,
      uids: () => stream('uids', platform.name),
      isReachable: (zone) => fleet.isOpen(zone),
      matches: (classId, slot) => this.#matches(classId, slot),
      nominated: (slot) => this.#nominated(slot),
    });
    this.services = new KubernetesServices(parts, this.controllers);
    const { manifests, pods } = parts;
    this.objects =
      manifests === null ? null : new KubernetesObjects(parts, this.controllers, manifests, pods);
    this.#autoscalers = new Autoscalers({
      kernel,
      store,
      scaled: [...this.services.scaled, ...(this.objects?.scaled ?? [])],
      periodMs: settings.autoscalerPeriodMs,
      windowMs: settings.autoscalerPeriodMs,
    });
  }

  start(): void {
    this.controllers.start();
    this.services.start();
    this.objects?.start();
    this.#autoscalers.start();
  }

  classForNextTask(classId: number): number {
    return classId;
  }

  /** Daemons are on every node before anything else is, so only they find it empty. */
  roomFor(taskClass: TaskClass, shape: InstanceShape, zone: string): InstanceShape {
    const { store, scheduler } = this.#parts;
    const daemons = this.controllers.daemonSets.map(({ classId }) => store.classes[classId]!);
    if (daemons.length === 0 || daemons.includes(taskClass)) return shape;
    const there = daemons.filter((daemon) => scheduler.admits(daemon, shape, zone));
    const allocatable = shape.allocatable.map((amount, lane) =>
      there.reduce((left, { requests }) => Math.max(0, left - requests[lane]!), amount),
    );
    return { ...shape, allocatable };
  }

  leavesOnDrain(task: number): boolean {
    return !this.isDaemon(task);
  }

  isDaemon(task: number): boolean {
    return this.controllers.pods.of(task)?.owner.followsNodes === true;
  }

  instanceReady(slot: number): void {
    this.controllers.instanceReady(slot);
  }

  instanceDraining(slot: number): void {
    this.controllers.drains.begin(slot);
  }

  instanceIdle(): void {}

  podEntered(index: number, task: number): void {
    this.objects?.podEntered(index, task);
  }

  taskLeaving(task: number): void {
    this.controllers.pods.leaving(task);
  }

  zoneBack(zone: string): void {
    this.controllers.losses.zoneBack(zone);
  }

  #nominated(slot: number): TaskClass[] {
    const { store, nominations } = this.#parts;
    const own = nominations().filter((nomination) => nomination.slot === slot);
    return own.map(({ task }) => store.classes[store.taskClass[task]!]!);
  }

  #matches(classId: number, slot: number): boolean {
    const { store, scheduler } = this.#parts;
    const zone = store.strings.name(store.zone[slot]!);
    return scheduler.admits(store.classes[classId]!, store.shapes[store.shapeOf[slot]!]!, zone);
  }
}
