import type { EventKind, Kernel } from '../../../kernel/kernel.ts';
import { PHASE } from '../../../model/phases.ts';
import type { SelfRunControlPlanePlan } from '../../../model/self-run-control-plane.ts';
import type { RandomDraws } from '../../../schedulers/scheduler.ts';
import { HOUR } from '../../../units.ts';
import { sampler } from '../../distributions.ts';

export interface MastersOptions {
  readonly kernel: Kernel;
  readonly plan: SelfRunControlPlanePlan;
  /** One stream for each purpose and master. */
  readonly stream: (purpose: string, entity: string) => RandomDraws;
  /** Can the zone launch instances? */
  readonly isOpen: (zone: string) => boolean;
  /** A master is up, or up no more. */
  readonly onChanged: (index: number, isUp: boolean) => void;
}

/** The life of one instance of a master, from when it is billed. */
export interface MasterLife {
  /** Counts from 0. */
  readonly master: number;
  readonly zone: string;
  readonly runningMs: number;
  /** NaN: it still runs. */
  endMs: number;
}

interface Master {
  readonly zone: string;
  readonly launchMs: () => number;
  readonly bootMs: () => number;
  readonly untilFailureMs: () => number;
  state: 'gone' | 'requested' | 'booting' | 'up';
  /** Tells the instances of a master apart: events of an earlier one are void. */
  turn: number;
  /** NaN while it is not up. */
  upSinceMs: number;
  life: MasterLife | null;
}

/** Turns of one master are told apart within this many. */
const TURNS = 2 ** 24;

/**
 * The masters of a self-run control plane. Each is an Auto Scaling group of one instance in one zone: one that fails is
 * asked for again after the group has noticed, one whose zone is lost when the zone is back. The volumes of etcd outlive
 * their master and are there for the next one, so that a master comes back as the same member.
 * Source: kubernetes/kops pkg/model/awsmodel/autoscalinggroup.go, pkg/model/master_volumes.go.
 */
export class Masters {
  readonly lives: MasterLife[] = [];
  readonly #options: MastersOptions;
  readonly #masters: readonly Master[];
  readonly #replaced: EventKind;
  readonly #running: EventKind;
  readonly #up: EventKind;
  readonly #fails: EventKind;

  constructor(options: MastersOptions) {
    this.#options = options;
    const { kernel, plan, stream } = options;
    const [launch, boot] = [sampler(plan.launch), sampler(plan.boot)];
    const fails = failuresOf(plan.failuresPerHour);
    this.#masters = plan.zones.map((zone, index) => {
      const draws = (purpose: string) => stream(purpose, `master-${index + 1}`);
      const [launches, boots, failures] = [
        draws('instance-launch'),
        draws('instance-boot'),
        draws('failures'),
      ];
      return {
        zone,
        launchMs: () => launch(launches.double()),
        bootMs: () => boot(boots.double()),
        untilFailureMs: () => fails(failures.double()),
        state: 'gone',
        turn: 0,
        upSinceMs: Number.NaN,
        life: null,
      };
    });
    const turns = (handle: (index: number) => void) => (entity: number) => {
      const index = Math.floor(entity / TURNS);
      if (this.#masters[index]!.turn === entity % TURNS) handle(index);
    };
    const { infrastructure, failure } = PHASE;
    this.#replaced = kernel.defineKind(
      'master-replaced',
      infrastructure,
      turns((index) => this.#request(index)),
    );
    this.#running = kernel.defineKind(
      'master-running',
      infrastructure,
      turns((index) => this.#runs(index)),
    );
    this.#up = kernel.defineKind(
      'master-up',
      infrastructure,
      turns((index) => this.#isUp(index)),
    );
    this.#fails = kernel.defineKind(
      'master-fails',
      failure,
      turns((index) => this.lose(index)),
    );
  }

  get count(): number {
    return this.#masters.length;
  }

  get upCount(): number {
    return this.#masters.filter(({ state }) => state === 'up').length;
  }

  isUp(index: number): boolean {
    return this.#masters[index]!.state === 'up';
  }

  zoneOf(index: number): string {
    return this.#masters[index]!.zone;
  }

  /** The master that has been up for longest, the first of those; -1: none is up. */
  get oldest(): number {
    let oldest = -1;
    this.#masters.forEach(({ upSinceMs }, index) => {
      if (Number.isNaN(upSinceMs)) return;
      if (oldest < 0 || upSinceMs < this.#masters[oldest]!.upSinceMs) oldest = index;
    });
    return oldest;
  }

  /** All of them are there when the run starts. */
  start(): void {
    this.#masters.forEach((master, index) => {
      this.#begins(index);
      this.#comesUp(master, index);
    });
  }

  /** The master fails; its group notices, and asks for another one. */
  lose(index: number): void {
    const { kernel, plan } = this.#options;
    this.#end(index);
    kernel.after(plan.replaceAfterMs, this.#replaced, this.#entity(index));
  }

  /** The master is taken out of service on purpose: its group asks for another one at once. */
  replace(index: number): void {
    this.#end(index);
    this.#request(index);
  }

  /** The zone is lost with the masters in it. */
  zoneLost(zone: string): void {
    this.#masters.forEach((master, index) => {
      if (master.zone === zone) this.#end(index);
    });
  }

  /** The zone launches again: the groups there ask for what they lack. */
  zoneBack(zone: string): void {
    this.#masters.forEach((master, index) => {
      if (master.zone === zone && master.state === 'gone') this.#request(index);
    });
  }

  #entity(index: number): number {
    return index * TURNS + this.#masters[index]!.turn;
  }

  #request(index: number): void {
    const { kernel, isOpen } = this.#options;
    const master = this.#masters[index]!;
    if (master.state !== 'gone' || !isOpen(master.zone)) return;
    master.state = 'requested';
    kernel.after(master.launchMs(), this.#running, this.#entity(index));
  }

  #runs(index: number): void {
    const master = this.#masters[index]!;
    this.#begins(index);
    master.state = 'booting';
    this.#options.kernel.after(master.bootMs(), this.#up, this.#entity(index));
  }

  #isUp(index: number): void {
    this.#comesUp(this.#masters[index]!, index);
    this.#options.onChanged(index, true);
  }

  #begins(index: number): void {
    const master = this.#masters[index]!;
    const { zone } = master;
    master.life = { master: index, zone, runningMs: this.#options.kernel.nowMs, endMs: Number.NaN };
    this.lives.push(master.life);
  }

  #comesUp(master: Master, index: number): void {
    const { kernel } = this.#options;
    master.state = 'up';
    master.upSinceMs = kernel.nowMs;
    const failsInMs = master.untilFailureMs();
    if (Number.isFinite(failsInMs)) kernel.after(failsInMs, this.#fails, this.#entity(index));
  }

  #end(index: number): void {
    const master = this.#masters[index]!;
    const wasUp = master.state === 'up';
    master.turn = (master.turn + 1) % TURNS;
    master.state = 'gone';
    master.upSinceMs = Number.NaN;
    if (master.life !== null) master.life.endMs = this.#options.kernel.nowMs;
    master.life = null;
    if (wasUp) this.#options.onChanged(index, false);
  }
}

/** From when a master is up until it fails by itself, ms; Infinity: never. */
function failuresOf(perHour: number | undefined): (u: number) => number {
  if (perHour === undefined || perHour === 0) return () => Number.POSITIVE_INFINITY;
  return sampler({ kind: 'exponential', meanMs: HOUR / perHour });
}
