import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { decodeFrames, encodeFrames } from '../../../src/report/frames/frames-codec.ts';
import { framesOf } from '../../../src/report/frames/frames-of.ts';
import { waitQuantile, windowFacts } from '../../../src/report/frames/window-facts.ts';
import { mean } from '../../../src/statistics/descriptive.ts';
import { HOUR } from '../../../src/units.ts';
import { ROOT } from '../../cli/process.ts';
import { ECS_BINPACK, sampleRun } from '../../support/results.ts';

test.each(['ecs-binpack', 'kubernetes'])(
  'windowFacts() of the whole run are the numbers of its summary: %s',
  async (platform) => {
    const prepared = await prepareScenario(join(ROOT, 'scenarios/shop/scenario.yaml'), {
      sets: [['horizon', '6h']],
    });
    const result = await runPlatform(prepared, { platform });
    const { metrics, groups, instances } = result.summary;
    const frames = decodeFrames(encodeFrames(framesOf(result)));
    const facts = windowFacts(frames, 0, frames.endMs);
    const seconds = (share: number) => waitQuantile(facts.waits, share);
    expect([seconds(0.5), seconds(0.95), seconds(0.99), seconds(1)]).toEqual(
      (['wait.p50', 'wait.p95', 'wait.p99', 'wait.max'] as const).map((name) => metrics[name]),
    );
    for (const group of groups) {
      const own = facts.groups.find(({ name }) => name === group.name)!;
      const { submitted, placed, succeeded } = own;
      expect({ submitted, placed, succeeded }).toEqual({
        ...{ submitted: group.submitted, placed: group.placed, succeeded: group.succeeded },
      });
      expect(mean(own.waits.seconds)).toBeCloseTo(group.waitMeanS!, 9);
      expect(waitQuantile(own.waits, 0.95)).toBe(group.waitP95S);
      expect(own.cpuHours).toBeCloseTo(group.cpuHours, 6);
      expect(own.memoryGiBHours).toBeCloseTo(group.memoryGiBHours, 6);
    }
    for (const { group, type, launched, hours } of instances) {
      const own = facts.types.find((one) => one.group === group && one.type === type)!;
      expect(own.launched).toBe(launched);
      // Billed hours are rounded up to seconds, and to a minute at least.
      expect(own.hours).toBeLessThanOrEqual(hours);
      expect(own.hours).toBeGreaterThan(hours - launched / 60);
    }
  },
);

test('windowFacts() counts what falls into the stretch, and of what lasts longer the part inside', () => {
  const base = sampleRun(ECS_BINPACK);
  const [row] = base.tasks();
  const task = (index: number, submitH: number, placedH: number, endH: number | null) => ({
    ...{
      ...row!,
      task: `grading/${index}`,
      attempt: 0,
      cpuMilli: 2000,
      memoryMiB: 1024,
      outcome: 'succeeded',
    },
    ...{ submitMs: submitH * HOUR, placedMs: placedH * HOUR, endMs: endH === null ? null : endH * HOUR },
  });
  // From 2 to 4 hours. The first holds room for an hour of it, the second for the last half, the third for none.
  const rows = [task(0, 1, 1, 3), task(1, 2, 3.5, null), task(2, 4, 4, 5)];
  const [instance] = base.instances;
  const instances = [{ ...instance!, requestedMs: 0, runningMs: 3 * HOUR, endMs: 9 * HOUR }];
  const frames = framesOf({ ...base, instances, tasks: () => rows });
  const { groups, waits, types } = windowFacts(frames, 2 * HOUR, 4 * HOUR);
  expect(groups).toMatchObject([{ submitted: 1, placed: 1, succeeded: 1, cpuHours: 3, memoryGiBHours: 1.5 }]);
  // An hour and a half is in the fourth range: longer than five minutes.
  expect(waits.counts).toEqual([0, 0, 0, 1, 0]);
  expect([...waits.seconds]).toEqual([5400]);
  expect(types).toMatchObject([{ launched: 1, hours: 1 }]);
});
