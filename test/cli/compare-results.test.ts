import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunSummary } from '../../src/experiment/result.ts';
import { freshFolder, stowage } from './process.ts';

const SCENARIO = `
version: 1
name: two
seed: 1
start: 2026-03-01T00:00:00Z
horizon: 1h
region: us-east-1
fleet: [{ name: pool, type: m5.large, zones: [us-east-1a], size: { min: 1, max: 1 }, boot: 20s }]
templates: { worker: { cpu: 1, memory: 1GiB, startup: 0s } }
workload:
  jobs: [{ name: short, template: worker, arrivals: { poisson: 100/h }, runtime: { exponential: { mean: 60s } } }]
metrics: [./late.mjs]
platforms:
  - { name: first, kind: bare, scheduler: first-fit }
  - { name: kube, kind: kubernetes }
checks: ['late.tasks <= 1000']
`;
const METRIC = `
export default {
  name: 'late.tasks', unit: 'count', better: 'less', about: 'Tasks that waited for more than a minute',
  value: ({ tasks }) => [...tasks()].filter(({ submitMs, placedMs }) => placedMs - submitMs > 60_000).length,
};
`;
interface Cell {
  readonly metric: string;
  readonly platform: string;
  readonly value: number | null;
  readonly difference: { readonly absolute: number; readonly interval: { readonly method: string } };
}

const QUIET = ['--progress', 'none'];

