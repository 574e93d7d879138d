import { assert } from '../../errors.ts';
import { ClusterStore, type NewInstance } from '../../model/cluster-store.ts';
import { INSTANCE_STATE, TASK_END } from '../../model/cluster-view.ts';
import type { TaskClass, TaskClassSpec } from '../../model/task-class.ts';
import { NO_INSTANCE, type RandomDraws, type SchedulerDefinition } from '../../schedulers/scheduler.ts';
import type { Platform } from '../platforms/platform.ts';

/** A cell as in Verma et al.: machines, and what is to run on them, both at one moment. */
export interface Cell {
  readonly platform: Platform;
  readonly scheduler: SchedulerDefinition;
  /** As its definition read them. */
  readonly schedulerOptions: unknown;
  readonly machines: readonly NewInstance[];
  /** Kinds of tasks; `tasks` are indexes into it, in the order in which they are placed. */
  readonly kinds: readonly TaskClassSpec[];
  readonly tasks: readonly number[];
  /** Kinds of which each machine that has room gets one before everything else. */
  readonly daemons: readonly TaskClassSpec[];
}

/** Of so many tasks, how many may stay without room: as in Borg's packing experiments, 0.2 %. */
export const PENDING_SHARE = 0.002;

/** How many of `count` tasks may stay without room for the others to count as fitting. */
export function sparedOf(count: number, share: number = PENDING_SHARE): number {
  // A hair more, so that .002 × 500 is 1 whatever it is in binary.
  return Math.floor(count * share * (1 + 1e-12));
}

/**
 * Packs tasks onto machines from scratch with the scheduler of the platform, in the order given: who finds no room is
 * passed over, nobody leaves. Returns whether no more than `spared` stay out. `machines` are indexes into those of the
 * cell and may repeat: a machine twice is two machines alike.
 */
export function fits(
  cell: Cell,
  machines: readonly number[],
  tasks: readonly number[],
  { spared, random }: { readonly spared: number; readonly random: RandomDraws },
): boolean {
  const store = storeOf(cell);
  machines.forEach((index, at) => {
    joinMachine(store, cell.machines[index]!, `m-${at}`);
  });
  for (const daemon of cell.daemons) placeEverywhere(store, store.internClass(daemon));
  const scheduler = cell.scheduler.create(cell.schedulerOptions);
  const classes = cell.kinds.map((kind) => store.internClass(kind));
  // Room only shrinks here: a class that found none finds none later, unless it looks at where other tasks are.
  const isHopeless = new Array<boolean>(classes.length).fill(false);
  let out = 0;
  for (const kind of tasks) {
    const taskClass = classes[kind]!;
    if (!isHopeless[kind] && place(store, scheduler, taskClass, random)) continue;
    isHopeless[kind] ||= !scheduler.placementsMayHelp(taskClass);
    out += 1;
    if (out > spared) return false;
  }
  return true;
}

function storeOf({ platform, kinds, daemons }: Cell): ClusterStore {
  const hostPorts = [...kinds, ...daemons].flatMap((kind) => kind.hostPorts);
  return new ClusterStore({
    resources: platform.resources,
    hostPorts: [...platform.reservedPorts, ...hostPorts],
  });
}

function joinMachine(store: ClusterStore, machine: NewInstance, name: string): void {
  const slot = store.addInstance({ ...machine, name }, 0);
  store.setInstanceState(slot, INSTANCE_STATE.booting, 0);
  store.setInstanceState(slot, INSTANCE_STATE.ready, 0);
}

function placeEverywhere(store: ClusterStore, daemon: TaskClass): void {
  for (let slot = 0; slot < store.slotCount; slot++) {
    if (store.fits(slot, daemon)) store.place(store.addTask(daemon.id, 0), slot, 0);
  }
}

function place(
  store: ClusterStore,
  scheduler: ReturnType<SchedulerDefinition['create']>,
  { id }: TaskClass,
  random: RandomDraws,
): boolean {
  const task = store.addTask(id, 0);
  const decision = { view: store, task, random, nowMs: 0 };
  const slot = scheduler.decide(decision);
  if (slot === NO_INSTANCE) {
    store.endTask(task, TASK_END.rejected, 0);
    return false;
  }
  assert(slot < store.slotCount, 'a scheduler chose an instance that is not there');
  store.place(task, slot, 0, scheduler.reserve?.(decision, slot));
  return true;
}
