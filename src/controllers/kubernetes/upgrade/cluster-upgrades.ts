import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import type { ClusterUpgradeSettings } from '../../../model/cluster-upgrade.ts';
import { PHASE } from '../../../model/phases.ts';
import type { PlanEvent } from '../../../model/service-plan.ts';
import type { Masters } from '../control-plane/masters.ts';
import { GroupUpdate, type GroupUpdateOptions } from './group-update.ts';
import { Steps } from './steps.ts';
import { validate } from './validation.ts';

type Upgrade = Extract<PlanEvent, { kind: 'upgrade' }>;

export interface ClusterUpgradesOptions
  extends Pick<GroupUpdateOptions, 'store' | 'fleet' | 'cordon' | 'drain' | 'isIdle' | 'tell'> {
  readonly kernel: Kernel;
  readonly settings: ClusterUpgradeSettings;
  readonly events: readonly Upgrade[];
  /** Masters of one's own; null: a managed control plane. */
  readonly masters: Masters | null;
  /** Is every master up, and does one lead? */
  readonly isControlPlaneWhole: () => boolean;
  /** Groups whose nodes are updated here: the others' nodes go by rules of their own. */
  readonly isUpdated: (group: number) => boolean;
  /** The control plane has its new version. */
  readonly onControlPlane: (version: string | null) => void;
}

/**
 * Upgrades of a Kubernetes cluster, one after the other: the control plane, then one instance group at a time. A managed
 * control plane takes its time and answers all the while; masters of one's own are replaced one by one, each when the
 * cluster is whole again. What goes wrong ends the upgrade where it is.
 */
export class ClusterUpgrades {
  /** Upgrades that came to their end, and those that were given up. */
  completed = 0;
  failed = 0;
  readonly #options: ClusterUpgradesOptions;
  readonly #steps: Steps;
  readonly #begin: EventKind;
  readonly #waiting: Upgrade[] = [];
  #isUnderWay = false;
  #group: GroupUpdate | null = null;
  /** What the upgrade under way is about. */
  #subject = '';

  constructor(options: ClusterUpgradesOptions) {
    this.#options = options;
    this.#steps = new Steps(options.kernel);
    this.#begin = options.kernel.defineKind('upgrade', PHASE.arrival, (index) => {
      this.#waiting.push(options.events[index]!);
      if (!this.#isUnderWay) this.#nextUpgrade();
    });
  }

  start(): void {
    const { kernel, events } = this.#options;
    events.forEach(({ atMs }, index) => {
      kernel.at(atMs, this.#begin, index);
    });
  }

  /** Nothing but daemons is left on a node. */
  idle(slot: number): void {
    this.#group?.idle(slot);
  }

  #nextUpgrade(): void {
    const upgrade = this.#waiting.shift();
    this.#isUnderWay = upgrade !== undefined;
    if (upgrade === undefined) return;
    const { settings, masters, tell } = this.#options;
    const version = upgrade.version === null ? '' : ` to ${upgrade.version}`;
    tell('UpgradeStarted', `the control plane is upgraded${version}, the nodes follow`);
    if (masters === null) this.#steps.after(settings.controlPlaneMs, () => this.#nodes(upgrade));
    else this.#updateMaster(0, upgrade);
  }

  /** Masters are drained at once: none of the workload runs there. */
  #updateMaster(index: number, upgrade: Upgrade): void {
    const { masters, settings, tell } = this.#options;
    if (index === masters!.count) {
      this.#nodes(upgrade);
      return;
    }
    this.#steps.after(settings.postDrainMs, () => {
      if (masters!.isUp(index)) masters!.replace(index);
      this.#steps.after(settings.intervalMs, () =>
        this.#validate((isWhole) => {
          if (isWhole) {
            tell('MasterUpdated', `master ${index + 1} is replaced, the cluster is whole`);
            this.#updateMaster(index + 1, upgrade);
          } else this.#end('the cluster did not validate in time');
        }),
      );
    });
  }

  #nodes(upgrade: Upgrade): void {
    const { fleet, isUpdated, onControlPlane } = this.#options;
    onControlPlane(upgrade.version);
    const indexOf = (name: string) => fleet.groups.findIndex((group) => group.name === name);
    const wanted = upgrade.groups?.map(indexOf) ?? fleet.groups.map((_, index) => index);
    const groups = wanted.filter((index) => index >= 0 && isUpdated(index));
    this.#subject = groups.length === 0 ? 'the control plane is' : 'control plane and nodes are';
    this.#nextGroup(groups);
  }

  #nextGroup([group, ...rest]: readonly number[]): void {
    if (group === undefined) {
      this.#end(null);
      return;
    }
    this.#group = new GroupUpdate({
      ...this.#options,
      steps: this.#steps,
      group,
      validate: (then) => this.#validate(then),
      onDone: (problem) => {
        this.#group = null;
        if (problem === null) this.#nextGroup(rest);
        else this.#end(problem);
      },
    });
    this.#group.start();
  }

  #end(problem: string | null): void {
    const { tell } = this.#options;
    if (problem === null) this.completed += 1;
    else this.failed += 1;
    if (problem === null) tell('UpgradeCompleted', `${this.#subject} of the new version`);
    else tell('UpgradeFailed', problem);
    this.#nextUpgrade();
  }

  #validate(then: (isWhole: boolean) => void): void {
    const { kernel, settings } = this.#options;
    validate(
      { nowMs: () => kernel.nowMs, steps: this.#steps, settings, isWhole: () => this.#isWhole() },
      then,
    );
  }

  /** Every node that a group counts is ready, and so is every master. */
  #isWhole(): boolean {
    const { store, fleet, isControlPlaneWhole } = this.#options;
    const alive = fleet.groups.reduce((sum, _, group) => sum + fleet.alive(group), 0);
    return isControlPlaneWhole() && alive === store.readyCount;
  }
}
