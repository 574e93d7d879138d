import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainRun } from '../../src/experiment/explain-run.ts';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { sampleDecisions } from '../../src/experiment/sample-decisions.ts';
import { ROOT } from '../cli/process.ts';

const scenario = (name: string) => prepareScenario(join(ROOT, 'scenarios', name, 'scenario.yaml'));

test.each([
  ['manifests', 'kubernetes'],
  ['tiny', 'ecs-binpack'],
])('sampleDecisions() tells of decisions what explainRun() tells: %s on %s', async (name, platform) => {
  const prepared = await scenario(name);
  const { summary } = await runPlatform(prepared, { platform });
  const sample = (await sampleDecisions(prepared, { platform, expected: summary, most: 6 }))!;
  expect(sample.sampled.length).toBeGreaterThan(2);
  for (const decision of sample.sampled) {
    const { number } = decision;
    const told = await explainRun(prepared, { kind: 'decision', number }, { platform, expected: summary });
    if (told.kind !== 'decision') throw new Error('another answer');
    const { policy, task, timeMs, asks, waitsSinceMs } = told.decision;
    expect(decision).toMatchObject({ task, timeMs, asks, waitsSinceMs, chosen: policy.chosen });
    expect(sample.decisions).toBe(told.decisions);
    expect(decision.candidates[0]?.name ?? null).toBe(policy.chosen);
    for (const candidate of decision.candidates) expect(policy.instances).toContainEqual(candidate);
    const refused = policy.instances.filter(({ refusal }) => refusal !== null).length;
    expect(decision.refusals.reduce((sum, { instances }) => sum + instances, 0)).toBe(refused);
    expect(decision.feasible).toBe(policy.instances.length - refused);
  }
});

test('sampleDecisions() keeps every n-th decision of a long run, and each class that found no place', async () => {
  const prepared = await scenario('shop');
  const platform = 'ecs-binpack';
  const { summary } = await runPlatform(prepared, { platform });
  const sample = (await sampleDecisions(prepared, { platform, expected: summary, most: 8 }))!;
  const found = sample.sampled.filter(({ chosen }) => chosen !== null);
  expect(sample.decisions).toBeGreaterThan(8000);
  expect(sample.withoutPlace).toBeGreaterThan(0);
  expect(found.length).toBeGreaterThanOrEqual(3);
  const numbers = sample.sampled.map(({ number }) => number);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  const groups = new Set(sample.sampled.filter(({ chosen }) => chosen === null).map(({ group }) => group));
  expect(groups.size).toBeGreaterThan(1);
});

test('sampleDecisions() tells nothing of another run', async () => {
  const prepared = await scenario('tiny');
  const { summary } = await runPlatform(prepared, { platform: 'ecs-binpack' });
  const expected = { ...summary, fingerprint: { ...summary.fingerprint, behaviour: 'another' } };
  expect(await sampleDecisions(prepared, { platform: 'ecs-binpack', expected })).toBeNull();
});
