import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readResult } from '../../src/experiment/result-directory.ts';
import { checkLog } from '../../src/telemetry/check-log.ts';
import { parseLog } from '../../src/telemetry/log-format.ts';
import { freshFolder, stowage, TINY } from './process.ts';

/** What is written, and what happens where nothing can be written: exit code 4. */
const RESULT = 'out/tiny/ecs-binpack/seed=1';

describe('run --out --report --log', () => {
  const folder = freshFolder();
  const files = ['--out', 'out', '--report', 'pages/run.html', '--log', 'logs/events.ndjson'];
  const first = stowage(['run', TINY, ...files, '--json'], { cwd: folder });

  test('write the result, the page and the log, and name them on stderr', () => {
    expect(first.code).toBe(0);
    expect(first.stderr).toBe(`wrote logs/events.ndjson\nwrote ${RESULT}\nwrote pages/run.html\n`);
    const { result, meta } = readResult(join(folder, RESULT));
    expect(result.summary).toEqual(JSON.parse(first.stdout));
    expect(meta.reproduce).toBe(`stowage run ${TINY} ${files.join(' ')} --json`);
    expect(readFileSync(join(folder, 'pages/run.html'), 'utf8')).toMatch(/^<!doctype html>/i);
    const log = readFileSync(join(folder, 'logs/events.ndjson'), 'utf8').trimEnd().split('\n');
    expect(checkLog(parseLog(log, 'events.ndjson'))).toEqual([]);
  });

  test('refuse to replace anything, before the run, and name all that is in the way', () => {
    const { code, stdout, stderr } = stowage(['run', TINY, ...files], { cwd: folder });
    expect(code).toBe(4);
    expect(stdout).toBe('');
    for (const name of [RESULT, 'pages/run.html', 'logs/events.ndjson']) {
      expect(stderr).toContain(`error[E4003]: ${name} exists already`);
    }
    expect(stderr).toContain('--force');
  });

  test('replace what is there with --force, by equal bytes', () => {
    const read = () =>
      readdirSync(join(folder, RESULT))
        .filter((name) => name !== 'timing.json')
        .map((name) => [name, readFileSync(join(folder, RESULT, name)).toString('base64')]);
    const before = read();
    const { code } = stowage(['run', TINY, ...files, '--json', '--force'], { cwd: folder });
    expect(code).toBe(0);
    // The command is another one, and it is written down.
    const differing = read().filter(
      ([name, bytes], index) => bytes !== before[index]![1] && name !== 'manifest.json',
    );
    expect(differing).toEqual([]);
  });

  test('leave no temporary files', () => {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => name.includes('partial'))).toEqual([]);
  });
});

test('compare --out writes one result per platform, --markdown and --report one file each', () => {
  const folder = freshFolder();
  const files = ['--out', 'out', '--markdown', 'tiny.md', '--report'];
  const { code } = stowage(['compare', TINY, ...files], { cwd: folder });
  expect(code).toBe(0);
  expect(readdirSync(join(folder, 'out/tiny')).sort()).toEqual(['ecs-binpack', 'kubernetes']);
  expect(readFileSync(join(folder, 'tiny.md'), 'utf8')).toContain('| ');
  expect(readdirSync(folder).sort()).toEqual(['out', 'report.html', 'tiny.md']);
});

describe('nothing can be written', () => {
  test.each([
    ['into a folder whose name is that of a file', ['--out', 'file'], 'file'],
    ['below a file', ['--report', 'file/run.html'], 'file/run.html'],
    ['over a folder', ['--report', 'folder'], 'folder: it is a folder'],
    ['over a folder, even with --force', ['--log', 'folder', '--force'], 'folder: it is a folder'],
    ['over a folder with other things in it', ['--out', '.', '--force'], 'tiny/ecs-binpack/seed=1'],
  ])('%s', (_what, flags, named) => {
    const folder = freshFolder({ file: '', 'tiny/ecs-binpack/seed=1/notes.txt': 'mine' });
    mkdirSync(join(folder, 'folder'));
    const { code, stderr } = stowage(['run', TINY, ...flags], { cwd: folder });
    expect(stderr).toMatch(/^error\[E400[23]\]: /m);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain('bug');
    expect(code).toBe(4);
    expect(readFileSync(join(folder, 'tiny/ecs-binpack/seed=1/notes.txt'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['file', 'folder', 'tiny']);
  });

  test('into a folder that is read-only; the answer of the run is printed if there is one', () => {
    const folder = freshFolder();
    // Permissions do not bind the superuser; nobody can make a folder in /proc.
    const isRoot = process.getuid?.() === 0;
    const out = isRoot ? '/proc/stowage' : join(folder, 'closed');
    if (!isRoot) mkdirSync(out);
    if (!isRoot) chmodSync(out, 0o555);
    const text = stowage(['run', TINY, '--out', out], { cwd: folder });
    expect(text.code).toBe(4);
    expect(text.stderr).toContain(`error[E4002]: Cannot write ${out}`);
    const json = stowage(['run', TINY, '--out', out, '-o', 'json'], { cwd: folder });
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { code: 'E4002' } });
  });
});

