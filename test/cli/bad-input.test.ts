import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder, stowage } from './process.ts';

/** Input that is wrong or hostile: each its own message with a position, exit code 3, no stack trace, no result. */
const GOOD = `version: 1
name: shop
seed: 1
horizon: 1h
region: us-east-1
fleet:
  - { name: general, type: m5.large, size: { min: 1, max: 3 } }
workload:
  services:
    - { name: web, template: { cpu: 500m, memory: 512MiB }, replicas: 2 }
platforms:
  - { name: ecs, kind: ecs }
`;

/** Nine levels of nine aliases: 9^9 values. */
const BOMB = `version: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from(
  { length: 8 },
  (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]\n`,
).join('')}`;

describe('a scenario that', () => {
  test.each([
    {
      what: 'misspells a key',
      text: GOOD.replace('replicas:', 'replcas:'),
      says: ['error[E1203]: unknown key "replcas"', '--> bad.yaml:10:61', 'did you mean "replicas"?'],
    },
    {
      what: 'names an instance type that there is not',
      text: GOOD.replace('m5.large', 'm5.lagre'),
      says: ['error[E2102]', '"m5.lagre"', '--> bad.yaml:7:28', 'm5.large'],
    },
    {
      what: 'has a service with a task larger than any instance',
      text: GOOD.replace('500m', '5'),
      // 5 vCPU = 5 × 1024 ECS units; m5.large has 2 vCPU.
      says: ['error[E2001]', '5120 CPU units', 'm5.large) offers 2048', '--> bad.yaml:10:30'],
    },
    { what: 'is empty', text: '', says: ['error[E1001]: the file is empty', '--> bad.yaml:1:1'] },
    {
      what: 'is nested a thousand levels deep',
      text: `version: 1\nfleet: ${'['.repeat(1000)}${']'.repeat(1000)}\n`,
      says: ['error[E1004]', 'deeper than 64 levels', '--> bad.yaml:2:'],
    },
    { what: 'is an alias bomb', text: BOMB, says: ['error[E1006]', '1000000 values', '--> bad.yaml:'] },
    {
      what: 'has a key __proto__',
      text: `${GOOD}__proto__: { polluted: true }\n`,
      says: ['error[E1106]', '"__proto__" is reserved', '--> bad.yaml:13:1'],
    },
    {
      what: 'contains a NUL character',
      text: GOOD.replace('name: shop', 'name: sh\0op'),
      says: ['error[E1003]', 'NUL character', '--> bad.yaml:2:9'],
    },
    {
      what: 'is not UTF-8',
      text: Buffer.from(GOOD.replace('name: shop', 'name: sh\xffop'), 'latin1'),
      says: ['error[E1003]', 'not valid UTF-8', '--> bad.yaml:2:9'],
    },
    {
      what: 'is not YAML',
      text: GOOD.replace('[', '').replace('replicas: 2 }', 'replicas: 2'),
      says: ['error[E1005]', '--> bad.yaml:1'],
    },
    {
      what: 'has control characters in its names',
      text: GOOD.replace('kind: ecs', 'kind: "\\e[2J\\e]0;gone\\a"'),
      says: ['error[E1204]', '--> bad.yaml:12:24'],
    },
  ])('$what', ({ text, says }) => {
    const folder = freshFolder({ 'bad.yaml': text });
    const { code, stdout, stderr } = stowage(['run', 'bad.yaml', '--out', 'out'], { cwd: folder });
    expect(stdout).toBe('');
    for (const part of says) expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/\n\s+at |bug in stowage/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not come through
    expect(stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    expect(code).toBe(3);
  });

  test('has 100 MB is refused before it is read', () => {
    const folder = freshFolder({ 'bad.yaml': 'version: 1\n' });
    truncateSync(join(folder, 'bad.yaml'), 100 * 2 ** 20);
    const { code, stderr } = stowage(['run', 'bad.yaml'], { cwd: folder });
    expect(stderr).toContain('error[E1002]: the file has 104857600 bytes; a scenario has at most 10485760');
    expect(code).toBe(3);
  });

  test('comes in too large through standard input is refused, too', () => {
    const { code, stderr } = stowage(['validate', '-'], { input: new Uint8Array(11 * 2 ** 20).fill(0x20) });
    expect(stderr).toBe('');
    expect(code).toBe(3);
  });

  test('has several mistakes gets them all at once, in order', () => {
    const text = GOOD.replace('version: 1', 'version: 1\ncolour: red')
      .replace('500m', 'half')
      .replace('kind: ecs', 'kind: esc');
    const { code, stdout } = stowage(['validate', '-'], { input: text });
    const places = [...stdout.matchAll(/--> <stdin>:(\d+):/g)].map((match) => Number(match[1]));
    expect(places).toEqual([2, 11, 13]);
    expect(stdout).toMatch(/\n3 errors, 0 warnings in 1 file\n$/);
    expect(code).toBe(3);
  });
});

describe('a trace', () => {
  const SCENARIO = `version: 1