describe('stowage compare RESULT RESULT', () => {
  const cwd = freshFolder({ 'two.yaml': SCENARIO, 'late.mjs': METRIC });
  const made = (seeds: string, out: string, ...sets: readonly string[]) =>
    stowage(
      [
        'compare',
        'two.yaml',
        '--allow-plugins',
        '--seeds',
        seeds,
        '--jobs',
        '1',
        '--out',
        out,
        ...sets,
        ...QUIET,
        '-o',
        'json',
      ],
      { cwd },
    );
  const direct = made('1..4', 'before');
  made('3..6', 'after', '--set', 'workload.jobs[0].runtime.exponential.mean=90s');
  made('11..14', 'later', '--set', 'workload.jobs[0].runtime.exponential.mean=90s');
  const compare = (...args: string[]) => stowage(['compare', ...args], { cwd });
  const cell = (stdout: string, metric: string, platform: string) =>
    (JSON.parse(stdout).table as readonly Cell[]).find(
      (one) => one.metric === metric && one.platform === platform,
    )!;

  test('says of stored runs what compare said when it made them, whatever the order of the folders', () => {
    expect(direct.code).toBe(0);
    const { table, verdict } = JSON.parse(direct.stdout);
    const kept = JSON.parse(compare('before', '-o', 'json').stdout);
    expect(kept.table).toEqual(table);
    expect(kept.verdict).toBe(verdict);
    const one = (platform: string, seed: number) => `before/two/${platform}/seed=${seed}`;
    const some = [one('first', 2), one('kube', 1), one('first', 1), one('kube', 2)];
    const { seeds, baseline } = JSON.parse(compare(...some, '-o', 'json').stdout);
    expect([seeds, baseline]).toEqual([[1, 2], 'first']);
  });

  test('refuses other plans and says what differs, unless told; pairs the seeds that both have', () => {
    const refused = compare('before', 'after');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      'after has another plan than before: workload.jobs[short].runtime.exponential.mean "1m" → "1m30s"',
    );
    const { stdout } = compare(
      'before',
      'after',
      '--other-plans',
      '--platforms',
      'first (before),first (after)',
    );
    expect(stdout).toMatch(/paired by seed, by those\s+that\s+both\s+sides\s+have\s+\(2\)/);
    const wide = compare('before', 'after', '--other-plans', '-o', 'json').stdout;
    const { difference } = cell(wide, 'wait.mean', 'first (after)');
    const runs = JSON.parse(wide).runs as readonly RunSummary[];
    const waits = (name: string, seed: number) =>
      runs.find((run) => run.platform.name === name && run.seed === seed)!.metrics['wait.mean']!;
    const paired = [3, 4].map((seed) => waits('first (after)', seed) - waits('first (before)', seed));
    expect(difference.absolute).toBeCloseTo((paired[0]! + paired[1]!) / 2, 9);
    expect(difference.interval.method).toBe('t');
  });

  test('takes other seeds for independent: Welch, and the ranks of Mann and Whitney', () => {
    const { stdout } = compare('before', 'later', '--other-plans', '-o', 'json');
    expect(cell(stdout, 'wait.p95', 'first (later)').difference.interval.method).toBe('welch');
    const text = compare(
      'before',
      'later',
      '--other-plans',
      '--platforms',
      'first (before),first (later)',
    ).stdout;
    expect(text).toMatch(/differences are of means \(± Welch, p of\s+Mann-Whitney\)/);
  });

  test('gates as compare does, on metrics of one’s own too, and runs nothing', () => {
    const gate = compare(
      'before',
      'later',
      '--other-plans',
      '--fail-if',
      'late.tasks > +1%',
      '--fail-if',
      'late.tasks < -1%',
    );
    expect([0, 6]).toContain(gate.code);
    expect(compare('before', '--fail-if', 'cost > +1%').code).toBe(6);
    expect(cell(compare('before', '-o', 'json').stdout, 'late.tasks', 'kube').value).not.toBeNull();
    expect(compare('before', '--seeds', '1..3').stderr).toContain(
      '--seeds makes runs, and these are finished',
    );
    expect(compare('two.yaml', 'before').stderr).toContain('one argument too many');
    expect(compare('before', 'nothing').code).toBe(4);
    expect(compare(join('before', 'two', 'kube')).stderr).toContain('this needs two columns');
  });

  test('platforms are ranked by a metric of one’s own: by tie rule and seed, and to name the best', () => {
    const ranked = (...args: string[]) => stowage([...args, '--allow-plugins', '--jobs', '1'], { cwd });
    const told = ranked('sensitivity', 'two.yaml', '--metric', 'late.tasks', '--seeds', '1..2', '-o', 'json');
    const { metric, unit, better, outcomes } = JSON.parse(told.stdout);
    expect([metric, unit, better]).toEqual(['late.tasks', 'count', 'less']);
    const runs = (JSON.parse(direct.stdout).runs as readonly RunSummary[]).slice(0, 2);
    expect(outcomes[0]).toMatchObject({ platform: 'first', rule: null });
    expect(outcomes[0].values[0]).toBe(runs[0]!.userMetrics![0]!.value);
    const best = ranked('compare', 'two.yaml', '--select', 'best:late.tasks', '--budget', '20', '-o', 'json');
    expect(JSON.parse(best.stdout)).toMatchObject({ metric: 'late.tasks', method: 'ocba' });
    for (const args of [
      ['sensitivity', 'two.yaml', '--metric', 'late.task'],
      ['compare', 'two.yaml', '--select', 'best:late.task'],
    ]) {
      const { code, stderr } = ranked(...args);
      expect([code, stderr.includes('did you mean "late.tasks"?')]).toEqual([2, true]);
    }
  });
});

