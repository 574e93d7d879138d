import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder, ROOT, stowage, TINY } from './process.ts';

/** Each command once as its users see it: answers and exit codes. */
const SHOP = join(ROOT, 'scenarios/shop/scenario.yaml');

test('--version and --help answer on stdout', () => {
  expect(stowage(['--version'])).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
  expect(stowage(['--help'])).toEqual({ code: 0, stdout: expect.stringContaining('Commands:'), stderr: '' });
});

test('a line that cannot be used: exit code 2, the way out on stderr', () => {
  expect(stowage(['run', 'a.yaml', '--plaform', 'x'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'error[E5001]: there is no flag --plaform\n   = hint: did you mean --platform?\n   = help: stowage run --help\n',
  });
  expect(stowage([])).toMatchObject({ code: 2, stdout: '' });
});

describe('validate', () => {
  test('counts files, errors and warnings', () => {
    expect(stowage(['validate', TINY, SHOP])).toEqual({
      code: 0,
      stdout: '0 errors, 0 warnings in 2 files\n',
      stderr: '',
    });
  });

  test('reports what is wrong with each file; the exit code is the worst', () => {
    const cwd = freshFolder({ 'bad.yaml': 'version: 1\n', 'empty.yaml': '' });
    const { code, stdout } = stowage(['validate', 'bad.yaml', 'empty.yaml', 'nowhere.yaml', TINY], { cwd });
    expect(stdout).toContain('--> bad.yaml:');
    expect(stdout).toContain('--> empty.yaml:1:1');
    expect(stdout).toMatch(/\n\d+ errors, \d+ warnings? in 4 files\n$/);
    expect(code).toBe(4);
  });

  test('--format github: one annotation per finding, nothing else', () => {
    const cwd = freshFolder({ 'bad.yaml': 'version: 1\nname: 7\ncolour: red\n' });
    const { code, stdout } = stowage(['validate', 'bad.yaml', '--format', 'github'], { cwd });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => /^::(?:error|warning) file=bad\.yaml,line=\d+,col=\d+,/.test(line)),
    ).toBe(true);
    expect(stdout).toContain('::error file=bad.yaml,line=3,col=1,endColumn=7,title=E1203::');
    expect(code).toBe(3);
  });
});

describe('plan', () => {
  test('is a fixed point: the plan of a plan is the same', () => {
    const plan = stowage(['plan', SHOP, '-o', 'yaml']);
    expect(plan.code).toBe(0);
    expect(stowage(['plan', '-', '-o', 'yaml'], { input: plan.stdout }).stdout).toBe(plan.stdout);
  });

  test('counts what is coming and runs nothing', () => {
    const { code, stdout, stderr } = stowage(['plan', TINY]);
    expect(stdout).toMatch(/^scenario +tiny\n/);
    expect(stdout).toMatch(/\njobs +2, about 4 tasks\n/);
    expect(stderr).toBe('Nothing was run.\n');
    expect(code).toBe(0);
  });

  test('--set changes a value; what is wrong with it is named by the flag: exit code 2', () => {
    const plan = JSON.parse(stowage(['plan', TINY, '--set', 'fleet.pool.size.max=9', '-o', 'json']).stdout);
    expect(plan.fleet[0].size).toMatchObject({ max: 9 });
    const { code, stderr } = stowage(['plan', TINY, '--set', 'horizon=soon']);
    expect(stderr).toContain('--> --set:1:9\n   |\n 1 | horizon=soon\n   |         ^^^^');
    expect(code).toBe(2);
  });
});

