import { replicate } from './replicate.ts';
import type { ReplicationRequest } from './replication-request.ts';
import type { RunSummary } from './result.ts';

/** What a worker thread is asked for. */
export interface ReplicationTask {
  readonly request: ReplicationRequest;
  readonly seed: number;
}

/** One seed in a worker thread. */
export function runSeed({ request, seed }: ReplicationTask): Promise<RunSummary[]> {
  return replicate(request, seed);
}