describe('a metric of one’s own', () => {
  const cwd = freshFolder({ 'two.yaml': SCENARIO, 'late.mjs': METRIC });
  const at = (args: readonly string[]) => stowage([...args, '--allow-plugins', ...QUIET], { cwd });

  test('is checked, by the scenario and by --check, with the unit that it has', () => {
    const text = at(['run', 'two.yaml', '--check', 'late.tasks < 3', '-o', 'json']);
    expect(text.code).toBe(5);
    const { checks, userMetrics } = JSON.parse(text.stdout) as RunSummary;
    const [own] = userMetrics!;
    expect(checks).toEqual([
      { text: 'late.tasks <= 1000', metric: 'late.tasks', value: own!.value, passed: true },
      { text: 'late.tasks < 3', metric: 'late.tasks', value: own!.value, passed: false },
    ]);
    expect(own!.value).toBeGreaterThan(3);
    const wrong = at(['run', 'two.yaml', '--check', 'late.taks < 3', '--check', 'late.tasks < 3s']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('did you mean "late.tasks"?');
    expect(wrong.stderr).toContain('cannot read "3s" as a value of late.tasks');
    const forbidden = stowage(['run', 'two.yaml'], { cwd });
    expect([forbidden.code, forbidden.stderr.match(/error\[/g)]).toEqual([3, ['error[']]);
  });

  test('is what --seeds auto may go on for', () => {
    const args = ['compare', 'two.yaml', '--seeds', 'auto', '--jobs', '1', '-o', 'json'];
    const { stdout, stderr } = at([...args, '--precision', 'late.tasks=1000', '--precision', 'cost=90%']);
    expect(JSON.parse(stdout).seeds).toHaveLength(10);
    expect(stderr).not.toContain('not met');
  });

  test('stands in the answer of a sweep, in every form, and orders its front', () => {
    const args = [
      'sweep',
      'run',
      'two.yaml',
      '--param',
      'fleet[0].size.max=1,2',
      '--seeds',
      '1..3',
      '--jobs',
      '1',
    ];
    const text = at([...args, '--check', 'late.tasks < 10', '--out', 's']);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/late\.tasks.*checks/);
    const merge = (...more: string[]) => stowage(['sweep', 'merge', 's', ...more], { cwd }).stdout;
    const { cells, userMetrics, metrics } = JSON.parse(merge('-o', 'json'));
    expect(metrics.at(-1)).toBe('late.tasks');
    expect(userMetrics).toMatchObject([{ name: 'late.tasks', unit: 'count', better: 'less' }]);
    const means = cells.map((one: { metrics: { mean: number }[] }) => one.metrics.at(-1)!.mean);
    // Point 0, then point 1, each with both platforms.
    expect(means).toHaveLength(4);
    for (const mean of means) expect(mean).toBeGreaterThanOrEqual(0);
    expect(merge('-o', 'csv').split('\n')[0]).toContain('late.tasks.difference_half_width_95');
    expect(merge('-o', 'markdown')).toContain('late.tasks');
    expect(merge('--objectives', 'late.tasks,cost.total')).toContain('less late.tasks');
  });
});

describe('stowage compare --warmup', () => {
  const cwd = freshFolder({ 'two.yaml': SCENARIO, 'late.mjs': METRIC });
  const at = (...more: string[]) =>
    stowage(['compare', 'two.yaml', '--allow-plugins', '--seeds', '1..3', '--jobs', '2', ...QUIET, ...more], {
      cwd,
    });

  test('leaves the start out of the waits of every seed and platform, and says so', () => {
    const { runs } = JSON.parse(at('--warm-up', '30m', '-o', 'json').stdout) as { runs: RunSummary[] };
    expect(runs).toHaveLength(6);
    for (const { warmUp } of runs) expect(warmUp).toMatchObject({ method: 'given', fromMs: 1_800_000 });
    const one = stowage(
      [
        'run',
        'two.yaml',
        '--allow-plugins',
        '--seed',
        '3',
        '--platform',
        'kube',
        '--warmup',
        '30m',
        '-o',
        'json',
      ],
      { cwd },
    );
    const own = JSON.parse(one.stdout) as RunSummary;
    const same = runs.find(({ seed, platform }) => seed === 3 && platform.name === 'kube')!;
    expect(same.metrics).toEqual(own.metrics);
    expect(at('--warmup', 'auto').stdout).toMatch(
      /Waits, responses and slowdowns leave out the first [\s\S]*as\s+MSER-5\s+finds\s+it\s+in\s+each\s+run/,
    );
  });
});
