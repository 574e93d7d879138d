import type { ChildPool, Queue, Worker, WorkerOptions } from 'bullmq';
import type { Client } from 'pg';
import { InputError } from '../../../errors.ts';
import { requirePackages, requirePg } from './load-packages.ts';
import { maskedReason, type QueueAddress } from './queue-address.ts';

/** Keeps what is stowage's apart from other tables of the database, and from other keys. */
export const NAMESPACE = 'stowage';

/** How long a server may take to answer the first time. */
const CONNECT_MS = 10_000;
/** Connections of one object of BullMQ: one that asks, and one for when that is busy. */
const POOL_SIZE = 2;

/** Queues and workers on one server. */
export interface QueueServer {
  readonly address: QueueAddress;
  /** `onProblem` is told what goes wrong in the background, without passwords. */
  queue<Data>(name: string): Queue<Data>;
  worker(name: string, processor: URL, options: Omit<WorkerOptions, 'connection' | 'prefix'>): Worker;
}

/**
 * Loads what the server needs and asks it for a sign of life. Errors: E4010 when a package is missing, E4009 when the
 * server cannot be reached or refuses.
 */
export async function connectQueue(
  address: QueueAddress,
  onProblem: (reason: string) => void,
): Promise<QueueServer> {
  const bullmq = await requirePackages(address);
  await (address.kind === 'postgres' ? greetPostgres(address) : greetRedis(address));
  const ChunkWorker = workerClass(bullmq);
  const listened = <Emitter extends { on(event: 'error', listener: (error: Error) => void): unknown }>(
    emitter: Emitter,
  ) => {
    emitter.on('error', (error) => onProblem(maskedReason(address, error)));
    return emitter;
  };
  if (address.kind === 'redis') {
    const base = { connection: { url: address.url, maxRetriesPerRequest: null }, prefix: NAMESPACE };
    return {
      address,
      queue: (name) => listened(new bullmq.Queue(name, base)),
      worker: (name, processor, options) =>
        listened(new ChunkWorker(name, processor, { ...options, ...base })),
    };
  }
  const base = {
    connection: { connectionString: address.url, schema: NAMESPACE, migrate: true, max: POOL_SIZE },
  };
  const backend = bullmq.createPostgresBackend;
  return {
    address,
    // The type of a queue names its server; what is used here is the same for both.
    queue: (name) => listened(new bullmq.Queue(name, base, backend)) as unknown as never,
    worker: (name, processor, options) =>
      listened(new ChunkWorker(name, processor, { ...options, ...base } as WorkerOptions, backend as never)),
  };
}

/**
 * BullMQ's worker with one repair: a thread that runs out of memory says so by an error event that nobody listens to in
 * 6.7 (classes/child.ts), which would end this process and all its other chunks. The exit that follows fails the chunk.
 */
function workerClass({ Worker }: typeof import('bullmq')): typeof import('bullmq').Worker {
  return class ChunkWorker extends Worker {
    protected override createSandbox(processor: string | URL | null): void {
      const { childPool } = this as unknown as { readonly childPool: ChildPool };
      const retain = childPool.retain.bind(childPool);
      childPool.retain = async (file) => {
        const child = await retain(file);
        if (child.listenerCount('error') === 0) child.on('error', () => {});
        return child;
      };
      super.createSandbox(processor as string);
    }
  };
}

/** A connection of its own, to be ended by the caller. Errors: E4009, E4010. */
export async function connectPostgres(address: QueueAddress): Promise<Client> {
  const { default: pg } = await requirePg();
  const client = new pg.Client({
    connectionString: address.url,
    connectionTimeoutMillis: CONNECT_MS,
    application_name: NAMESPACE,
  });
  // A connection that breaks fails the query that it is in; between queries there is nothing to do about it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    throw unreachableServer(address, error);
  }
  return client;
}

async function greetPostgres(address: QueueAddress): Promise<void> {
  const client = await connectPostgres(address);
  await client.end();
}

async function greetRedis(address: QueueAddress): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis(address.url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let cause: unknown;
  client.on('error', (error) => {
    cause = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    throw unreachableServer(address, cause ?? error);
  } finally {
    client.disconnect();
  }
}

/** What a server has said, as a finding. */
export function unreachableServer(address: QueueAddress, error: unknown): InputError {
  const message = `Cannot use ${address.shown}: ${maskedReason(address, error)}`;
  return new InputError([{ severity: 'error', code: 'E4009', message }]);
}
