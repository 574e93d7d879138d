import type { Gate } from '../../../kernel/gate.ts';
import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import { PHASE } from '../../../model/phases.ts';
import type { SelfRunControlPlanePlan } from '../../../model/self-run-control-plane.ts';
import type { RandomDraws } from '../../../schedulers/scheduler.ts';
import { Masters } from './masters.ts';

export interface SelfRunControlPlaneOptions {
  readonly kernel: Kernel;
  readonly plan: SelfRunControlPlanePlan;
  /** What the scheduler, the controllers and everybody who asks the API is about to do stands under it. */
  readonly gate: Gate;
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  readonly isOpen: (zone: string) => boolean;
  /** Events of the control plane, reason and message. */
  readonly tell: (reason: string, message: string) => void;
  /** Scheduler and controllers are those of another master, or of the same one after a loss of the quorum. */
  readonly onResumed: () => void;
}

/**
 * A control plane on masters of one's own. etcd answers while more than half of its members are up; without it the API
 * does not, so that nothing is scheduled, made, deleted or scaled, no node joins, and no node is found to be silent: what
 * runs goes on. One master leads (scheduler and controllers together, chosen); when it is gone another one takes over after
 * the lease, and until then nothing is decided either. Whoever takes over begins anew with its work queues and with
 * watching the nodes.
 * Sources: etcd v3.6 documentation, failure modes; kubernetes v1.36.2 staging/src/k8s.io/client-go/tools/leaderelection.
 */
export class SelfRunControlPlane {
  readonly masters: Masters;
  /** How often nothing was decided, and for how long so far. */
  pauses = 0;
  #pausedMs = 0;
  #pausedSinceMs = 0;
  readonly #options: SelfRunControlPlaneOptions;
  readonly #elected: EventKind;
  #leader = 0;
  #hasQuorum = true;
  /** When the election that counts is over; earlier ones are void. */
  #electedMs = -1;

  constructor(options: SelfRunControlPlaneOptions) {
    this.#options = options;
    const { kernel, plan, stream, isOpen } = options;
    this.masters = new Masters({
      kernel,
      plan,
      stream,
      isOpen,
      onChanged: (index, isUp) => (isUp ? this.#isUp(index) : this.#isLost(index)),
    });
    this.#elected = kernel.defineKind('leader-elected', PHASE.infrastructure, () => this.#isElected());
  }

  start(): void {
    this.masters.start();
  }

  /** Does it decide? */
  get isAnswering(): boolean {
    return this.#options.gate.isOpen;
  }

  /** Every master is up, and one of them leads. */
  get isWhole(): boolean {
    return this.isAnswering && this.masters.upCount === this.masters.count;
  }

  /** How long nothing was decided, up to `nowMs`. */
  pausedMs(nowMs: number): number {
    return this.#pausedMs + (this.#options.gate.isOpen ? 0 : nowMs - this.#pausedSinceMs);
  }

  #isLost(index: number): void {
    const { tell, plan } = this.#options;
    const { upCount, count } = this.masters;
    const left = `${upCount} of ${count} masters ${upCount === 1 ? 'is' : 'are'} up`;
    tell('MasterLost', `master ${index + 1} in ${this.masters.zoneOf(index)} is gone: ${left}`);
    if (this.#hasQuorum && upCount * 2 <= count) {
      this.#hasQuorum = false;
      this.#electedMs = -1;
      this.#pause();
      tell('QuorumLost', `the API does not answer: ${left}`);
    } else if (this.#hasQuorum && index === this.#leader) {
      this.#pause();
      this.#electIn(plan.leaseMs + plan.electionMs);
    }
  }

  #isUp(index: number): void {
    const { tell, plan } = this.#options;
    const { upCount, count } = this.masters;
    tell(
      'MasterUp',
      `master ${index + 1} in ${this.masters.zoneOf(index)} answers: ${upCount} of ${count} are up`,
    );
    if (this.#hasQuorum || upCount * 2 <= count) return;
    this.#hasQuorum = true;
    this.#electIn(plan.electionMs);
  }

  #electIn(delayMs: number): void {
    const { kernel } = this.#options;
    this.#electedMs = kernel.nowMs + delayMs;
    kernel.at(this.#electedMs, this.#elected, 0);
  }

  #isElected(): void {
    const { kernel, gate, tell, onResumed } = this.#options;
    if (this.#electedMs !== kernel.nowMs || !this.#hasQuorum) return;
    this.#electedMs = -1;
    this.#leader = this.masters.oldest;
    this.#pausedMs = this.pausedMs(kernel.nowMs);
    tell('LeaderElected', `master ${this.#leader + 1} leads: scheduler and controllers go on`);
    onResumed();
    kernel.open(gate);
  }

  /** Nothing is decided from now on. */
  #pause(): void {
    const { kernel, gate } = this.#options;
    if (!gate.isOpen) return;
    this.pauses += 1;
    this.#pausedSinceMs = kernel.nowMs;
    gate.shut();
  }
}
