import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../src/cli/version.ts';
import { listParts } from '../../src/experiment/sweep/part-files.ts';
import { connectPostgres, connectQueue } from '../../src/experiment/sweep/queue/connect.ts';
import { openShelf } from '../../src/experiment/sweep/queue/plan-shelf.ts';
import { maskSecrets, parseQueueAddress } from '../../src/experiment/sweep/queue/queue-address.ts';
import { openResultTable } from '../../src/experiment/sweep/queue/result-table.ts';
import { openSweep } from '../../src/experiment/sweep/sweep-plan.ts';
import { hashOfShards, type MoodySweep, moodySweep, runsBegun } from '../support/moody-sweep.ts';
import { TEST_PASSWORD } from '../support/postgres.ts';
import { QUEUE_SERVERS, type QueueServerUnderTest, type RunningServer } from '../support/queue-servers.ts';
import { stowageHere } from './in-process.ts';
import { freshFolder, type Outcome, start, stowage } from './process.ts';

/** Short claims, so that a dead worker's chunk is free again within seconds. */
const SETTINGS = ['--queue-settings', 'lock=1500ms,stalled-check=500ms,backoff=100ms', '--progress', 'none'];
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
  const here = async (args: readonly string[], cwd: string) => {
    const outcome = await stowageHere(args, { cwd });
    said.push(outcome.stdout, outcome.stderr);
    return outcome;
  };
  /** Chunks that are kept, asked again and again over one connection. */
  const counted = async (sweep: MoodySweep, look: (chunks: () => Promise<number>) => Promise<void>) => {
    if (!isTable) return look(async () => listParts(join(sweep.folder, 'shared')).length);
    const table = await openResultTable(parseQueueAddress(server.url, 'test'), sweep.plan.hash);
    await look(async () => (await table.list()).length);
    await table.close();
  };
  const wholeChunks = async (sweep: MoodySweep): Promise<number> => {
    let found = 0;
    await counted(sweep, async (chunks) => {
      found = await chunks();
    });
    return found;
  };
  const untilChunks = (sweep: MoodySweep, holds: (chunks: number) => boolean) =>
    counted(sweep, async (chunks) => {
      while (!holds(await chunks())) await new Promise((resolve) => setTimeout(resolve, 100));
    });

  test(
    'two coordinators of one plan do every chunk once, with the bytes of 1, 3, 16 and 257 shards',
    async () => {
      const sweep = await moodySweep('calm', '1..40');
      const { folder, plan, file } = sweep;
      // One of them only watches.
      const both = [
        begin(words('run', file, sweep), folder).ended,
        here(words('run', file, sweep, '0'), folder),
      ];
      const outcomes = await Promise.all(both);
      const hash = await hashOfShards(sweep, 1);
      expect(outcomes.map(({ code, stderr }) => [code, /error/.exec(stderr)])).toEqual([
        [0, null],
        [0, null],
      ]);
      expect(outcomes.map(resultsIn)).toEqual([hash, hash]);
      for (const count of [3, 16, 257]) expect(await hashOfShards(sweep, count)).toBe(hash);
      expect(await wholeChunks(sweep)).toBe(openSweep(plan).chunks.count);
    },
    LONG_MS,
  );

  test(
    'nothing is lost when all workers are killed in a chunk, and the server then stands still for longer than a claim holds',
    async () => {
      const sweep = await moodySweep('slow', '1..20');
      const { folder, plan, file } = sweep;
      const killed = [begin(words('run', file, sweep), folder), begin(words('work', file, sweep), folder)];
      await untilChunks(sweep, (chunks) => chunks >= 2);
      for (const { child } of killed) child.kill('SIGKILL');
      await Promise.all(killed.map(({ ended }) => ended));
      const before = await wholeChunks(sweep);
      expect(before).toBeLessThan(openSweep(plan).chunks.count);
      // A machine that has the file that the scenario names, and neither scenario nor plan, goes on by the hash alone.
      const elsewhere = freshFolder();
      cpSync(join(folder, 'moody.mjs'), join(elsewhere, 'moody.mjs'));
      const rest = begin([...words('work', plan.hash.slice(0, 12), sweep), '--core-price', '36'], elsewhere);
      await untilChunks(sweep, (chunks) => chunks > before);
      server.signal('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, 2000));
      server.signal('SIGCONT');
      const { code, stdout, stderr } = await rest.ended;
      expect(code).toBe(0);
      expect(stdout).toMatch(/^[0-9a-f]{12}: 10 of 10 chunks are done, 0 in work, 0 waiting, /);
      // A hundredth of a dollar a second.
      const cost =
        /^failures so far have cost (\d+\.\d) s of one core, \$(0\.\d+).*: .*workers? that vanished$/m;
      const [, seconds, usd] = cost.exec(stderr)!;
      expect(Math.abs(Number(seconds) / 100 - Number(usd))).toBeLessThan(0.001);
      // Nothing is left to do, and the answer is that of one machine.
      const answer = await here(words('run', file, sweep, '0'), folder);
      expect([answer.code, resultsIn(answer)]).toEqual([0, await hashOfShards(sweep, 1)]);
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
        "stowage run moody.yaml --platform moody --seed 1 --set 'platforms[0].scheduler.mood=deadly' --allow-plugins\n",
      );
      expect(first.stderr).toMatch(/failures so far have cost .*: 3 attempts at chunks$/m);
      const again = new RegExp(
        `^  stowage sweep work ${plan.hash.slice(0, 12)} --queue .* --only 2-3 .*--jobs 1 --allow-plugins$`,
        'm',
      );
      expect(first.stderr).toMatch(again);
      const status = await here(['sweep', 'status', file, '--queue', server.url, '--json'], folder);
      expect(status.code).toBe(7);
      expect(JSON.parse(status.stdout)).toMatchObject({
        done: 1,
        quarantined: 1,
        chunksAside: [{ first: 2, last: 3 }],
        failures: { failedRuns: 0, failedAttempts: 3, vanishedWorkers: 0, usd: null },
      });
      const retried = await begin([...words('work', file, sweep), '--only', '3'], folder).ended;
      expect(retried.stderr).toContain('put 1 chunks into the queue again');
      expect(retried.code).toBe(7);
    },
    LONG_MS,
  );

  test(
    'a cancelled sweep ends its workers, keeps what is done, and is taken up again without a run done twice',
    async () => {
      const sweep = await moodySweep('slow', '41..80', { chunkRuns: 40 });
      const { folder, file } = sweep;
      const work = begin(words('work', file, sweep), folder);
      // In the middle of the only chunk.
      while (runsBegun(folder) < 3) await new Promise((resolve) => setTimeout(resolve, 50));
      const cancel = await here(['sweep', 'cancel', file, '--queue', server.url], folder);
      expect(cancel).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cancelled /) });
      const ended = await work.ended;
      expect(ended.code).toBe(7);
      expect(ended.stderr).toContain('the sweep was cancelled; what is done is kept');
      expect(runsBegun(folder)).toBeLessThan(40);
      const answer = await begin(words('run', file, sweep), folder).ended;
      expect(runsBegun(folder)).toBe(40);
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

  test(
    'plans of another version, and of another catalogue, are left to others; nothing of them is run',
    async () => {
      const newer = await moodySweep('calm', '90', { engineVersion: '9.9.9' });
      const other = await moodySweep('calm', '91', { planHash: '0'.repeat(64) });
      const connected = await connectQueue(parseQueueAddress(server.url, 'test'), () => {});
      const theirs = openShelf(connected, '9.9.9');
      const ours = openShelf(connected, VERSION);
      await theirs.put(newer.plan);
      await ours.put(other.plan);
      const work = ['sweep', 'work', '--queue', server.url, '--allow-plugins', '--jobs', '1', ...SETTINGS];
      const { code, stderr } = await begin([...work, ...place(other)], other.folder).ended;
      expect(code).toBe(7);
      const left = ({ plan }: MoodySweep) => `plan ${plan.hash.slice(0, 12)} is left to others: `;
      expect(stderr).toContain(`${left(newer)}E4004: `);
      expect(stderr).toContain(`it was made by stowage 9.9.9, this is ${VERSION}`);
      expect(stderr).toContain(
        `${left(other)}E4006: moody does not resolve to what the sweep was planned for`,
      );
      expect([await wholeChunks(newer), await wholeChunks(other)]).toEqual([0, 0]);
      await expect(ours.find('0'.repeat(64))).rejects.toThrow('E4001: There is no plan 000');
      await Promise.all([ours.remove(newer.plan.hash), ours.remove(other.plan.hash)]);
      await Promise.all([ours.close(), theirs.close()]);
    },
    LONG_MS,
  );

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

  test('the password may come from the environment', async () => {
    const url = server.url.replace(/:[^:@]*@/, '@');
    const args = ['sweep', 'status', 'abcd', '--queue', 'env:WHERE'];
    const without = connectPostgres(parseQueueAddress(url, 'test'));
    await expect(without).rejects.toThrow('E4009');
    const { code, stderr } = stowage(args, { env: { WHERE: url, PGPASSWORD: TEST_PASSWORD } });
    expect([code, stderr]).toEqual([
      4,
      expect.stringContaining('There is no plan abcd on postgres://sweeper@127'),
    ]);
  });
});