describe('nothing can be read', () => {
  test.each([
    [['run', 'nowhere.yaml'], 'Cannot read nowhere.yaml: there is no such file'],
    [['plan', '.'], 'Cannot read .: it is a folder'],
    [['compare', 'file/shop.yaml'], 'Cannot read file/shop.yaml'],
  ])('%j', (args, message) => {
    const { code, stdout, stderr } = stowage(args, { cwd: freshFolder({ file: '' }) });
    expect(stderr).toContain(`error[E4001]: ${message}`);
    expect(stdout).toBe('');
    expect(code).toBe(4);
  });
});

describe('init', () => {
  test('writes a scenario that validates, and says what to do next', () => {
    const folder = freshFolder();
    const { code, stdout, stderr } = stowage(['init', 'shop'], { cwd: folder });
    expect(code).toBe(0);
    expect(stderr).toBe('wrote shop/scenario.yaml, shop/scenario.schema.json; next:\n');
    const next = stdout.trimEnd().split('\n');
    expect(next[0]).toBe('stowage validate shop/scenario.yaml');
    const head = readFileSync(join(folder, 'shop/scenario.yaml'), 'utf8').split('\n');
    expect(head[0]).toBe('# yaml-language-server: $schema=scenario.schema.json');
    for (const line of next.slice(0, 2)) {
      expect(stowage(line.split(' ').slice(1), { cwd: folder }).code).toBe(0);
    }
  });

  test('keeps what is there, all of it, unless --force', () => {
    const folder = freshFolder({ 'scenario.schema.json': 'mine' });
    const refused = stowage(['init'], { cwd: folder });
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain('error[E4003]: scenario.schema.json exists already');
    expect(readdirSync(folder)).toEqual(['scenario.schema.json']);
    expect(readFileSync(join(folder, 'scenario.schema.json'), 'utf8')).toBe('mine');
    expect(stowage(['init', '--force'], { cwd: folder }).code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, 'scenario.schema.json'), 'utf8'))).toHaveProperty('$schema');
  });

  test('names the templates when it does not know one', () => {
    const { code, stderr } = stowage(['init', '--template', 'ecs-wbe'], { cwd: freshFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no template \'ecs-wbe\'\n   = hint: did you mean "ecs-web"');
  });

  test('every template of --list gives a valid scenario', () => {
    const folder = freshFolder();
    const names = JSON.parse(stowage(['init', '--list', '--json']).stdout).map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toContain('ecs-vs-k8s');
    for (const name of names) stowage(['init', name, '--template', name], { cwd: folder });
    const files = names.map((name: string) => `${name}/scenario.yaml`);
    const { code, stdout } = stowage(['validate', ...files], { cwd: folder });
    expect(stdout).toBe(`0 errors, 0 warnings in ${names.length} files\n`);
    expect(code).toBe(0);
  });
});

test('schema --out writes the schema and keeps what is there', () => {
  const folder = freshFolder();
  expect(stowage(['schema', 'summary', '--out', 'a/summary.json'], { cwd: folder }).code).toBe(0);
  const text = readFileSync(join(folder, 'a/summary.json'), 'utf8');
  expect(text).toBe(stowage(['schema', 'summary']).stdout);
  writeFileSync(join(folder, 'mine.json'), '');
  expect(stowage(['schema', '--out', 'mine.json'], { cwd: folder }).code).toBe(4);
  expect(stowage(['schema', '--out', 'mine.json', '--force'], { cwd: folder }).code).toBe(0);
});