describe('run', () => {
  test('prints checks, bill and the line that makes it again', () => {
    const { code, stdout, stderr } = stowage(['run', TINY, '--platform', 'kubernetes']);
    expect(stdout).toContain('wait.max <= 41s');
    // 0.0231922819... USD, worked out in the comment of the scenario.
    expect(stdout).toMatch(/total +\$0\.0232/);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`reproduce: stowage run ${TINY} --platform kubernetes`);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });

  test('--seed and --until take the place of the scenario; findings name the flag', () => {
    const { stdout } = stowage(['run', TINY, '--seed', '7', '--until', '5m', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ seed: 7, horizonMs: 300_000 });
    for (const [flag, value, message] of [
      ['--seed', '-3', 'seed: -3 is below 0'],
      ['--seed', '1.5', 'seed must be a whole number'],
      ['--until', 'noon', 'horizon: cannot read "noon"'],
    ] as const) {
      const { code, stderr } = stowage(['run', TINY, flag, value]);
      expect(stderr).toContain(message);
      expect(stderr).toContain(`--> ${flag}:1:1\n   |\n 1 | ${value}\n   | ${'^'.repeat(value.length)}`);
      expect(code).toBe(2);
    }
    expect(stowage(['run', TINY, '--seed', '1', '--set', 'seed=2'])).toMatchObject({ code: 2, stdout: '' });
  });

  test('the same seed twice gives the same fingerprint, another seed another', () => {
    const fingerprint = (seed: string) =>
      stowage(['run', SHOP, '--until', '12h', '--seed', seed, '--fingerprint']);
    const first = fingerprint('5');
    expect(first.stdout).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}\n$/);
    expect(first).toMatchObject({ stderr: '' });
    expect(fingerprint('5')).toEqual(first);
    expect(fingerprint('6').stdout).not.toBe(first.stdout);
  });

  test('--verify proves the event log', () => {
    const { code, stderr } = stowage(['run', TINY, '--verify']);
    expect(stderr).toMatch(/^verified \d+ events: 0 violations\n$/);
    expect(code).toBe(0);
  });

  test('an unknown platform is a bad value: exit code 2', () => {
    const { code, stderr } = stowage(['run', TINY, '--platform', 'kubernets']);
    expect(stderr).toContain(
      'there is no platform \'kubernets\' for --platform\n   = hint: did you mean "kubernetes"?',
    );
    expect(code).toBe(2);
  });
});