name: replay
seed: 1
horizon: 6h
region: us-east-1
fleet:
  - { name: general, type: m5.large, size: { min: 0, max: 50 } }
workload:
  traces:
    - { name: tasks, file: tasks.csv, format: csv, columns: { submit: "submit:s", runtime: "runtime:s", cpu: "cpu:vcpu", memory: "memory:MiB" } }
platforms:
  - { name: ecs, kind: ecs }
`;
  const row = (index: number) => `${index},60,0.25,256`;
  const rows = (count: number) => Array.from({ length: count }, (_, index) => row(index));
  const traceOf = (lines: readonly string[]) => `submit,runtime,cpu,memory\n${lines.join('\n')}\n`;

  test.each(['run', 'validate', 'plan'])(
    'with a broken row 10,000 is named by %s, with line and column',
    (command) => {
      const lines = rows(12_000);
      // Line 1 is the header: row 10,000 is line 10,001.
      lines[9999] = '9999,soon,0.25,256';
      const folder = freshFolder({ 'replay.yaml': SCENARIO, 'tasks.csv': traceOf(lines) });
      const { code, stdout, stderr } = stowage([command, 'replay.yaml'], { cwd: folder });
      const said = command === 'validate' ? stdout : stderr;
      expect(said).toContain("error[E3001]: Cannot read runtime 'soon'");
      expect(said).toMatch(/--> \S*tasks\.csv:10001:6\n/);
      expect(said).toContain('10001 | 9999,soon,0.25,256');
      expect(code).toBe(3);
    },
  );

  test('that is empty', () => {
    const folder = freshFolder({ 'replay.yaml': SCENARIO, 'tasks.csv': '' });
    const { code, stderr } = stowage(['run', 'replay.yaml'], { cwd: folder });
    expect(stderr).toMatch(/^error\[E[13]00\d\]: .*\n {2}--> \S*tasks\.csv:1:1/);
    expect(code).toBe(3);
  });

  test('that is missing is a matter of files: exit code 4', () => {
    const folder = freshFolder({ 'replay.yaml': SCENARIO });
    const { code, stderr } = stowage(['run', 'replay.yaml'], { cwd: folder });
    expect(stderr).toContain('error[E4001]');
    expect(stderr).toContain('tasks.csv');
    expect(code).toBe(4);
  });

  test('outside the folder of the scenario is refused', () => {
    const folder = freshFolder({
      'in/replay.yaml': SCENARIO.replace('tasks.csv', '../tasks.csv'),
      'tasks.csv': traceOf(rows(3)),
    });
    const { code, stderr } = stowage(['run', 'in/replay.yaml'], { cwd: folder });
    expect(stderr).toContain('error[E1208]');
    expect(code).toBe(3);
  });
});

test('a plug-in is not loaded unless that is allowed', () => {
  const text = GOOD.replace('kind: ecs', 'kind: bare, scheduler: { use: ./evil.mjs }');
  const folder = freshFolder({
    'plugin.yaml': text,
    'evil.mjs': "import { writeFileSync } from 'node:fs'; writeFileSync('ran', '');",
  });
  const { code, stderr } = stowage(['run', 'plugin.yaml'], { cwd: folder });
  expect(stderr).toContain('--allow-plugins');
  expect(stderr).toContain('error[E1207]');
  expect(code).toBe(3);
  expect(stowage(['run', 'plugin.yaml', '--allow-plugins'], { cwd: folder }).stderr).toContain(
    'error[E1207]: Plug-in',
  );
});
