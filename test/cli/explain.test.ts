import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { HOW_TO_MEND } from '../../src/cli/code-pages.ts';
import type { CommandIo } from '../../src/cli/command-io.ts';
import { main } from '../../src/cli/explain.ts';
import { DIAGNOSTIC_CODES } from '../../src/errors.ts';
import { spawnSync } from 'node:child_process';
import { freshFolder, ROOT, stowage } from './process.ts';

const scenario = (name: string) => join(ROOT, 'scenarios', name, 'scenario.yaml');
let results: string;
const TINY = 'tiny/ecs-binpack/seed=1';
const MANIFESTS = 'manifests/kubernetes/seed=7';
const SHOP = 'shop/ecs-binpack/seed=42';

beforeAll(() => {
  results = freshFolder();
  for (const name of ['tiny', 'manifests', 'shop']) {
    const { code, stderr } = stowage(
      ['run', scenario(name), '--out', '.', '--fingerprint', '--until', name === 'shop' ? '12h' : '6h'],
      { cwd: results },
    );
    expect([code, stderr]).toEqual([0, expect.stringContaining('wrote ')]);
  }
});

const explain = (...args: string[]) => stowage(['explain', ...args], { cwd: results });

describe('explain', () => {
  test('a task: its history, and the three tables of its last decision', () => {
    const { code, stdout, stderr } = explain('task/shop/search-0', '--result', MANIFESTS);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^shop\/search-0\n/);
    for (const part of [
      'Filter: 3 of 5 nodes fit',
      'Scores, raw -> normalised',
      'Weighted',
      '\nChosen node-c\n',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  test('a task on ECS, in the words of ECS', () => {
    const { code, stdout } = explain('task/short/0', '--at', '5s', '--result', TINY);
    expect(code).toBe(0);
    expect(stdout).toContain('No place\n  No Container Instances were found in your cluster.\n');
  });

  test('what has no place, with another policy beside', () => {
    const { code, stdout } = explain('unplaced', '--result', MANIFESTS, '--policy', 'first-fit');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Without a place at 6h: 3 tasks wait\n/);
    expect(stdout).toMatch(/\n {2}cpu −0\.48 vCPU +on node-b\n/);
    expect(stdout).toContain('\n  under first-fit (knows room, labels and taints alone): node-a\n');
    expect(explain('unplaced', '--result', SHOP).stdout).toMatch(/^Without a place at 12h: \d+ tasks wait/);
  });

  test('a node and a decision, as JSON and CSV', () => {
    const node = explain('node/node-b', '--result', MANIFESTS, '--at', '1h', '-o', 'json');
    expect(JSON.parse(node.stdout)).toMatchObject({ kind: 'node', name: 'node-b', atMs: 3_600_000 });
    const csv = explain('decision/2', '--result', MANIFESTS, '-o', 'csv');
    expect(csv.stdout.split('\n')[0]).toMatch(
      /^policy,instance,type,zone,free_cpu_milli,.*,total,tied,chosen$/,
    );
    expect(csv.stdout.trimEnd().split('\n')).toHaveLength(6);
  });

  test('a subject that there is none of: exit code 2, and what to write', () => {
    const { code, stdout, stderr } = explain('tsk/a', '--result', TINY);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("cannot explain 'tsk/a': name task/web/12, decision/7, unplaced");
    expect(explain('task/short/77', '--result', TINY).stderr).toContain("there is no task 'short/77'");
  });

  test.each<[Record<string, unknown>, RegExp]>([
    [{ subject: 'decision/0' }, /cannot explain 'decision\/0'/],
    [{ subject: 'unplaced', result: undefined }, /explain needs --result DIR/],
    [{ subject: 'decision/1', at: '1m' }, /a decision has its own time/],
    [{ subject: 'node/i-0000001', policy: 'random' }, /--policy is for task/],
    [{ subject: 'node/i-0000001', top: 3 }, /--top is for task/],
    [{ subject: 'unplaced', top: 0 }, /cannot use --top 0/],
    [{ subject: 'E9999', result: undefined }, /there is no code E9999/],
    [{ subject: 'E1203' }, /--result says nothing about codes/],
  ])('%j cannot be used together', async (args, reason) => {
    const given = Object.entries({ result: join(results, TINY), output: 'text', ...args });
    const io = { workingDirectory: results, environment: {} } as unknown as CommandIo;
    const defined = Object.fromEntries(given.filter(([, value]) => value !== undefined));
    await expect(main(defined, io)).rejects.toThrow(reason);
  });

  test('a result that comes to something else: exit code 8', () => {
    const changed = freshFolder();
    stowage(['run', scenario('tiny'), '--out', '.', '--fingerprint'], { cwd: changed });
    const folder = join(changed, TINY);
    // Not even the checksums may notice: the forger has recomputed them, but no run comes to these figures.
    forge(folder, (summary) => summary.replace(/"behaviour": "[0-9a-f]{4}/, '"behaviour": "0000'));
    const { code, stderr } = stowage(['explain', 'unplaced', '--result', folder], { cwd: changed });
    expect([code, stderr]).toEqual([
      8,
      expect.stringContaining('error[E4007]: Cannot make the result again'),
    ]);
  });

  test('no result, and a damaged one: exit code 4', () => {
    expect(explain('unplaced', '--result', 'nowhere').code).toBe(4);
    const damaged = freshFolder();
    stowage(['run', scenario('tiny'), '--out', '.', '--fingerprint'], { cwd: damaged });
    writeFileSync(join(damaged, TINY, 'plan.json'), '{}\n');
    expect(stowage(['explain', 'unplaced', '--result', join(damaged, TINY)], { cwd: damaged })).toMatchObject(
      {
        code: 4,
        stderr: expect.stringContaining('plan.json'),
      },
    );
  });
});

/** Changes the summary of a result, and makes all checksums right again. */
function forge(folder: string, change: (summary: string) => string): void {
  const script = `
    import { createHash } from 'node:crypto';
    import { readFileSync, writeFileSync } from 'node:fs';
    const sha = (text) => createHash('sha256').update(text).digest('hex');
    const manifest = JSON.parse(readFileSync('manifest.json', 'utf8'));
    const entry = manifest.files.find(({ name }) => name === 'summary.json');
    const summary = readFileSync('summary.json', 'utf8');
    entry.bytes = Buffer.byteLength(summary);
    entry.sha256 = sha(summary);
    const { sha256: _, ...content } = manifest;
    writeFileSync('manifest.json', JSON.stringify({ ...content, sha256: sha(JSON.stringify(content)) }, null, 2) + '\\n');`;
  const summary = join(folder, 'summary.json');
  writeFileSync(summary, change(readFileSync(summary, 'utf8')));
  spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder });
}

describe('codes', () => {
  test('explain CODE says what it means and how to mend it', () => {
    const { code, stdout } = explain('e1203');
    expect([code, stdout]).toEqual([0, `E1203  ${DIAGNOSTIC_CODES.E1203}\n       ${HOW_TO_MEND.E1203}\n`]);
  });

  test('explain codes is a table of all of them', () => {
    const { stdout } = explain('codes', '-o', 'csv');
    const listed = stdout.split('\n').flatMap((line) => /^([EW]\d{4}),/.exec(line)?.[1] ?? []);
    expect(listed).toEqual(Object.keys(DIAGNOSTIC_CODES));
  });

  test('every code that a source uses is explained, and every code is used', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && name !== 'errors.ts' && !name.endsWith('code-pages.ts'),
    );
    const used = new Set(
      sources.flatMap((name) =>
        [...readFileSync(join(ROOT, 'src', name), 'utf8').matchAll(/'([EW]\d{4})'/g)].map(
          (match) => match[1]!,
        ),
      ),
    );
    expect([...used].filter((code) => !Object.hasOwn(HOW_TO_MEND, code))).toEqual([]);
    expect(Object.keys(DIAGNOSTIC_CODES).filter((code) => !used.has(code))).toEqual([]);
  });
});
