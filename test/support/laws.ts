import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { ClusterView } from '../../src/model/cluster-view.ts';
import type { Taint, TaskClass, Toleration } from '../../src/model/task-class.ts';
import {
  type DecisionInput,
  type Explanation,
  NO_INSTANCE,
  type Scheduler,
  type SchedulerDefinition,
} from '../../src/schedulers/scheduler.ts';
import { createDraws } from './draws.ts';
import { arbitraryWorld, type PlayedWorld, playWorld, type World, type WorldOptions } from './worlds.ts';

export interface LawOptions extends WorldOptions {
  /** Worlds per law suite; default 200. */
  readonly numRuns?: number;
  /**
   * May the task go there, by the rules of this kind of scheduler? Judged from scratch. Default: room for everything,
   * and the class's neutral wishes (`mayTake`).
   */
  readonly feasible?: (view: ClusterView, slot: number, taskClass: TaskClass) => boolean;
  /**
   * Default true: a decision depends on the view and the draws alone, so that a scheduler made this moment decides
   * the same. False for cursors of their own (a rotating start index).
   */
  readonly memoryless?: boolean;
  /** Default true: which slots instances use, apart from their ids and names, changes nothing. */
  readonly slotBlind?: boolean;
}

/**
 * Plays random worlds and checks every law of `Scheduler` at each decision:
 * - feasible: the chosen instance accepts the task; complete: `NO_INSTANCE` proves that none does;
 * - explained: `explain` just before gives the same choice, its verdicts agree with `feasible`, and neither the
 *   cluster nor the stream nor the scheduler is changed by it (a twin that never explains decides the same);
 * - deterministic and remembered rightly: twins agree, and so does a scheduler that starts afresh at this moment;
 * - blind to slots.
 * `rawOptions` goes through the definition's own reader.
 */
export function checkSchedulerLaws<Options>(
  definition: SchedulerDefinition<Options>,
  rawOptions: unknown,
  laws: LawOptions = {},
): void {
  const options = optionsOf(definition, rawOptions);
  fc.assert(
    fc.property(arbitraryWorld(laws), fc.integer(), (world, seed) => {
      checkWorld(definition, options, laws, world, seed);
    }),
    { seed: 1, numRuns: laws.numRuns ?? 200 },
  );
}

/** The options that the definition reads out of `raw`; fails the test when it refuses them. */
export function optionsOf<Options>(definition: SchedulerDefinition<Options>, raw: unknown): Options {
  const read = definition.readOptions(raw);
  if ('problems' in read) throw new Error(`options refused: ${JSON.stringify(read.problems)}`);
  return read.options;
}

function checkWorld<Options>(
  definition: SchedulerDefinition<Options>,
  options: Options,
  laws: LawOptions,
  world: World,
  seed: number,
): void {
  const slotBlind = laws.slotBlind ?? true;
  const played = playWorld(world, laws);
  const mirror = slotBlind ? playWorld(world, laws, true) : undefined;
  // Half of the worlds: every index in use and compared with a scan; its twins decide without.
  const scheduler = definition.create(options, { verify: seed % 2 === 0 });
  const twin = definition.create(options);
  const mirrored = definition.create(options);
  const draws = createDraws(seed);
  for (const operation of world.operations) {
    if (operation.kind !== 'ask') {
      played.apply(operation);
      mirror?.apply(operation);
      continue;
    }
    const task = played.submit(operation.class);
    const view = played.cluster.store;
    const input: DecisionInput = { view, task, random: draws, nowMs: 0 };
    const atStart = draws.clone();
    const explanation = checkExplainTouchesNothing(scheduler, input, draws);
    const chosen = scheduler.decide(input);
    checkExplained(explanation, chosen, view);
    expect(twin.decide({ ...input, random: atStart.clone() }), 'a twin that never explained').toBe(chosen);
    if (laws.memoryless ?? true) {
      const fresh = definition.create(options);
      expect(fresh.decide({ ...input, random: atStart.clone() }), 'a fresh scheduler').toBe(chosen);
    }
    const taskClass = view.classes[view.taskClass[task]!]!;
    checkFeasible(
      played,
      taskClass,
      chosen,
      laws.feasible ?? mayTake,
      definition.complete(options),
      explanation,
    );
    if (mirror !== undefined) {
      const mirrorTask = mirror.submit(operation.class);
      const mirrorView = mirror.cluster.store;
      const mirrorInput = { view: mirrorView, task: mirrorTask, random: atStart.clone(), nowMs: 0 };
      const mirrorChosen = mirrored.decide(mirrorInput);
      expect(nameOf(mirrorView, mirrorChosen), 'the same cluster in other slots').toBe(nameOf(view, chosen));
      mirror.settle(mirrorTask, mirrorChosen);
    }
    played.settle(task, chosen);
  }
}

