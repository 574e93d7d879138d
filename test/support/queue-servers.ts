import { spawnSync } from 'node:child_process';
import { Redis } from 'ioredis';
import { startPostgres } from './postgres.ts';

/** A server that sweeps are shared out by. */
export interface QueueServerUnderTest {
  readonly name: string;
  start(): Promise<RunningServer>;
}

export interface RunningServer {
  readonly url: string;
  /** Sends a signal to every process of the server. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

const POSTGRES: QueueServerUnderTest = {
  name: 'PostgreSQL',
  async start() {
    const { url, pid, stop } = await startPostgres();
    const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
      for (const each of [pid, ...childrenOf(pid)]) {
        try {
          process.kill(each, name);
        } catch {
          // A connection that has ended since they were listed.
        }
      }
    };
    return { url, signal, stop };
  },
};

/** STOWAGE_TEST_REDIS: a server that is there for the tests alone. */
const REDIS_URL = process.env['STOWAGE_TEST_REDIS'] ?? '';

const REDIS: QueueServerUnderTest = {
  name: 'Redis',
  async start() {
    const client = new Redis(REDIS_URL);
    await client.flushdb();
    const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))![1]);
    client.disconnect();
    return { url: REDIS_URL, signal: (name) => process.kill(pid, name), stop: async () => {} };
  },
};

/** Redis only where one is named. */
export const QUEUE_SERVERS: readonly QueueServerUnderTest[] =
  REDIS_URL === '' ? [POSTGRES] : [POSTGRES, REDIS];

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map(Number)
    .filter((child) => child > 0);
}
