import { TEMPORARY_FILE } from '../io/scratch-file.ts';
import type { ClusterRun, ClusterRunInput } from './run/cluster-run.ts';
import { notReproducible } from './explain-errors.ts';
import type { PreparedScenario } from './prepare-scenario.ts';
import type { RunSummary } from './result.ts';
import { endedRun } from './simulate.ts';

/** What a stored run came to: made again, it must come to the same. */
export type ExpectedRun = Pick<RunSummary, 'fingerprint' | 'complete' | 'endedMs'>;

/** What the run of a platform is made from. Errors: E4007 when the plan has no such platform, those of the traces. */
export async function inputAgain(prepared: PreparedScenario, platformName: string): Promise<ClusterRunInput> {
  const { plan, spotSeries, schedulers } = prepared;
  const platform = plan.platforms.find(({ name }) => name === platformName);
  if (platform === undefined) throw notReproducible(`the plan has no platform "${platformName}"`);
  return {
    ...{ plan, platform, spotSeries },
    scheduler: schedulers.get(platform.name)!,
    overflow: TEMPORARY_FILE,
    tables: await prepared.drawTables(0),
  };
}

/** Runs to where the stored run ended, and tells whether it came to the same. */
export function endsAsExpected(run: ClusterRun, prepared: PreparedScenario, expected: ExpectedRun): boolean {
  const { planHash, prices, pricesAsOf } = prepared;
  const isPartial = stoppedWhereExpected(run, expected);
  const { fingerprint } = endedRun(run, { ...run.input, planHash, prices, pricesAsOf }, isPartial).summary;
  const { behaviour, events } = expected.fingerprint;
  return fingerprint.behaviour === behaviour && fingerprint.events === events;
}

/** One that was interrupted is left at the same event, which its digest tells. True for those. */
function stoppedWhereExpected(run: ClusterRun, expected: ExpectedRun): boolean {
  if (expected.complete) {
    run.run();
    return false;
  }
  const isThere = () =>
    run.kernel.nowMs >= expected.endedMs && run.kernel.eventsDigest() === expected.fingerprint.events;
  run.run(isThere, expected.endedMs);
  return true;
}