function checkExplainTouchesNothing(
  scheduler: Scheduler,
  input: DecisionInput,
  draws: ReturnType<typeof createDraws>,
): Explanation {
  const version = input.view.changes.version;
  const spent = draws.spent;
  const explanation = scheduler.explain(input);
  expect(scheduler.explain(input), 'explaining twice').toEqual(explanation);
  expect(input.view.changes.version, 'explain leaves the cluster alone').toBe(version);
  expect(draws.spent, 'explain spends no draw').toBe(spent);
  return explanation;
}

function checkExplained(explanation: Explanation, chosen: number, view: ClusterView): void {
  expect(explanation.chosen, 'explain tells what decide does').toBe(chosen);
  expect(explanation.message === '', 'a message exactly when nothing was chosen').toBe(
    chosen !== NO_INSTANCE,
  );
  for (const verdict of explanation.verdicts) expect(verdict.name).toBe(view.instanceName(verdict.slot));
  if (chosen === NO_INSTANCE) return;
  expect(explanation.tied, 'the chosen one is among the best').toContain(chosen);
  const verdict = explanation.verdicts.find(({ slot }) => slot === chosen);
  expect(verdict?.refusal, 'the chosen one was not refused').toBeNull();
}

function checkFeasible(
  played: PlayedWorld,
  taskClass: TaskClass,
  chosen: number,
  feasible: NonNullable<LawOptions['feasible']>,
  complete: boolean,
  explanation: Explanation,
): void {
  const view = played.cluster.store;
  const possible = played.instances.filter(
    (slot) => view.accepts[slot] === 1 && feasible(view, slot, taskClass),
  );
  if (chosen !== NO_INSTANCE) expect(possible, 'the chosen instance takes the task').toContain(chosen);
  else if (complete) expect(possible, 'NO_INSTANCE means none').toEqual([]);
  for (const verdict of explanation.verdicts) {
    expect(verdict.refusal === null, `verdict on ${verdict.name}`).toBe(possible.includes(verdict.slot));
  }
}

function nameOf(view: ClusterView, slot: number): string {
  return slot === NO_INSTANCE ? 'none' : view.instanceName(slot);
}

/** Room for everything asked for, and every neutral wish but the best-effort ones; taints included. */
export function mayTake(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  return mayTakeIgnoringTaints(view, slot, taskClass) && toleratesAll(view.taints(slot), taskClass);
}

/** The same for schedulers that know no taints (ECS). */
export function mayTakeIgnoringTaints(view: ClusterView, slot: number, taskClass: TaskClass): boolean {
  if (!view.fits(slot, taskClass)) return false;
  for (const [key, value] of taskClass.wishes.where) if (view.label(slot, key) !== value) return false;
  return !taskClass.wishes.distinctInstance || tasksOfGroup(view, slot, taskClass.groupId) === 0;
}

/** Tasks of the group on the instance, counted one by one. */
export function tasksOfGroup(view: ClusterView, slot: number, groupId: number): number {
  let count = 0;
  for (let task = view.firstTask[slot]!; task >= 0; task = view.nextTask[task]!) {
    if (view.classes[view.taskClass[task]!]!.groupId === groupId) count += 1;
  }
  return count;
}

function toleratesAll(taints: readonly Taint[], taskClass: TaskClass): boolean {
  return taints.every(
    (taint) =>
      taint.effect === 'PreferNoSchedule' ||
      taskClass.wishes.tolerations.some((toleration) => covers(toleration, taint)),
  );
}

function covers(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect !== undefined && toleration.effect !== taint.effect) return false;
  const key = toleration.key ?? '';
  if (key === '' && toleration.operator === 'Exists') return true;
  if (key !== taint.key) return false;
  return toleration.operator === 'Exists' || (toleration.value ?? '') === taint.value;
}
