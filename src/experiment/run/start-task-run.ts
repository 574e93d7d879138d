import { StartTaskSchedulers } from '../../controllers/ecs/start-task-schedulers.ts';
import type { ClusterStore } from '../../model/cluster-store.ts';
import type { Plan, PlatformPlan } from '../../model/plan.ts';
import { API_RATE_DEFAULTS } from '../../model/start-task-plan.ts';
import type { HostPort, TaskClass } from '../../model/task-class.ts';
import { classPolicy } from '../../schedulers/ecs/class-policy.ts';
import { leavingTasks } from '../../schedulers/ecs/leaving-tasks.ts';
import { startTaskFailure } from '../../schedulers/ecs/start-task-failure.ts';
import type { Scheduler } from '../../schedulers/scheduler.ts';
import type { EcsSummary } from '../result.ts';
import type { EcsRunParts } from './ecs-run.ts';

/** Which own scheduler of the platform starts tasks of a class, by index; -1: none. Null on platforms without any. */
function ownersOn(plan: Plan, platform: PlatformPlan): ((taskClass: TaskClass) => number) | null {
  const startTask = platform.kind === 'ecs' ? (platform.startTask ?? []) : [];
  if (startTask.length === 0) return null;
  const { jobs, traces, distributions } = plan.workload;
  const owners = new Map<string, number>();
  for (const { name, template } of [...jobs, ...traces, ...distributions]) {
    const owner = startTask.findIndex(({ tasks }) => tasks.includes(name));
    // ECS counts tasks by the task group of their template, where that names one.
    if (owner >= 0) owners.set(template.ecs?.group ?? name, owner);
  }
  return ({ groupName, groupKind }) => (groupKind === 'service' ? -1 : (owners.get(groupName) ?? -1));
}

/** The platform's scheduler, which leaves alone what own schedulers start. */
export function leavingOwnTasks(scheduler: Scheduler, plan: Plan, platform: PlatformPlan): Scheduler {
  const owners = ownersOn(plan, platform);
  if (owners === null || platform.kind !== 'ecs') return scheduler;
  return leavingTasks(scheduler, (taskClass) => platform.startTask![owners(taskClass)]?.name ?? null);
}

/** The own schedulers of an ECS platform, in a run. */
export class StartTaskRun {
  readonly #schedulers: StartTaskSchedulers;
  readonly #owners: (taskClass: TaskClass) => number;
  readonly #parts: EcsRunParts;

  /** Null on a platform without any. */
  static of(parts: EcsRunParts, systemPorts: readonly HostPort[]): StartTaskRun | null {
    const owners = ownersOn(parts.plan, parts.platform);
    return owners === null ? null : new StartTaskRun(parts, owners, systemPorts);
  }

  private constructor(
    parts: EcsRunParts,
    owners: (taskClass: TaskClass) => number,
    systemPorts: readonly HostPort[],
  ) {
    this.#parts = parts;
    this.#owners = owners;
    const { store, platform, options } = parts;
    this.#schedulers = new StartTaskSchedulers({
      ...parts,
      plans: platform.startTask!,
      definitions: options.startTask ?? new Map(),
      rates: platform.apiRates ?? API_RATE_DEFAULTS,
      ownerOf: owners,
      failureOf: (task, slot) => {
        const taskClass = store.classes[store.taskClass[task]!]!;
        return startTaskFailure(store, slot, taskClass, classPolicy(taskClass, options));
      },
      systemPorts,
    });
  }

  /** Is the class one whose tasks an own scheduler starts? */
  owns(classId: number): boolean {
    return this.#owners(this.#parts.store.classes[classId]!) >= 0;
  }

  /** Tasks that wait for an own scheduler, of all that wait. */
  waiting(): number {
    const { store, queue } = this.#parts;
    return store.classes.reduce((sum, { id }) => sum + (this.owns(id) ? queue.waiting(id) : 0), 0);
  }

  tasksWait(): void {
    this.#schedulers.wake();
  }

  summary(): NonNullable<EcsSummary['startTask']> {
    return this.#schedulers.loops.map((loop) => {
      const reasons = [...loop.failures].map(([reason, failures]) => ({ reason, failures }));
      const { rounds, started, conflicts, throttled } = loop;
      return {
        scheduler: loop.plan.name,
        rounds,
        started,
        failures: reasons.reduce((sum, { failures }) => sum + failures, 0),
        conflicts,
        throttled,
        reasons: reasons.sort((a, b) => b.failures - a.failures || (a.reason < b.reason ? -1 : 1)),
      };
    });
  }
}

/** Slots that take tasks, which an own scheduler may not have tried all that waits on yet. */
export function acceptingSlots(store: ClusterStore): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      for (let slot = 0; slot < store.slotCount; slot++) if (store.accepts[slot] === 1) yield slot;
    },
  };
}
