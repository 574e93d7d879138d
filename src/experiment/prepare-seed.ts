import { withChecks } from './added-checks.ts';
import { type PreparedScenario, prepareScenario } from './prepare-scenario.ts';
import type { ReplicationRequest } from './replication-request.ts';

/** Prepares the scenario as asked, with one more value and the checks. */
export async function prepareSeed(
  { file, options, checks }: Omit<ReplicationRequest, 'platforms'>,
  seed: number,
): Promise<PreparedScenario> {
  const others = (options.sets ?? []).filter(([path]) => path !== 'seed');
  const prepared = await prepareScenario(file, { ...options, sets: [...others, ['seed', String(seed)]] });
  return withChecks(prepared, checks);
}
