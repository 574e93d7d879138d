import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ClusterRun } from '../../../src/experiment/run/cluster-run.ts';
import { simulate } from '../../../src/experiment/simulate.ts';
import { INSTANCE_STATE, TASK_STATE } from '../../../src/model/cluster-view.ts';
import type { Plan } from '../../../src/model/plan.ts';
import { packingBoxes } from '../../../src/report/charts/packing.ts';
import { packingLayouts } from '../../../src/report/charts/packing-layout.ts';
import { decodeFrames, encodeFrames } from '../../../src/report/frames/frames-codec.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { taskTitle } from '../../../src/report/frames/frames.ts';
import { firstAfter } from '../../../src/report/frames/cursor.ts';
import { Playback } from '../../../src/report/frames/playback.ts';
import { HOUR } from '../../../src/units.ts';
import { simulationInput } from '../../support/play.ts';
import { arbitraryRichPlan } from '../../support/rich-plan.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

/** Tasks with their instances, and how many wait, as the cluster store has them at `atMs`. */
function stored(plan: Plan, atMs: number) {
  const run = new ClusterRun(simulationInput(plan, plan.platforms[0]!));
  run.run(undefined, atMs);
  const { store } = run;
  const held: string[] = [];
  const waiting: string[] = [];
  const gpus: string[] = [];
  store.taskState.forEach((state, task) => {
    if (state === TASK_STATE.pending) waiting.push(store.taskName(task));
    else if (state !== TASK_STATE.free) {
      held.push(`${store.taskName(task)} on ${store.instanceName(store.taskInstance[task]!)}`);
    }
  });
  store.state.forEach((state, slot) => {
    if (state !== INSTANCE_STATE.ready) return;
    const { gpuDevices } = store.shapes[store.shapeOf[slot]!]!;
    for (let device = 0; device < gpuDevices; device++) {
      gpus.push(`${store.instanceName(slot)} ${device}: ${store.gpuFree(slot, device)}`);
    }
  });
  return { held: held.sort(), waiting: waiting.sort(), gpus: gpus.sort() };
}

/** The same as the frames have it. */
function replayed(playback: Playback, atMs: number) {
  const { frames } = playback;
  const held = Array.from(
    playback.holders(playback.at(atMs)),
    (attempt) =>
      `${taskTitle(frames, attempt)} on ${frames.instances.names[frames.attempts.instance[attempt]!]}`,
  );
  const waiting = playback.waiting.at(playback.at(atMs)).map((attempt) => taskTitle(frames, attempt));
  const [layout] = packingLayouts([frames], { width: 400, height: 400 });
  const gpus = packingBoxes(playback, playback.at(atMs), layout!)
    .filter(({ isReady }) => isReady)
    .flatMap(({ instance, gpus: slots }) =>
      slots.map(({ free }, device) => {
        return `${frames.instances.names[instance]} ${device}: ${Math.round(free * 1000)}`;
      }),
    );
  return { held: held.sort(), waiting: waiting.sort(), gpus: gpus.sort() };
}

test.each(['first-fit', 'best-fit'] as const)(
  'Playback has the tasks of the cluster store at any time of a random run: %s',
  (scheduler) => {
    fc.assert(
      fc.property(
        arbitraryRichPlan(scheduler),
        fc.array(fc.nat(HOUR), { minLength: 3, maxLength: 3 }),
        (plan, times) => {
          const result = simulate(simulationInput(plan, plan.platforms[0]!));
          const playback = new Playback(decodeFrames(encodeFrames(framesOf(result))));
          for (const atMs of times) expect(replayed(playback, atMs)).toEqual(stored(plan, atMs));
        },
      ),
      { seed: 7, numRuns: 40 },
    );
  },
);

test('Playback.holders() is the same from a keyframe as by replaying everything', () => {
  const base = sampleRun(ECS_BINPACK);
  const rows = [...base.tasks()].map((row) => ({ ...row, task: `grading/${row.task.slice(8)}` }));
  // 400 tasks sixteen times over, a minute apart: 6,400 placements, so keyframes at 2,048, 4,096 and 6,144.
  const many = Array.from({ length: 16 }, (_, copy) =>
    rows.map((row) => ({
      ...row,
      task: `${row.task}${copy}`,
      submitMs: row.submitMs + copy * 60_000,
      placedMs: row.placedMs! + copy * 60_000,
      runningMs: row.runningMs! + copy * 60_000,
      // Every eleventh stays to the end, across all keyframes.
      endMs: copy === 3 && row.submitMs % 11 === 0 ? null : row.endMs! + copy * 60_000,
    })),
  ).flat();
  const playback = new Playback(framesOf({ ...base, tasks: () => many }));
  const { attempts } = playback.frames;
  for (const next of [0, 1, 2047, 2048, 2049, 4096, 5000, 6144, 6400]) {
    const cursor = next === 0 ? { timeMs: -1, next } : playback.after(next - 1);
    const plain = Array.from({ length: next }, (_, attempt) => attempt).filter(
      (attempt) => attempts.endMs[attempt]! > cursor.timeMs,
    );
    expect([...playback.holders(cursor)]).toEqual(plain);
  }
});

test('Playback steps through placements of one instant one by one', () => {
  const base = sampleRun(ECS_BINPACK);
  const [row] = base.tasks();
  const at = { submitMs: 0, placedMs: 5, runningMs: 6, endMs: null };
  const tasks = [0, 1, 2].map((name) => ({ ...row!, ...at, task: `grading/${name}` }));
  const playback = new Playback(framesOf({ ...base, tasks: () => tasks }));
  expect([...playback.holders(playback.before(0))]).toEqual([]);
  expect([...playback.holders(playback.after(0))]).toEqual([0]);
  expect([...playback.holders(playback.after(1))]).toEqual([0, 1]);
  expect([...playback.holders(playback.at(5))]).toEqual([0, 1, 2]);
  const waiting = (cursor: ReturnType<Playback['at']>) => playback.waiting.at(cursor);
  expect([waiting(playback.at(4)), waiting(playback.at(5))]).toEqual([[0, 1, 2], []]);
  expect([waiting(playback.before(0)), waiting(playback.after(1))]).toEqual([[0, 1, 2], [2]]);
});

test.each([
  { value: 0, index: 0 },
  { value: 1, index: 2 },
  { value: 2, index: 2 },
  { value: 9, index: 4 },
])('firstAfter() of 1, 1, 3, 9 after $value is $index', ({ value, index }) => {
  expect(firstAfter(Float64Array.of(1, 1, 3, 9), value)).toBe(index);
});
