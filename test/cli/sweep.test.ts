import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { stowageHere } from './in-process.ts';
import { freshFolder, start, stowage, TINY } from './process.ts';

const PARAM = ['--param', 'fleet[0].size.max=1..4'];
const SMALL = [TINY, ...PARAM, '--seeds', '1..5', '--chunk', '4', '--progress', 'none'];
const resultsOf = (stdout: string) => /^results ([0-9a-f]{64})$/m.exec(stdout)?.[1];

describe('stowage sweep', () => {
  const cwd = freshFolder();
  const whole = stowage(['sweep', 'run', ...SMALL, '--jobs', '2', '--out', 'whole'], { cwd });
  const expected = resultsOf(whole.stdout);

  test('run: the same results for one and two workers, and nothing to do when called again', () => {
    expect(whole.code).toBe(0);
    expect(whole.stdout).toContain('4 points × 2 platforms × 5 seeds = 40 runs');
    const alone = stowage(['sweep', 'run', ...SMALL, '--jobs', '1', '--out', 'alone', '-o', 'json'], { cwd });
    const { resultHash, cells, front, done } = JSON.parse(alone.stdout);
    expect([resultHash, cells.length, done]).toEqual([expected, 8, 40]);
    expect(front.length).toBeGreaterThan(0);
    const parts = () => readdirSync(join(cwd, 'alone/parts'));
    expect(parts()).toHaveLength(10);
    const again = stowage(['sweep', 'run', 'alone', '--progress', 'none', '--jobs', '1'], { cwd });
    expect(resultsOf(again.stdout)).toBe(expected);
  });

  test('plan, work, status, merge: shards with array variables give the same results; gaps name their command', async () => {
    const planned = await stowageHere(['sweep', 'plan', TINY, ...PARAM, '--seeds', '1..5', '--chunk', '4'], {
      cwd,
    });
    expect(planned.stdout).toMatch(/^runs {7}40$/m);
    const work = (args: readonly string[], env = {}) =>
      stowage(['sweep', 'work', 'plan.json', '--progress', 'none', ...args], { cwd, env });
    expect(work(['--shard', '0/3', '--out', 's0']).stdout).toBe('shard 0/3: 4 of 4 chunks are done, in s0\n');
    const slurm = { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_COUNT: '3', SLURM_ARRAY_TASK_MIN: '1' };
    expect(work(['--out', 's1'], slurm).code).toBe(0);
    const gap = await stowageHere(['sweep', 'status', 's0', 's1'], { cwd });
    expect(gap.code).toBe(7);
    const line = /^ {2}stowage (sweep work .*)$/m.exec(gap.stderr)![1]!;
    expect(line).toBe('sweep work s0 --only 8-11,20-23,32-35 --out s0');
    expect(stowage(line.split(' '), { cwd }).code).toBe(0);
    const merged = await stowageHere(['sweep', 'merge', 's0', 's1', 'whole', '--out', 'all.ndjson'], { cwd });
    expect([merged.code, resultsOf(merged.stdout)]).toEqual([0, expected]);
    expect(readFileSync(join(cwd, 'all.ndjson'), 'utf8').split('\n')).toHaveLength(41);
  });

  test('run: killed at any moment, it goes on where it was, to the same results', async () => {
    const args = ['sweep', 'run', ...SMALL, '--jobs', '2', '--out', 'killed'];
    for (const afterMs of [900, 1400]) {
      const { child, ended } = start(args, cwd);
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
      await ended;
      clearTimeout(timer);
    }
    const { code, stdout } = stowage(args, { cwd });
    expect([code, resultsOf(stdout)]).toEqual([0, expected]);
    const left = readdirSync(join(cwd, 'killed/parts')).filter((name) => !name.endsWith('.ndjson.gz'));
    expect(left).toEqual([]);
  });

  test('run: out of budget it keeps what it has, exit code 7, and names the command that goes on', () => {
    const short = stowage(['sweep', 'run', ...SMALL, '--out', 'short', '--budget', '1ms'], { cwd });
    expect(short.code).toBe(7);
    expect(short.stderr).toMatch(
      /the budget is used up: \d+ of 40 runs are left; go on with\n {2}stowage sweep run short$/m,
    );
    const on = stowage(['sweep', 'run', 'short', '--progress', 'none'], { cwd });
    expect([on.code, resultsOf(on.stdout)]).toEqual([0, expected]);
  });

  test('run: a run that fails is told with its command, and the others go on', () => {
    const args = ['sweep', 'run', TINY, '--param', 'fleet[0].type=m5.large,m5.lage', '--out', 'failing'];
    const { code, stderr, stdout } = stowage([...args, '--progress', 'none'], { cwd });
    expect(code).toBe(7);
    expect(stdout).toContain('2 done, 2 failed');
    expect(stderr).toMatch(/^failures so far have cost \d+\.\d s of one core: 2 runs$/m);
    expect(stderr).toContain("--set 'fleet[0].type=m5.lage'");
    const line = /^ {2}stowage (run .*m5\.lage.*)$/m.exec(stderr)![1]!.replaceAll("'", '');
    expect(stowage(line.split(' '), { cwd }).code).toBe(2);
  });

  test('what cannot be: exit code 2, 3 or 4, with the reason', async () => {
    const refused = (args: readonly string[]) => stowageHere(['sweep', ...args], { cwd });
    expect(await refused(['plan', TINY, '--jobs', '2'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('sweep plan has no use for --jobs'),
    });
    expect((await refused(['run', 'whole', '--seeds', '1..2'])).stderr).toContain('planned already');
    expect(await refused(['run', TINY, '--seeds', '1..2', '--out', 'whole'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('holds another sweep'),
    });
    expect(await refused(['plan', TINY, '--param', 'fleet[0].szie=1,2', '--out', 'x.json'])).toMatchObject({
      code: 2,
    });
    expect((await refused(['plan', TINY, '--out', 'whole/plan.json'])).code).toBe(4);
    expect(await refused(['work', TINY])).toMatchObject({ code: 2 });
    expect((await refused(['work', 'whole', '--shard', '3/3'])).code).toBe(2);
    const plan = readFileSync(join(cwd, 'whole/plan.json'), 'utf8');
    writeFileSync(join(cwd, 'changed.json'), plan.replace('1..5', '1..6'));
    expect(await refused(['work', 'changed.json'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('E4004'),
    });
  });
});

describe('stowage sweep template', () => {
  const cwd = freshFolder();
  beforeAll(() => stowageHere(['sweep', 'plan', TINY, '--seeds', '1..9', '--chunk', '1'], { cwd }));
  const template = async (kind: string) =>
    (await stowageHere(['sweep', 'template', kind, 'plan.json', '--shards', '4'], { cwd })).stdout;

  test.each(['slurm', 'aws-batch'])('%s is a script that bash reads', async (kind) => {
    const text = await template(kind);
    expect(spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(text).toContain('sweep work');
  });

  test('aws-batch submits a job that is JSON when the shell has read it', async () => {
    const text = (await template('aws-batch'))
      .replace(/^aws /gm, 'printf "%s\\n" ')
      .replace('--cli-input-json', '');
    const { stdout } = spawnSync('bash', { input: text, encoding: 'utf8' });
    const job = JSON.parse(stdout.slice(stdout.indexOf('{')));
    expect(job).toMatchObject({ jobQueue: 'QUEUE', arrayProperties: { size: 4 } });
    expect(job.containerOverrides.command[2]).toContain(
      'out=results-$AWS_BATCH_JOB_ARRAY_INDEX && aws s3 cp s3://BUCKET/',
    );
  });

  test.each(['kubernetes', 'github'])('%s is YAML with four parts', async (kind) => {
    const [document] = parseAllDocuments(await template(kind));
    expect(document!.errors).toEqual([]);
    const { spec, jobs } = document!.toJS();
    if (kind === 'kubernetes') expect(spec).toMatchObject({ completionMode: 'Indexed', completions: 4 });
    else expect(jobs.work.strategy.matrix.shard).toEqual([0, 1, 2, 3]);
  });
});