describe('exit code 5', () => {
  // The fleet may not grow: tasks find no room. And the seed is missing, which is a warning.
  const text = readFileSync(TINY, 'utf8');
  const cwd = freshFolder({
    'stuck.yaml': text
      .replace('max: 5', 'max: 0')
      .replace(/^seed:.*\n/m, '')
      .replace(/^checks:[\s\S]*/m, ''),
  });

  test.each([
    [['run', TINY, '--check', 'wait.max < 39s'], 5],
    [['run', TINY, '--check', 'wait.max <= 40s', '--check', 'cost.total < 1 USD'], 0],
    [['run', TINY, '--check', 'wait.max < 39s', '--fail-on', 'never'], 0],
    [['compare', TINY, '--check', 'cost.total < 0.01 USD'], 5],
    [['run', 'stuck.yaml'], 0],
    [['run', 'stuck.yaml', '--fail-on', 'unplaced'], 5],
    [['run', 'stuck.yaml', '--fail-on', 'warnings'], 5],
    [['run', TINY, '--fail-on', 'unplaced', '--fail-on', 'warnings'], 0],
  ])('%j: %i', (args, expected) => {
    const { code, stderr } = stowage(args, { cwd });
    expect(stderr).not.toContain('error');
    expect(code).toBe(expected);
  });

  test('a check that cannot be read is named by the flag: exit code 2', () => {
    const { code, stdout, stderr } = stowage(['compare', TINY, '--check', 'wait.p59 < 1s', '--check', 'x']);
    expect(stderr).toContain('there is no metric "wait.p59"\n  --> --check:1:1\n   |\n 1 | wait.p59 < 1s');
    expect(stderr).toContain('cannot read the check "x"');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('compare', () => {
  test('names the cheapest first and ends with the line that makes it again', () => {
    const { code, stdout } = stowage(['compare', TINY]);
    expect(stdout).toContain('ecs-binpack is cheapest');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(`reproduce: stowage compare ${TINY}`);
    expect(code).toBe(0);
  });

  test('--platforms chooses, --baseline comes first', () => {
    const baseline = JSON.parse(stowage(['compare', TINY, '--baseline', 'kubernetes', '--json']).stdout);
    expect(baseline.baseline).toBe('kubernetes');
    const line = ['compare', TINY, '--platforms', 'kubernetes, ecs-binpack', '--fingerprint'];
    expect(stowage(line).stdout).toMatch(
      /^kubernetes [0-9a-f]{64} [0-9a-f]{64}\necs-binpack [0-9a-f]{64} [0-9a-f]{64}\n$/,
    );
  });

  test.each([
    [['--platforms', 'kubernetes,kubernetes'], '--platforms names kubernetes more than once'],
    [['--platforms', 'ecs'], "there is no platform 'ecs' for --platforms"],
    [
      ['--platforms', 'kubernetes', '--baseline', 'ecs-binpack'],
      "there is no platform 'ecs-binpack' for --baseline",
    ],
  ])('%j: exit code 2', (flags, message) => {
    const { code, stderr } = stowage(['compare', TINY, ...flags]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  test('-o csv is one table, -o markdown one document', () => {
    const csv = stowage(['compare', TINY, '-o', 'csv']).stdout.trimEnd().split('\n');
    expect(csv[0]).toMatch(/^metric,unit,platform,/);
    expect(new Set(csv.map((line) => line.split(',').length)).size).toBe(1);
    expect(stowage(['compare', TINY, '-o', 'markdown']).stdout).toMatch(/^# /);
  });
});

describe('catalog', () => {
  test('without a list names the lists', () => {
    const { code, stdout } = stowage(['catalog']);
    for (const list of ['instances', 'regions', 'schedulers', 'metrics', 'traces', 'templates', 'codes']) {
      expect(stdout).toMatch(new RegExp(`^${list} `, 'm'));
    }
    expect(code).toBe(0);
  });

  test('codes E1203 is what `help:` lines point to', () => {
    expect(stowage(['catalog', 'codes', 'E1203']).stdout).toBe('code   meaning\nE1203  A key is unknown.\n');
  });

  test('searches instance types, cheapest first', () => {
    const line = [
      'catalog',
      'instances',
      '--min-cpu',
      '4',
      '--max-cpu',
      '4',
      '--min-memory',
      '16GiB',
      '--arch',
      'amd64',
      '--no-gpu',
    ];
    const types = JSON.parse(stowage([...line, '--limit', '5', '--json']).stdout);
    expect(types.length).toBe(5);
    const prices = types.map((type: { usd_per_hour: number }) => type.usd_per_hour);
    expect(prices).toEqual([...prices].sort((a: number, b: number) => a - b));
    for (const type of types) {
      expect(type).toMatchObject({ vcpus: 4, architecture: 'amd64', gpus: null });
      expect(type.memory_mib).toBeGreaterThanOrEqual(16 * 1024);
    }
  });

  test('shows forty types, says how many more there are, and all with --limit 0', () => {
    const { stdout, stderr } = stowage(['catalog', 'instances']);
    expect(stdout.trimEnd().split('\n').length).toBe(41);
    const all = Number(/more: --limit 0 shows all (\d+)/.exec(stderr)![1]);
    expect(
      stowage(['catalog', 'instances', '--limit', '0', '-o', 'csv']).stdout.trimEnd().split('\n').length,
    ).toBe(all + 1);
  });

  test.each([
    [['instances', 'm5.xlage'], "there is no instance type 'm5.xlage'\n   = hint: did you mean m5.xlarge"],
    [
      ['instances', '--region', 'eu-wst-1'],
      'there is no region \'eu-wst-1\'\n   = hint: did you mean "eu-west-1"',
    ],
    [['instances', '--min-memory', 'lots'], "cannot use --min-memory 'lots'\n   = hint: write it like 16GiB"],
    [['instances', '--family', 'zz9'], 'no instance type is like that'],
    [['instances', 'm5.large', '--min-cpu', '4'], 'cannot use --min-cpu with one type'],
    [['metrics', '--gpu'], '--gpu is for the list of instances'],
    [['codes', 'E120'], 'there is no \'E120\' in the list of codes\n   = hint: did you mean "E1203"'],
    [['metrics', '--limit', '-1'], 'cannot use --limit -1'],
  ])('%j: exit code 2', (args, message) => {
    const { code, stdout, stderr } = stowage(['catalog', ...args]);
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

test('doctor says what a question should come with', () => {
  const { code, stdout } = stowage(['doctor']);
  for (const name of ['stowage', 'node', 'platform', 'cores', 'memory', 'catalogue', 'traces']) {
    expect(stdout).toMatch(new RegExp(`^${name} {2,}\\S`, 'm'));
  }
  expect(stdout).toContain(process.version);
  expect(code).toBe(0);
});
