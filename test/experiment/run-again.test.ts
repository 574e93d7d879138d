import { join } from 'node:path';
import { expect, test } from 'vitest';
import { explainRun } from '../../src/experiment/explain-run.ts';
import { type PreparedScenario, prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { inputAgain } from '../../src/experiment/run-again.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { HOUR } from '../../src/units.ts';
import { ROOT } from '../cli/process.ts';

/** A day of Spot instances at the prices of a list, which rise far above the maximum at noon. */
async function onImportedPrices(): Promise<PreparedScenario> {
  const prepared = await prepareScenario(join(ROOT, 'scenarios/spot-mix/scenario.yaml'), {
    sets: [['horizon', '1d']],
  });
  const { plan } = prepared;
  const groups = [...plan.fleet, ...plan.platforms.flatMap(({ fleet }) => fleet ?? [])];
  const pools = new Set(
    groups.flatMap(({ types, zones }) => types.flatMap((type) => zones.map((zone) => `${type} ${zone}`))),
  );
  const point = (timeMs: number, priceE10: bigint) => ({ epochMs: plan.startEpochMs + timeMs, priceE10 });
  const spotSeries = [...pools].map((pool) => {
    const [type, zone] = pool.split(' ') as [string, string];
    return {
      type,
      zone,
      os: 'linux' as const,
      points: [point(0, 500_000_000n), point(12 * HOUR, 9_000_000_000_000n)],
    };
  });
  return { ...prepared, plan: { ...plan, spot: { ...plan.spot!, prices: 'list' } }, spotSeries };
}

test('inputAgain() takes imported Spot prices, so that explainRun() meets the same interruptions', async () => {
  const prepared = await onImportedPrices();
  const platform = prepared.plan.platforms.find(({ fleet }) =>
    JSON.stringify(fleet ?? prepared.plan.fleet).includes('spot'),
  )!.name;
  const { summary } = await runPlatform(prepared, { platform });
  expect(summary.spot!.noticesForPrice).toBeGreaterThan(0);
  expect((await inputAgain(prepared, platform)).spotSeries).toBe(prepared.spotSeries);
  const told = await explainRun(prepared, { kind: 'unplaced' }, { platform, expected: summary });
  expect(told.kind).toBe('unplaced');
  // With others it would be another run, and refused.
  const calm = prepared.spotSeries.map((series) => ({ ...series, points: series.points.slice(0, 1) }));
  const other = explainRun(
    { ...prepared, spotSeries: calm },
    { kind: 'unplaced' },
    { platform, expected: summary },
  );
  await expect(other).rejects.toThrow(/Cannot make the result again/);
});
