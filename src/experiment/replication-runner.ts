import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { InputError, InvariantError } from '../errors.ts';
import { moduleFile } from '../io/package-file.ts';
import type { SetArgument } from '../io/scenario/apply-sets.ts';
import type { ReplicationRequest } from './replication-request.ts';
import type { ReplicationAnswer, ReplicationTask } from './replication-worker.ts';
import type { RunSummary } from './result.ts';

/** Runs replications on worker threads, which stay for the next ones. */
export interface ReplicationRunner {
  /** In the order of the seeds, whoever was fast. Errors: those of `prepareScenario` and `runPlatform`, E4011. */
  run(
    request: ReplicationRequest,
    seeds: readonly number[],
    onDone?: (seed: number, summaries: readonly RunSummary[]) => void | Promise<void>,
  ): Promise<RunSummary[]>;
  end(): Promise<void>;
}

/**
 * Worker threads that run replications until `end`. One that dies is replaced and its seed run once more, so that a thread
 * that something else took down costs nothing; a seed that takes two of them down is E4011.
 */
export async function startReplications(jobs: number, signal?: AbortSignal): Promise<ReplicationRunner> {
  const { Piscina } = await import('piscina');
  const filename = fileURLToPath(moduleFile('experiment/replication-worker'));
  // Every seed listens for the stop.
  if (signal !== undefined) setMaxListeners(0, signal);
  const pool = new Piscina<ReplicationTask, ReplicationAnswer>({
    filename,
    minThreads: jobs,
    maxThreads: jobs,
  });
  const attempt = (task: ReplicationTask) =>
    pool.run(task, { name: 'runSeed', ...(signal !== undefined && { signal }) });
  const summariesOf = async (request: ReplicationRequest, seed: number): Promise<RunSummary[]> => {
    const again = (error: unknown) => {
      if (signal?.aborted) throw error;
      return attempt({ request: afterDeath(request), seed });
    };
    const giveUp = (error: unknown) => {
      throw signal?.aborted ? error : workersDied(seed, error);
    };
    return summariesIn(await attempt({ request, seed }).catch(again).catch(giveUp));
  };
  return {
    async run(request, seeds, onDone) {
      const runs = seeds.map(async (seed) => {
        const summaries = await summariesOf(request, seed);
        await onDone?.(seed, summaries);
        return summaries;
      });
      return (await Promise.all(runs)).flat();
    },
    end: () => pool.destroy(),
  };
}

/** Results that the dead thread has written already are written again. */
function afterDeath(request: ReplicationRequest): ReplicationRequest {
  return request.save === undefined ? request : { ...request, save: { ...request.save, force: true } };
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

function summariesIn(answer: ReplicationAnswer): RunSummary[] {
  if ('summaries' in answer) return answer.summaries;
  if ('diagnostics' in answer) throw new InputError(answer.diagnostics);
  const { name, text } = answer.bug;
  const bug = name === 'InvariantError' ? new InvariantError(text) : new Error(text);
  bug.stack = text;
  throw bug;
}

function workersDied(seed: number, error: unknown): InputError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `Seed ${seed} took two worker threads down: ${reason}`;
  return new InputError([{ severity: 'error', code: 'E4011', message }]);
}
