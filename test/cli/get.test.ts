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

  test('lists decisions of every kind, those that found no place too, in the stretch asked for', () => {
    const list = (...flags: string[]) =>
      JSON.parse(ask('get', 'decisions', ...flags, '-o', 'json').stdout) as {
        kind: string;
        time_s: number;
      }[];
    const all = list();
    const kinds = ['scale-up', 'placement', 'failure', 'scale-down'];
    expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(kinds));
    const late = list('--from', '1s', '--to', '100s');
    expect(late).toEqual(all.filter(({ time_s }) => time_s >= 1 && time_s <= 100));
    expect(late.length).toBeLessThan(all.length);
    expect(ask('get', 'decisions', '--limit', '2').stdout).toMatch(/and \d+ more[\s\S]*explain decision\/N/);
  });

  test('lists events of a stretch', () => {
    const times = (...flags: string[]) =>
      (JSON.parse(ask('get', 'events', ...flags, '-o', 'json').stdout) as { time_s: number }[]).map(
        ({ time_s }) => time_s,
      );
    const cut = times('--from', '1s', '--to', '60s');
    expect(cut.length).toBeGreaterThan(0);
    expect(cut).toEqual(times().filter((timeS) => timeS >= 1 && timeS <= 60));
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
    [['get', 'tasks', '--from', '1m'], /--from is for events and decisions/],
    [['get', 'events', '--at', '1m', '--to', '2m'], /--at and --to say the same/],
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
      ['cost', 'cpu', 'gantt', 'heat', 'instances', 'memory', 'packing', 'pending', 'rate', 'waits'].map(
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

  test('cuts the map and the tasks on instances to a stretch of time, around a node', () => {
    const args = ['export', RESULT, '--charts', 'heat,gantt', '--out', 'cut', '--node', 'i-0000001'];
    const stretch = ['--from-time', '1m', '--to-time', '2m'];
    expect(stowage([...args, ...stretch], { cwd: folder }).code).toBe(0);
    const gantt = readFileSync(join(folder, 'cut/gantt.svg'), 'utf8');
    expect(gantt).toContain('>i-0000001</text>');
    // A minute on the axis: from one to two, in steps of fifteen seconds.
    for (const file of ['heat', 'gantt']) {
      const ticks = readFileSync(join(folder, `cut/${file}.svg`), 'utf8').match(
        />(1m(?: \d+s)?|2m)<\/text>/g,
      );
      expect(ticks).toEqual([
        '>1m</text>',
        '>1m 15s</text>',
        '>1m 30s</text>',
        '>1m 45s</text>',
        '>2m</text>',
      ]);
    }
  });

  test.each([
    [['--node', 'i-000001'], /kubernetes has no node 'i-000001'[\s\S]*i-0000001/],
    [['--from-time', '2m', '--to-time', '1m'], /--from-time must be before --to-time/],
  ])('refuses %j', (flags, message) => {
    const { code, stderr } = stowage(['export', RESULT, '--out', 'none', ...flags], { cwd: folder });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });

  test('names the charts that there are', () => {
    const { code, stderr } = stowage(['export', RESULT, '--charts', 'paking'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain('packing');
  });
});
