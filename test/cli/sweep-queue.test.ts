import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/cli/version.ts';
import { listParts } from '../../src/experiment/sweep/part-files.ts';
import { connectQueue } from '../../src/experiment/sweep/queue/connect.ts';
import { openShelf } from '../../src/experiment/sweep/queue/plan-shelf.ts';
import { maskSecrets, parseQueueAddress } from '../../src/experiment/sweep/queue/queue-address.ts';
import { openResultTable } from '../../src/experiment/sweep/queue/result-table.ts';
import { openSweep } from '../../src/experiment/sweep/sweep-plan.ts';
import { hashOfShards, type MoodySweep, moodySweep } from '../support/moody-sweep.ts';
import { TEST_PASSWORD } from '../support/postgres.ts';
import { QUEUE_SERVERS, type QueueServerUnderTest, type RunningServer } from '../support/queue-servers.ts';
import { freshFolder, type Outcome, start, stowage } from './process.ts';

/** Short claims, so that a dead worker's chunk is free again within seconds. */
const SETTINGS = ['--queue-settings', 'lock=2s,stalled-check=1s,backoff=100ms', '--progress', 'none'];
const LONG_MS = 120_000;

const resultsIn = ({ stdout }: Outcome) => /^results ([0-9a-f]{64})$/m.exec(stdout)?.[1];

/** One server of each kind for all tests. */
const servers = new Map<string, Promise<RunningServer>>();
function running({ name, start: startServer }: QueueServerUnderTest): Promise<RunningServer> {
  const server = servers.get(name) ?? startServer();
  servers.set(name, server);
  return server;
}
afterAll(async () => {
  for (const server of servers.values()) await (await server).stop();
}, LONG_MS);

