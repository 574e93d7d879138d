import { Autoscalers } from '../../controllers/kubernetes/runtime/autoscalers.ts';
import { KubernetesControllers } from '../../controllers/kubernetes/runtime/kubernetes-controllers.ts';
import { Kubelets } from '../../controllers/kubernetes/runtime/kubelets.ts';
import type { MemoryRules } from '../../controllers/memory/memory-watch.ts';
import type { UsedMemory } from '../../controllers/memory/used-memory.ts';
import { ResourceQuotas } from '../../controllers/kubernetes/runtime/resource-quotas.ts';
import { refusalText } from '../../schedulers/kubernetes/manifests/limit-bounds.ts';
import type { MasterLife } from '../../controllers/kubernetes/control-plane/masters.ts';
import { assert } from '../../errors.ts';
import type { EventKind } from '../../kernel/kernel.ts';
import type { InstanceShape } from '../../model/cluster-view.ts';
import { kubeletSettings } from '../../model/kubelet-defaults.ts';
import {
  KUBERNETES_CONTROLLER_DEFAULTS,
  type KubernetesControllerSettings,
} from '../../model/kubernetes-defaults.ts';
import { PHASE } from '../../model/phases.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import type { TaskClass } from '../../model/task-class.ts';
import { KubernetesObjects } from './kubernetes-objects.ts';
import { KubernetesServices } from './kubernetes-services.ts';
import { KubernetesUpkeep } from './kubernetes-upkeep.ts';
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
  readonly upkeep: KubernetesUpkeep;
  readonly quotas: ResourceQuotas;
  readonly forbidden: string[] = [];
  readonly #autoscalers: Autoscalers;
  /** What waits for the API to answer. */
  readonly #postponed: (() => void)[] = [];
  /** Null where it always answers. */
  readonly #answered: EventKind | null;

  constructor(parts: KubernetesRunParts) {
    this.#parts = parts;
    const { plan, platform, kernel, store, life, fleet, evictions, budgets, stream } = parts;
    assert(evictions !== null, 'Kubernetes deletes pods');
    const settings = kubernetesSettings(platform);
    this.quotas = new ResourceQuotas(parts.manifests?.quotas ?? [], parts.manifests?.applied);
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
      isUp: () => this.#isUp,
      quotas: this.quotas,
      onRefused: (owner, message) => parts.observer.said(owner, 'FailedCreate', message),
    });
    this.upkeep = new KubernetesUpkeep({
      parts,
      drain: (slot) => this.instanceDraining(slot),
      onResumed: () => this.controllers.losses.restarted(),
    });
    this.#answered =
      parts.gate === null
        ? null
        : kernel.defineKind('api-answers', PHASE.arrival, () => {
            for (const action of this.#postponed.splice(0)) action();
          });
    this.services = new KubernetesServices(parts, this.controllers);
    const { manifests, pods } = parts;
    this.objects =
      manifests === null
        ? null
        : new KubernetesObjects({ ...parts, quotas: this.quotas }, this.controllers, manifests, pods);
    this.#autoscalers = new Autoscalers({
      kernel,
      store,
      scaled: [...this.services.scaled, ...(this.objects?.scaled ?? [])],
      periodMs: settings.autoscalerPeriodMs,
      windowMs: settings.autoscalerPeriodMs,
    });
  }

  start(): void {
    this.upkeep.start();
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

  get daemonClasses(): readonly number[] {
    return this.controllers.daemonSets.map(({ classId }) => classId);
  }

  instanceReady(slot: number): void {
    this.controllers.instanceReady(slot);
  }

  instanceDraining(slot: number): void {
    const id = this.#parts.store.instanceId[slot]!;
    this.#whenUp(() => {
      if (this.#parts.store.instanceId[slot] === id) this.controllers.drains.begin(slot);
    });
  }

  instanceIdle(): void {}

  instanceEmptied(slot: number): void {
    this.upkeep.upgrades?.idle(slot);
  }

  surge(group: number): number {
    return this.upkeep.surge(group);
  }

  masterLives(): readonly MasterLife[] {
    return this.upkeep.controlPlane?.masters.lives ?? [];
  }

  pausedMs(nowMs: number): number | null {
    return this.upkeep.controlPlane?.pausedMs(nowMs) ?? null;
  }

  /** Those that the API server has stored before are there; others must pass what their namespace allows. */
  admitsPod(index: number): boolean {
    const { pods, manifests, observer } = this.#parts;
    const { pod } = pods[index]!;
    if (manifests === null || pod.createdAt !== undefined) return true;
    const refusal = manifests.refusal(pod) ?? this.quotas.refusal(manifests.charge(pod));
    if (refusal === null) return true;
    const message = refusalText(pod.name, refusal);
    this.forbidden.push(message);
    observer.said(pod.group, refusal.reason, message);
    return false;
  }

  podEntered(index: number, task: number): void {
    this.objects?.podEntered(index, task);
  }

  taskLeaving(task: number): void {
    this.controllers.pods.leaving(task);
  }

  /** kubelets go on when the API does not answer. */
  memoryRules(used: UsedMemory): MemoryRules {
    const { kernel, store, life, evictions, platform, onKill, onUntainted } = this.#parts;
    return kernel.under(
      null,
      () =>
        new Kubelets({
          kernel,
          store,
          used,
          life,
          pods: this.controllers.pods,
          evictions: evictions!,
          settings: kubeletSettings(platform.controlPlane, platform.kubelet),
          onKill,
          onUntainted: (slot) => this.#whenUp(() => onUntainted(slot)),
        }),
    );
  }

  zoneLost(zone: string): void {
    this.upkeep.controlPlane?.masters.zoneLost(zone);
  }

  zoneBack(zone: string): void {
    this.upkeep.controlPlane?.masters.zoneBack(zone);
    this.#whenUp(() => this.controllers.losses.zoneBack(zone));
  }

  get #isUp(): boolean {
    return this.#parts.gate?.isOpen ?? true;
  }

  /** Now, or when the API answers again. */
  #whenUp(action: () => void): void {
    if (this.#isUp || this.#answered === null) {
      action();
      return;
    }
    const { kernel } = this.#parts;
    if (this.#postponed.push(action) === 1) kernel.at(kernel.nowMs, this.#answered, 0);
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
