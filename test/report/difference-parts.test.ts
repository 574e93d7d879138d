import { describe, expect, test } from 'vitest';
import { ALL_SPLITS, splitDifference } from '../../src/report/difference-parts.ts';
import { comparisonTable } from '../../src/report/comparison-table.ts';
import { splitTable, whySentences } from '../../src/report/why.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { MINUTE } from '../../src/units.ts';
import { group, job, plan, platform, template } from '../support/plans.ts';
import { play } from '../support/play.ts';
import { ECS_BINPACK, KUBERNETES, sampleComparison, sampleRun } from '../support/results.ts';
import type { Comparison } from '../../src/experiment/result.ts';

describe('splitDifference()', () => {
  // Three hours of one instance of 4 vCPUs; half of it is asked for by batch on one side, by nobody on the other.
  const jobs = [job('batch', { runS: 3600, template: template({ cpuMilli: 2000 }) })];
  const run = (workload: object) =>
    play(plan(workload, { horizonS: 3 * 3600 }), platform('kubernetes')).result;
  const [baseline, other] = [run({}), run({ jobs })];

  test.each(ALL_SPLITS)('by %s: the parts make the bills, and their differences the difference', (by) => {
    const { parts } = splitDifference(baseline, other, by);
    const sum = (key: 'usd' | 'baselineUsd' | 'differenceUsd') =>
      parts.reduce((total, part) => total + part[key], 0);
    const [before, after] = [baseline, other].map(({ summary }) => summary.metrics['cost.total']!);
    expect(sum('baselineUsd')).toBeCloseTo(before!, 9);
    expect(sum('usd')).toBeCloseTo(after!, 9);
    expect(sum('differenceUsd')).toBeCloseTo(after! - before!, 9);
  });

  test('by service: what batch asked for was idle without it', () => {
    const { parts } = splitDifference(baseline, other, 'service');
    const of = (name: string) => parts.find((part) => part.name === name)!;
    expect(of('batch').differenceUsd).toBeGreaterThan(0);
    expect(of('(idle)').differenceUsd).toBeCloseTo(-of('batch').differenceUsd, 9);
    expect([of('batch').baselineWait, of('batch').wait]).toEqual([null, 0]);
  });

  test('by cause: ECS against Kubernetes, line by line: room, lost work, overhead, idle room, control plane', () => {
    // Two hours of two instances at 1.44 USD. One is drained after half an hour: the job of 2 vCPUs there starts over.
    const fleet = [group(2)];
    const events = [{ kind: 'drain' as const, atMs: 30 * MINUTE, group: 'pool', zone: null, count: 1 }];
    const batch = [job('batch', { runS: 3600, template: template({ cpuMilli: 2000 }) })];
    const played = (on: PlatformPlan) =>
      play(plan({ jobs: batch }, { fleet, events, horizonMs: 120 * MINUTE }), on).result;
    const kubernetes = platform('kubernetes') as Extract<PlatformPlan, { kind: 'kubernetes' }>;
    const managed = {
      ...kubernetes,
      controlPlane: 'eks' as const,
      daemons: { cpuMilli: 400, memoryBytes: 0, pods: 2 },
    };
    const [ecs, kube] = [played(platform('ecs')), played(managed)];
    const { parts } = splitDifference(ecs, kube, 'cause');
    const difference = (kube.summary.metrics['cost.total'] ?? 0) - (ecs.summary.metrics['cost.total'] ?? 0);
    expect(parts.reduce((sum, one) => sum + one.differenceUsd, 0)).toBeCloseTo(difference, 9);
    const of = (name: string) => parts.find((part) => part.name === name);
    // Two hours of 0.10 USD; ECS costs nothing.
    expect([of('control plane')?.baselineUsd, of('control plane')?.usd]).toEqual([0, 0.2]);
    // A tenth of the CPU of every instance, weighed with the memory of which nothing is kept back.
    expect(of('overhead of nodes')!.differenceUsd).toBeGreaterThan(0);
    // Kubernetes has the job start over: half an hour of the hour and a half that it held. ECS lets it run to its end.
    expect(of('work lost to disruption')!.usd).toBeCloseTo(of('room for tasks')!.usd / 2, 6);
    expect(of('work lost to disruption')!.baselineUsd).toBe(0);
    expect(of('idle room')).toBeDefined();
  });

  test('by hour: three hours of 4 vCPUs at 0.36 USD, the same on both sides', () => {
    const { parts } = splitDifference(baseline, other, 'hour');
    const hours = parts.filter(({ name }) => name.endsWith(':00'));
    expect(hours.map(({ name, usd }) => [name, Number(usd.toFixed(9))])).toEqual([
      ['00:00', 1.44],
      ['01:00', 1.44],
      ['02:00', 1.44],
    ]);
  });

  test('by hour: runs of a few days tell the day', () => {
    const days = play(plan({ jobs }, { horizonS: 30 * 3600 }), platform('kubernetes')).result;
    const names = splitDifference(baseline, days, 'hour').parts.map(({ name }) => name);
    expect(names).toContain('day 2 05:00');
    expect(names).toContain('day 1 00:00');
  });

  test('runs of days are split by the hour of the day', () => {
    const names = splitDifference(sampleRun(ECS_BINPACK), sampleRun(KUBERNETES), 'hour').parts.map(
      ({ name }) => name,
    );
    expect(names.filter((name) => name.endsWith('of the day'))).toHaveLength(24);
  });
});

describe('whySentences() and splitTable()', () => {
  const tableOf = (comparison: Comparison) => comparisonTable(comparison);

  test('name the parts that make the difference, largest first', () => {
    const [sentence] = whySentences(tableOf(sampleComparison([ECS_BINPACK, KUBERNETES])));
    expect(sentence).toMatch(/^kubernetes against ecs-binpack: by service \(idle\) −\$\d/);
    expect(sentence).toContain('control plane +$16.80');
    expect(sentence).toMatch(/by type m6i\.xlarge −\$/);
  });

  test('say nothing of bills that are equal', () => {
    const twin = sampleComparison([ECS_BINPACK, { ...ECS_BINPACK, name: 'twin' }]);
    expect(whySentences(tableOf(twin))).toEqual([]);
    expect(splitTable(tableOf(twin), 'type').rows.every((row) => row[3] === '')).toBe(true);
  });

  test('have a column for each platform and a row for each part', () => {
    const { head, rows } = splitTable(tableOf(sampleComparison()), 'service');
    expect(head).toEqual(['', 'ecs-binpack', 'ecs-spread', 'Δ', 'kubernetes', 'Δ']);
    expect(rows.map(([name]) => name)).toContain('control plane');
  });
});
