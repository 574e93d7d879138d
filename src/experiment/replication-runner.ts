import { fileURLToPath } from 'node:url';
import type { SetArgument } from '../io/scenario/apply-sets.ts';
import type { ReplicationRequest } from './replicate.ts';
import type { ReplicationTask } from './replication-worker.ts';
import type { RunSummary } from './result.ts';

/** Runs one platform of a scenario with changed values on worker threads, which stay for the next size. */
export interface ReplicationRunner {
  run(request: ReplicationRequest, seeds: readonly number[]): Promise<RunSummary[]>;
  end(): Promise<void>;
}

/** Worker threads that run replications until `end`. */
export async function startReplications(jobs: number, signal: AbortSignal): Promise<ReplicationRunner> {
  const { Piscina } = await import('piscina');
  const worker = import.meta.url.endsWith('.ts') ? 'replication-worker.ts' : 'replication-worker.js';
  const filename = fileURLToPath(new URL(worker, import.meta.url));
  const pool = new Piscina<ReplicationTask, RunSummary[]>({ filename, minThreads: jobs, maxThreads: jobs });
  return {
    async run(request, seeds) {
      const runs = seeds.map((seed) => pool.run({ request, seed }, { name: 'runSeed', signal }));
      return (await Promise.all(runs)).flat();
    },
    end: () => pool.destroy(),
  };
}

/** The request with other values, for one platform. */
export function changed(
  request: Omit<ReplicationRequest, 'platforms'>,
  platform: string,
  sets: readonly SetArgument[],
): ReplicationRequest {
  const { options } = request;
  return {
    ...request,
    platforms: [platform],
    options: { ...options, sets: [...(options.sets ?? []), ...sets] },
  };
}