describe.each(QUEUE_SERVERS)('sweeps through $name', (kind) => {
  let server: RunningServer;
  /** Everything that any process has said. */
  const said: string[] = [];
  beforeAll(async () => {
    server = await running(kind);
  }, LONG_MS);

  const isTable = kind.name === 'PostgreSQL';
  /** Redis keeps no results: they go to a folder that all workers share. */
  const place = ({ folder }: MoodySweep) => (isTable ? [] : ['--out', join(folder, 'shared')]);
  const words = (action: string, what: string, sweep: MoodySweep, jobs = '1') => [
    'sweep',
    action,
    what,
    '--queue',
    server.url,
    '--allow-plugins',
    '--jobs',
    jobs,
    ...place(sweep),
    ...SETTINGS,
  ];
  const begin = (args: readonly string[], cwd: string) => {
    const { child, ended } = start(args, cwd);
    return {
      child,
      ended: ended.then((outcome) => {
        said.push(outcome.stdout, outcome.stderr);
        return outcome;
      }),
    };
  };
  const wholeChunks = async (sweep: MoodySweep): Promise<number> => {
    if (!isTable) return listParts(join(sweep.folder, 'shared')).length;
    const table = await openResultTable(parseQueueAddress(server.url, 'test'), sweep.plan.hash);
    const rows = await table.list();
    await table.close();
    return rows.length;
  };
  const until = async (holds: () => Promise<boolean>) => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
  };

  test(
    'two coordinators of one plan do every chunk once, with the bytes of 1, 3, 16 and 257 shards',
    async () => {
      const sweep = await moodySweep('calm', '1..40');
      const { folder, plan, file } = sweep;
      const both = [begin(words('run', file, sweep), folder), begin(words('run', file, sweep), folder)];
      const outcomes = await Promise.all(both.map(({ ended }) => ended));
      const hash = await hashOfShards(sweep, 1);
      expect(outcomes.map(({ code, stderr }) => [code, /error/.exec(stderr)])).toEqual([
        [0, null],
        [0, null],
      ]);
      expect(outcomes.map(resultsIn)).toEqual([hash, hash]);
      for (const count of [3, 16, 257]) expect(await hashOfShards(sweep, count)).toBe(hash);
      expect(await wholeChunks(sweep)).toBe(openSweep(plan).chunks.count);
      // Once more there is nothing to do, and the answer is the same.
      const again = await begin(words('run', file, sweep), folder).ended;
      expect([again.code, resultsIn(again)]).toEqual([0, hash]);
    },
    LONG_MS,
  );

  test(
    'nothing is lost when all workers are killed in a chunk; who knows the hash alone goes on',
    async () => {
      const sweep = await moodySweep('slow', '1..14');
      const { folder, plan, file } = sweep;
      const killed = [begin(words('run', file, sweep), folder), begin(words('work', file, sweep), folder)];
      await until(async () => (await wholeChunks(sweep)) >= 2);
      for (const { child } of killed) child.kill('SIGKILL');
      await Promise.all(killed.map(({ ended }) => ended));
      expect(await wholeChunks(sweep)).toBeLessThan(openSweep(plan).chunks.count);
      // A machine that has the file that the scenario names, and neither scenario nor plan.
      const elsewhere = freshFolder();
      cpSync(join(folder, 'moody.mjs'), join(elsewhere, 'moody.mjs'));
      const rest = await begin(words('work', plan.hash.slice(0, 12), sweep), elsewhere).ended;
      expect([rest.code, rest.stderr.replace(/^queue: .*\n/gm, '')]).toEqual([0, '']);
      expect(rest.stdout).toMatch(/^[0-9a-f]{12}: 7 of 7 chunks are done, 0 in work, 0 waiting, /);
      const answer = await begin(words('run', file, sweep), folder).ended;
      expect([answer.code, resultsIn(answer)]).toEqual([0, await hashOfShards(sweep, 1)]);
    },
    LONG_MS,
  );

  test(
    'a server that stands still for longer than the claims hold costs nothing but the time',
    async () => {
      const sweep = await moodySweep('slow', '21..34');
      const { folder, file } = sweep;
      const work = begin(words('run', file, sweep), folder);
      await until(async () => (await wholeChunks(sweep)) >= 1);
      server.signal('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 2500));
      server.signal('SIGCONT');
      const outcome = await work.ended;
      expect([outcome.code, resultsIn(outcome)]).toEqual([0, await hashOfShards(sweep, 1)]);
    },
    LONG_MS,
  );

  test(
    'a chunk that takes its thread down is put aside after three attempts, and tried again on request',
    async () => {
      const sweep = await moodySweep('calm,deadly', '1..2');
      const { folder, plan, file } = sweep;
      const first = await begin(words('run', file, sweep), folder).ended;
      expect(first.code).toBe(7);
      expect(first.stdout).toContain('4 runs: 2 done, 2 missing');
      expect(first.stderr).toContain('runs 2 to 3 put aside: the worker thread ended with code 3');
      expect(first.stderr).toContain(
        "stowage run moody.yaml --platform moody --seed 1 --set 'platforms[0].scheduler.mood=deadly'",
      );
      expect(first.stderr).toMatch(
        new RegExp(`stowage sweep work ${plan.hash.slice(0, 12)} --queue .* --only 2-3`),
      );
      const status = await begin(['sweep', 'status', file, '--queue', server.url, '--json'], folder).ended;
      expect(status.code).toBe(7);
      const { done, quarantined, chunksAside } = JSON.parse(status.stdout);
      expect({ done, quarantined, chunksAside }).toMatchObject({
        done: 1,
        quarantined: 1,
        chunksAside: [{ first: 2, last: 3 }],
      });
      const retried = await begin([...words('work', file, sweep), '--only', '3'], folder).ended;
      expect(retried.stderr).toContain('put 1 chunks into the queue again');
      expect(retried.code).toBe(7);
    },
    LONG_MS,
  );

  test(
    'a cancelled sweep ends its workers, keeps what is done, and can be taken up again',
    async () => {
      const sweep = await moodySweep('slow', '41..70');
      const { folder, file } = sweep;
      const work = begin(words('work', file, sweep), folder);
      await until(async () => (await wholeChunks(sweep)) >= 1);
      const cancel = await begin(['sweep', 'cancel', file, '--queue', server.url], folder).ended;
      expect(cancel).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cancelled /) });
      const ended = await work.ended;
      expect(ended.code).toBe(7);
      expect(ended.stderr).toContain('the sweep was cancelled; what is done is kept');
      const kept = await wholeChunks(sweep);
      const answer = await begin(words('run', file, sweep), folder).ended;
      expect(kept).toBeGreaterThan(0);
      expect([answer.code, resultsIn(answer)]).toEqual([0, await hashOfShards(sweep, 1)]);
    },
    LONG_MS,
  );

  test(
    'a sweep in rounds comes to what it comes to on one machine; a worker of all plans follows it',
    async () => {
      const sweep = await moodySweep('calm', '101..114');
      const { folder, file } = sweep;
      // Run times are exponential: neither eight seeds nor fourteen tell their mean to a tenth.
      const rounds = [
        '--target',
        'utilisation.cpu±10%',
        '--first-seeds',
        '8',
        '--allow-plugins',
        '--jobs',
        '1',
      ];
      const own = ['sweep', 'run', file, '--queue', server.url, ...rounds, ...SETTINGS];
      // Where results stand in folders, others would keep theirs in folders of their own.
      const follow = [
        'sweep',
        'work',
        '--queue',
        server.url,
        '--allow-plugins',
        '--linger',
        '4s',
        ...SETTINGS,
      ];
      const other = isTable ? begin(follow, folder) : null;
      const through = await begin(own, folder).ended;
      const here = await begin(
        ['sweep', 'run', file, '--out', 'here', '--progress', 'none', ...rounds],
        folder,
      ).ended;
      const linesOf = ({ stderr }: Outcome) => stderr.split('\n').filter((line) => line.startsWith('round '));
      expect(linesOf(here).map((line) => line.slice(0, 30))).toEqual([
        'round 1: seeds 101..108, 8 run',
        'round 2: seeds 109..114, 6 run',
      ]);
      expect([here.code, here.stderr]).toEqual([7, expect.stringContaining('the seeds are used up')]);
      expect(linesOf(through)).toEqual(linesOf(here));
      expect([through.code, resultsIn(through)]).toEqual([7, resultsIn(here)]);
      if (other !== null) expect(await other.ended).toMatchObject({ code: 0, stderr: '' });
    },
    LONG_MS,
  );

  test('a plan of another version is refused by its worker', async () => {
    const { plan } = await moodySweep('calm', '90');
    const address = parseQueueAddress(server.url, 'test');
    const connected = await connectQueue(address, () => {});
    const ours = openShelf(connected, VERSION);
    const theirs = openShelf(connected, '9.9.9');
    await ours.put(plan);
    await expect(theirs.find(plan.hash.slice(0, 12))).rejects.toThrow(
      `E4004: Cannot use the plan on ${address.shown} as the plan of a sweep: it was made by stowage ${VERSION}, this is 9.9.9`,
    );
    await expect(ours.find('0'.repeat(64))).rejects.toThrow('E4001: There is no plan 000');
    await ours.remove(plan.hash);
    await Promise.all([ours.close(), theirs.close()]);
  });

  test('a password is in nothing that was said', () => {
    const secrets = [TEST_PASSWORD, encodeURIComponent(TEST_PASSWORD)];
    expect(said.length).toBeGreaterThan(10);
    expect(said.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
    if (isTable) expect(said.some((text) => text.includes(maskSecrets(server.url)))).toBe(true);
  });
});

