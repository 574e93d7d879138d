import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT, stowage } from './process.ts';

const RESULT = 'out/tiny/kubernetes/seed=1';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'get-'));
  const scenario = join(ROOT, 'scenarios/tiny/scenario.yaml');
  expect(stowage(['compare', scenario, '--out', 'out', '--progress', 'none'], { cwd: folder }).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ask = (...args: string[]) => stowage([...args, '--result', RESULT], { cwd: folder });

describe('get', () => {
  test('lists, narrows, sorts and cuts', () => {
    const all = JSON.parse(ask('get', 'tasks', '-o', 'json').stdout) as { task: string; wait_s: number }[];
    expect(all).toHaveLength(4);
    const longest = JSON.parse(
      ask('get', 'tasks', '--where', 'wait_s>0.5s', '--sort-by', 'wait_s:desc', '--limit', '1', '-o', 'json')
        .stdout,
    ) as typeof all;
    expect(longest).toEqual([all.toSorted((a, b) => b.wait_s - a.wait_s)[0]]);
  });

  test('groups with sums and means', () => {
    const { stdout } = ask('get', 'tasks', '--by', 'group', '-o', 'csv');
    const all = JSON.parse(ask('get', 'tasks', '-o', 'json').stdout) as {
      group: string;
      cpu_millicores: number;
    }[];
    for (const group of new Set(all.map((row) => row.group))) {
      const own = all.filter((row) => row.group === group);
      const cpu = own.reduce((sum, row) => sum + row.cpu_millicores, 0);
      expect(stdout).toMatch(new RegExp(`^${group},${own.length},\\d+,${cpu},`, 'm'));
    }
  });

  test('shows chosen columns for people', () => {
    const { stdout } = ask('get', 'nodes', '--columns', 'node,tasks', '--at', '2m');
    expect(stdout.split('\n')[0]).toBe('node       tasks');
  });

  test.each([
    [['get', 'tasks', '--where', 'wat_s>3'], /no column 'wat_s' for --where[\s\S]*wait_s/],
    [['get', 'tasks', '--where', 'wait_s>soon'], /cannot read 'soon'/],
    [['get', 'tasks', '--where', 'task>web'], /cannot use > on task: it is text/],
    [['get', 'tasks', '--where', 'nothing'], /cannot read --where 'nothing'/],
    [['get', 'nodes', '--sort-by', 'ag'], /no column 'ag' for --sort-by/],
    [['get', 'nodes', '--limit', '-1'], /cannot use --limit -1/],
    [['get', 'costs', '--at', '1m'], /costs are of the whole run/],
    [['describe', 'web'], /cannot describe 'web'/],
    [['describe', 'nod/i-1'], /cannot describe 'nod\/i-1'[\s\S]*node/],
    [['describe', 'node/i-0000009'], /there is no node 'i-0000009'/],
  ])('refuses %j', (args, message) => {
    const { code, stderr } = ask(...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('needs a result', () => {
    expect(stowage(['get', 'tasks'], { cwd: folder }).stderr).toContain('get needs --result DIR');
    expect(stowage(['get', 'tasks', '--result', 'nowhere'], { cwd: folder }).code).toBe(4);
  });
});

test('describe tells of a node what get tells, its tasks and its events', () => {
  const { code, stdout } = ask('describe', 'node/i-0000001', '--at', '60s');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^node\/i-0000001\n {2}node +i-0000001\n/);
  expect(stdout).toMatch(/Tasks \(\d\)/);
  expect(stdout).toMatch(/Events\n.* requested/);
});

describe('report', () => {
  test('makes the page of several results, and the same page again', () => {
    const both = ['out/tiny/ecs-binpack/seed=1', RESULT];
    expect(stowage(['report', ...both, '--out', 'both.html'], { cwd: folder })).toMatchObject({ code: 0 });
    expect(stowage(['report', ...both, '--out', 'again.html'], { cwd: folder })).toMatchObject({ code: 0 });
    const page = readFileSync(join(folder, 'both.html'), 'utf8');
    expect(page).toBe(readFileSync(join(folder, 'again.html'), 'utf8'));
    expect(page).toContain('ecs-binpack is cheapest at $0.0049');
    expect(page).toContain('id="frames-1"');
  });

  test('does not replace a page unless told, nor take a result twice', () => {
    expect(stowage(['report', RESULT, '--out', 'one.html'], { cwd: folder }).code).toBe(0);
    expect(stowage(['report', RESULT, '--out', 'one.html'], { cwd: folder }).code).toBe(4);
    expect(stowage(['report', RESULT, '--out', 'one.html', '--force'], { cwd: folder }).code).toBe(0);
    expect(stowage(['report', RESULT, RESULT], { cwd: folder })).toMatchObject({ code: 2 });
    expect(stowage(['report', RESULT, '--max-size', '3'], { cwd: folder }).stderr).toContain(
      'cannot use --max-size 3',
    );
  });
});

describe('export', () => {
  test('writes every chart of a run as SVG, the chosen ones of several', () => {
    expect(stowage(['export', RESULT, '--out', 'one'], { cwd: folder }).code).toBe(0);
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(
      ['cost', 'cpu', 'instances', 'memory', 'packing', 'pending', 'rate', 'waits'].map(
        (name) => `${name}.svg`,
      ),
    );
    const both = ['out/tiny/ecs-binpack/seed=1', RESULT];
    const args = ['export', ...both, '--out', 'two', '--charts', 'packing,waits', '--at', '1m'];
    expect(stowage(args, { cwd: folder }).code).toBe(0);
    expect(readdirSync(join(folder, 'two')).sort()).toEqual([
      ...['packing-ecs-binpack.svg', 'packing-kubernetes.svg', 'waits.svg'],
    ]);
    expect(readFileSync(join(folder, 'two/packing-kubernetes.svg'), 'utf8')).toContain('kubernetes at 1m');
    expect(stowage(args, { cwd: folder }).code).toBe(4);
  });

  test('names the charts that there are', () => {
    const { code, stderr } = stowage(['export', RESULT, '--charts', 'paking'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('packing');
  });
});
