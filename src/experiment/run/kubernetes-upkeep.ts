import { SelfRunControlPlane } from '../../controllers/kubernetes/control-plane/self-run-control-plane.ts';
import { ClusterUpgrades } from '../../controllers/kubernetes/upgrade/cluster-upgrades.ts';
import type { EventKind } from '../../kernel/kernel.ts';
import { type ClusterUpgradeSettings, surgeOf, upgradeSettings } from '../../model/cluster-upgrade.ts';
import { PHASE } from '../../model/phases.ts';
import type { PlanEvent } from '../../model/service-plan.ts';
import type { PlatformPlan } from '../../model/plan.ts';
import type { KubernetesRunParts } from './kubernetes-run.ts';

/** What the upkeep of a cluster tells of itself is told of this. */
export const CONTROL_PLANE = 'control-plane';

export interface KubernetesUpkeepOptions {
  readonly parts: KubernetesRunParts;
  /** Asks the eviction API for the pods of a node. */
  readonly drain: (slot: number) => void;
  /** Scheduler and controllers begin anew. */
  readonly onResumed: () => void;
}

/** Settings of the upgrades of a Kubernetes platform, defaults filled in. */
export function upgradesOf(platform: Extract<PlatformPlan, { kind: 'kubernetes' }>): ClusterUpgradeSettings {
  return upgradeSettings(platform.controlPlane, platform.upgrades);
}

/** What keeps a Kubernetes cluster going: masters of its own where it has some, and its upgrades. */
export class KubernetesUpkeep {
  /** Null where somebody else runs it. */
  readonly controlPlane: SelfRunControlPlane | null;
  /** Null where there are none. */
  readonly upgrades: ClusterUpgrades | null;
  readonly #options: KubernetesUpkeepOptions;
  readonly #losses: readonly Extract<PlanEvent, { kind: 'master-loss' }>[];
  readonly #loss: EventKind | null;

  constructor(options: KubernetesUpkeepOptions) {
    this.#options = options;
    const { plan, kernel } = options.parts;
    this.controlPlane = this.#createControlPlane();
    this.upgrades = this.#createUpgrades();
    this.#losses = (plan.events ?? []).filter((event) => event.kind === 'master-loss');
    const isNeeded = this.controlPlane !== null && this.#losses.length > 0;
    this.#loss = isNeeded
      ? kernel.defineKind('masters-lost', PHASE.failure, (index) => this.#lose(index))
      : null;
  }

  start(): void {
    const { kernel, plan } = this.#options.parts;
    this.controlPlane?.start();
    this.upgrades?.start();
    this.#losses.forEach(({ atMs }, index) => {
      if (this.#loss !== null && atMs < plan.horizonMs) kernel.at(atMs, this.#loss, index);
    });
  }

  /** How many instances a group may have beyond its maximum for the time of its update. */
  surge(group: number): number {
    const { fleet, platform } = this.#options.parts;
    if (this.upgrades === null || !this.#isUpdated(group)) return 0;
    return surgeOf(upgradesOf(platform), fleet.groups[group]!.zones.length);
  }

  #createControlPlane(): SelfRunControlPlane | null {
    const { onResumed, parts } = this.#options;
    const { platform, kernel, gate, fleet, stream, observer } = parts;
    const { controlPlane: plan } = platform;
    if (typeof plan === 'string' || gate === null) return null;
    return kernel.under(
      null,
      () =>
        new SelfRunControlPlane({
          kernel,
          plan,
          gate,
          stream,
          isOpen: (zone) => fleet.isOpen(zone),
          tell: (reason, message) => observer.said(CONTROL_PLANE, reason, message),
          onResumed,
        }),
    );
  }

  /** Whoever upgrades the cluster stands outside of it: his clock goes on when the API does not answer. */
  #createUpgrades(): ClusterUpgrades | null {
    const { parts, drain } = this.#options;
    const { kernel, store, fleet, life, observer, platform, onAgent, onUpgraded } = parts;
    const events = (parts.plan.events ?? []).filter((event) => event.kind === 'upgrade');
    if (events.length === 0) return null;
    return kernel.under(
      null,
      () =>
        new ClusterUpgrades({
          kernel,
          store,
          fleet,
          settings: upgradesOf(platform),
          events,
          masters: this.controlPlane?.masters ?? null,
          isControlPlaneWhole: () => this.controlPlane?.isWhole ?? true,
          isUpdated: (group) => this.#isUpdated(group),
          cordon: (slot, isCordoned) => {
            store.setAgentConnected(slot, !isCordoned);
            onAgent(slot, !isCordoned);
          },
          drain,
          isIdle: (slot) => life.isIdle(slot),
          tell: (reason, message) => observer.said(CONTROL_PLANE, reason, message),
          onControlPlane: onUpgraded,
        }),
    );
  }

  /** Listed instances have no group that would replace them; the nodes of Karpenter drift. */
  #isUpdated(group: number): boolean {
    const { fleet, platform } = this.#options.parts;
    return platform.autoscaler.kind !== 'karpenter' && fleet.groups[group]!.types.length > 0;
  }

  #lose(index: number): void {
    const masters = this.controlPlane!.masters;
    const { zone, count } = this.#losses[index]!;
    const up = Array.from({ length: masters.count }, (_, master) => master).filter(
      (master) => masters.isUp(master) && (zone === null || masters.zoneOf(master) === zone),
    );
    for (const master of up.slice(0, count)) masters.lose(master);
  }
}
