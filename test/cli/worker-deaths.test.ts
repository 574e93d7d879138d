import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { moodyFolder } from '../support/moody-sweep.ts';
import { stowage } from './process.ts';

const MOOD = 'platforms[0].scheduler.mood';
const QUIET = ['--allow-plugins', '--progress', 'none'];

describe('a worker thread that dies in the middle of a run', () => {
  const cwd = moodyFolder();
  const compare = (mood: string, jobs: string, ...more: readonly string[]) => {
    const sets = ['--set', `${MOOD}=${mood}`];
    return stowage(
      ['compare', 'moody.yaml', ...sets, '--seeds', '1..5', '--jobs', jobs, ...QUIET, '-o', 'json', ...more],
      { cwd },
    );
  };

  test('compare: is replaced and its seed run again, to the same answer; its results are written once', () => {
    const alone = compare('deadly once', '1');
    expect(alone.code).toBe(0);
    expect(readdirSync(cwd)).not.toContain('has-died');
    const { code, stdout } = compare('deadly once', '2', '--out', 'kept');
    expect(readdirSync(cwd)).toContain('has-died');
    expect([code, stdout]).toEqual([0, alone.stdout]);
    expect(readdirSync(join(cwd, 'kept/moody/moody')).sort()).toEqual(
      [1, 2, 3, 4, 5].map((seed) => `seed=${seed}`),
    );
  });

  test('compare: of a seed that takes two down it says so, E4011 and exit code 7', () => {
    const { code, stdout } = compare('deadly to workers', '2');
    expect(code).toBe(7);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'E4011',
      message: expect.stringMatching(/^Seed [2-5] took two worker threads down: worker exited with code: 3$/),
    });
  });

  test('sweep: puts aside what takes two down, does everything else, and names both', () => {
    const moods = `${MOOD}=calm,deadly to workers,deadly once`;
    const args = ['sweep', 'run', 'moody.yaml', '--param', moods, '--seeds', '1..4', '--chunk', '2'];
    const { code, stdout, stderr } = stowage([...args, '--jobs', '2', ...QUIET, '--out', 'swept'], { cwd });
    expect(code).toBe(7);
    expect(stdout).toContain('12 runs: 8 done, 4 missing');
    for (const range of ['4 to 5', '6 to 7'])
      expect(stderr).toContain(
        `runs ${range} put aside, two workers died of them: worker exited with code: 3`,
      );
    expect(readdirSync(join(cwd, 'swept/parts'))).toHaveLength(4);
  });
});