describe('results in PostgreSQL', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await running(QUEUE_SERVERS[0]!);
  }, LONG_MS);

  test('a chunk that is done twice must have the same bytes; others are kept beside it', async () => {
    const sweep = await moodySweep('calm', '1..4');
    await hashOfShards(sweep, 1);
    const [part] = listParts(join(sweep.folder, 'shards-1', '0'));
    const { readPart } = await import('../../src/experiment/sweep/part-files.ts');
    const lines = readPart(part!).lines.map(({ bytes }) => bytes);
    const address = parseQueueAddress(server.url, 'test');
    const table = await openResultTable(address, sweep.plan.hash);
    const range = { first: 0, last: 1 };
    await table.keep(range, lines);
    await table.keep(range, lines);
    const [row] = await table.list();
    expect(gunzipSync((await table.packed(row!))!)).toEqual(Buffer.concat(lines));
    await expect(table.keep(range, [lines[1]!, lines[0]!])).rejects.toThrow(
      'E4007: Runs 0 to 1 come to something else than before',
    );
    expect(await table.list()).toEqual([row]);
    await table.close();
    const client = new pg.Client(server.url);
    await client.connect();
    const { rows } = await client.query(
      'select differing is not null as both from stowage.sweep_chunks where plan_hash = $1',
      [sweep.plan.hash],
    );
    expect(rows).toEqual([{ both: true }]);
    // Damage is seen, and the chunk counts as missing.
    await client.query(
      "update stowage.sweep_chunks set lines = overlay(lines placing '\\x00' from 30) where plan_hash = $1",
      [sweep.plan.hash],
    );
    await client.end();
    const again = await openResultTable(address, sweep.plan.hash);
    expect(await again.packed(row!)).toBeNull();
    await again.close();
  });

  test('the password may come from the environment', () => {
    const url = server.url.replace(/:[^:@]*@/, '@');
    const args = ['sweep', 'status', 'abcd', '--queue', 'env:WHERE'];
    const refused = stowage(args, { env: { WHERE: url } });
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('error[E4009]')]);
    const { code, stderr } = stowage(args, { env: { WHERE: url, PGPASSWORD: TEST_PASSWORD } });
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('There is no plan abcd on postgres://sweeper@127'),
    ]);
  });
});
