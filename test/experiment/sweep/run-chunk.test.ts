import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { prepareScenario } from '../../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../../src/experiment/run-platform.ts';
import { chunksOfWork, localChunks } from '../../../src/experiment/sweep/local-chunks.ts';
import { mergeParts } from '../../../src/experiment/sweep/merge.ts';
import { Journal, makePartsFolder } from '../../../src/experiment/sweep/part-files.ts';
import { decodeRecord, type RunRecord } from '../../../src/experiment/sweep/record.ts';
import { runChunk } from '../../../src/experiment/sweep/run-chunk.ts';
import { makeSweepPlan, openSweep } from '../../../src/experiment/sweep/sweep-plan.ts';
import { requireSameInputs } from '../../../src/experiment/sweep/sweep-world.ts';

const SCENARIOS = fileURLToPath(new URL('../../../scenarios/tiny', import.meta.url));
const FILE = join(SCENARIOS, 'scenario.yaml');
const { plan: resolved, planHash } = await prepareScenario(FILE);
const INPUT = {
  engineVersion: '1',
  catalogue: resolved.catalogue,
  scenario: { name: 'tiny', file: 'scenario.yaml', content: readFileSync(FILE, 'utf8'), planHash },
  sets: [],
  prices: null,
  runsCode: false,
  checks: [],
  design: { kind: 'grid' as const },
  parameters: ['fleet[0].size.max=1,5,nonsense'],
  platforms: ['ecs-binpack', 'kubernetes'],
  seeds: '1..3',
};
const SETTING = { planFolder: SCENARIOS, allowPlugins: false };

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-chunks-'));
  folders.push(folder);
  makePartsFolder(folder);
  return folder;
}

/** All shards, each into a folder of its own; the merge of those. */
async function inShards(count: number, chunkRuns: number) {
  const sweep = openSweep(makeSweepPlan(INPUT, chunkRuns));
  const shards = Array.from({ length: count }, () => freshFolder());
  for (const [index, folder] of shards.entries()) {
    for (const chunk of chunksOfWork(sweep, { shard: { index, count }, only: null })) {
      await runChunk(sweep, SETTING, chunk, { folder, owner: 'test' });
    }
  }
  const records: RunRecord[] = [];
  const outcome = mergeParts(sweep.plan, shards, (line) => records.push(decodeRecord(line)));
  return { ...outcome, records };
}

describe('runChunk()', () => {
  test('the result is the same for 1, 3, 16 and 257 shards and for any size of chunks', async () => {
    const whole = await inShards(1, 100);
    expect(whole.missingCount).toBe(0);
    expect(whole.records).toHaveLength(18);
    for (const [count, chunkRuns] of [
      [3, 4],
      [16, 2],
      [257, 2],
    ] as const) {
      expect((await inShards(count, chunkRuns)).hash).toBe(whole.hash);
    }
  });

  test('a run has the metrics and the fingerprint of the same run by itself', async () => {
    const { records } = await inShards(1, 100);
    const record = records.find(
      ({ platform, seed, values }) =>
        platform === 'kubernetes' && seed === 2 && values['fleet[0].size.max'] === '1',
    );
    const prepared = await prepareScenario(FILE, {
      sets: [
        ['fleet[0].size.max', '1'],
        ['seed', '2'],
      ],
    });
    const { summary } = await runPlatform(prepared, { platform: 'kubernetes' });
    expect(record).toMatchObject({
      planHash: summary.planHash,
      fingerprint: summary.fingerprint.behaviour,
      metrics: summary.metrics,
      passed: false,
    });
  });

  test('a run that cannot be is kept as failed, with the command that shows it', async () => {
    const { records } = await inShards(1, 100);
    const failed = records.filter((record) => 'error' in record);
    expect(failed.map(({ index }) => index)).toEqual([12, 13, 14, 15, 16, 17]);
    expect(failed[0]).toMatchObject({
      error: { code: 'E1102' },
      reproduce: [
        'stowage',
        'run',
        'scenario.yaml',
        '--platform',
        'ecs-binpack',
        '--seed',
        '1',
        '--set',
        'fleet[0].size.max=nonsense',
      ],
    });
  });

  test('takes what a killed process has left in its journal, and runs only the rest', async () => {
    const sweep = openSweep(makeSweepPlan(INPUT, 100));
    const [chunk] = chunksOfWork(sweep, { shard: { index: 0, count: 1 }, only: null });
    const [folder, other] = [freshFolder(), freshFolder()];
    await runChunk(sweep, SETTING, chunk!, { folder: other, owner: 'a' });
    const lines: Uint8Array[] = [];
    const { hash } = mergeParts(sweep.plan, [other], ({ bytes }) => lines.push(bytes));
    const journal = new Journal(folder, chunk!, 'killed');
    for (const bytes of lines.slice(0, 7)) journal.append(bytes);
    journal.append(lines[7]!.subarray(0, 100));
    let runs = 0;
    await runChunk(sweep, SETTING, chunk!, { folder, owner: 'b', onRun: () => (runs += 1) });
    expect(runs).toBe(18);
    expect(mergeParts(sweep.plan, [folder], () => {}).hash).toBe(hash);
    expect(readdirSync(join(folder, 'parts'))).toHaveLength(1);
  });
});

describe('localChunks()', () => {
  test('hands out what is not finished, in order', async () => {
    const sweep = openSweep(makeSweepPlan(INPUT, 6));
    const folder = freshFolder();
    await runChunk(sweep, SETTING, { first: 6, last: 11 }, { folder, owner: 'a' });
    const finished: number[] = [];
    const all = { shard: { index: 0, count: 1 }, only: null };
    const source = localChunks(sweep, all, folder, ({ first }) => finished.push(first));
    expect([await source.take(), await source.take(), await source.take()]).toEqual([
      { first: 0, last: 5 },
      { first: 12, last: 17 },
      null,
    ]);
    expect(finished).toEqual([6]);
    const only = localChunks(sweep, { ...all, only: [{ first: 13, last: 13 }] }, folder);
    expect([await only.take(), await only.take()]).toEqual([{ first: 12, last: 17 }, null]);
  });
});

describe('requireSameInputs()', () => {
  test('E4006 when the scenario resolves to something else than it was planned for', async () => {
    await requireSameInputs(makeSweepPlan(INPUT, 1), SETTING);
    const other = makeSweepPlan({ ...INPUT, scenario: { ...INPUT.scenario, planHash: 'other' } }, 1);
    await expect(requireSameInputs(other, SETTING)).rejects.toThrow(/^E4006/);
  });
});
