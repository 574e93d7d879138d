import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { freshFolder, shell, stowage, TINY } from './process.ts';

/** stdout is the answer, stderr is everything else. */
const JSON_DOCUMENT = /^\{[\s\S]*\}\n$|^\[[\s\S]*\]\n$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape
const COLOUR = /\u001b\[/;

describe('-o json', () => {
  test.each([
    ['run', TINY],
    ['compare', TINY],
    ['plan', TINY],
    ['validate', TINY],
    ['catalog', 'metrics'],
    ['catalog', 'instances', 'm5.large'],
    ['init', '--list'],
    ['doctor'],
    ['schema'],
  ])('%s %s: one document on stdout, nothing on stderr', (...args) => {
    const { code, stdout, stderr } = stowage([...args, '-o', 'json']);
    expect(code).toBe(0);
    expect(stdout).toMatch(JSON_DOCUMENT);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr).toBe('');
  });

  test.each([
    [['run', 'nowhere.yaml', '-o', 'json'], 4, 'E4001', {}],
    [['run', 'nowhere.yaml', '--json'], 4, 'E4001', {}],
    [['compare', 'bad.yaml', '--output=json'], 3, 'E1203', { file: 'bad.yaml', line: 3, column: 1 }],
    [['run', 'bad.yaml', '--sede', '1', '-o=json'], 2, 'E5001', { hint: 'did you mean --seed?' }],
    [
      ['run', TINY, '--check', 'wait.p59 < 1s', '--json'],
      2,
      'E5001',
      { file: '--check', line: 1, column: 1 },
    ],
    [['frobnicate', '--json'], 2, 'E5001', {}],
    [['catalog', 'codes', 'E9999', '-o', 'json'], 2, 'E5001', {}],
  ])('%j fails with one document, too', (args, exitCode, errorCode, position) => {
    const cwd = freshFolder({ 'bad.yaml': 'version: 1\nname: shop\ncolour: red\n' });
    const { code, stdout, stderr } = stowage(args, { cwd });
    expect(code).toBe(exitCode);
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({
      ...(exitCode === 3 ? {} : { code: errorCode }),
      message: expect.any(String),
    });
    if (exitCode === 3) {
      const { diagnostics } = JSON.parse(stdout);
      expect(diagnostics).toContainEqual(expect.objectContaining({ code: errorCode, ...position }));
    } else expect(error).toMatchObject(position);
    expect(stderr).toContain(`error[${errorCode}]`);
  });

  test('a failed check is an answer, not an error', () => {
    const { code, stdout } = stowage(['run', TINY, '--check', 'wait.max < 1s', '--json']);
    expect(code).toBe(5);
    expect(JSON.parse(stdout).checks.at(-1)).toMatchObject({ text: 'wait.max < 1s', passed: false });
  });
});

test.each([
  ['run', TINY],
  ['catalog', 'regions'],
])('%s %s -o yaml says the same as -o json', (...args) => {
  const json = JSON.parse(stowage([...args, '-o', 'json']).stdout);
  expect(parse(stowage([...args, '-o', 'yaml']).stdout)).toEqual(json);
});

describe('standard input', () => {
  const text = readFileSync(TINY, 'utf8');

  test.each(['compare', 'validate'])('%s - reads the scenario from it', (command) => {
    const fromFile = stowage([command, TINY, '-o', 'json']);
    const fromStdin = stowage([command, '-', '-o', 'json'], { input: text });
    expect(fromStdin).toEqual(fromFile);
    expect(fromStdin.code).toBe(0);
  });

  test('files that it names are relative to the working directory', () => {
    const cwd = freshFolder();
    stowage(['init', '--template', 'trace-replay'], { cwd });
    const input = readFileSync(`${cwd}/scenario.yaml`, 'utf8');
    expect(stowage(['run', '-', '--fingerprint'], { cwd, input })).toEqual(
      stowage(['run', 'scenario.yaml', '--fingerprint'], { cwd }),
    );
    expect(stowage(['run', '-'], { cwd: freshFolder(), input })).toMatchObject({ code: 4, stdout: '' });
  });

  test('is called <stdin> in messages', () => {
    const { code, stdout } = stowage(['validate', '-'], { input: text.replace('seed: 1', 'seed: one') });
    expect(code).toBe(3);
    expect(stdout).toMatch(/--> <stdin>:\d+:7\n/);
  });
});

describe('a reader that goes away', () => {
  test.each([
    'stowage catalog instances --limit 0 | head -n 1',
    'stowage run "$TINY" | head -n 1',
    'stowage run nowhere.yaml 2>&1 | head -c 1',
  ])('%s: no complaint', (line) => {
    const { stdout, stderr } = shell(line, { env: { TINY } });
    expect(stdout.length).toBeGreaterThan(0);
    expect(stderr.replace(/^On-Demand .*\n/, '')).toBe('');
  });

  test('does not change the exit code', () => {
    const line = 'stowage run "$TINY" --check "wait.max < 1s" | true';
    expect(shell(line, { env: { TINY } }).code).toBe(5);
  });
});

test.runIf(process.platform === 'linux')('a full disk is a matter of files, without a stack trace', () => {
  const { code, stderr } = shell('stowage run "$TINY" > /dev/full', { env: { TINY } });
  expect(stderr).toBe('error[E4002]: Cannot write the output: ENOSPC: no space left on device, write\n');
  expect(code).toBe(4);
});

describe('colour', () => {
  const coloured = (env: Record<string, string>, ...flags: string[]) => {
    const { code, stdout } = stowage(['catalog', 'traces', ...flags], { env });
    expect(code).toBe(0);
    return COLOUR.test(stdout);
  };

  test('is off where the output is no terminal', () => {
    expect(coloured({})).toBe(false);
  });

  test('FORCE_COLOR overrides NO_COLOR, --color overrides both', () => {
    expect(coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(coloured({ FORCE_COLOR: '0' })).toBe(false);
    expect(coloured({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
    expect(coloured({ FORCE_COLOR: '1' }, '--color', 'never')).toBe(false);
    expect(coloured({ FORCE_COLOR: '1' }, '--no-color')).toBe(false);
    expect(coloured({ NO_COLOR: '1' }, '--color=always')).toBe(true);
  });

  test('never carries meaning alone: the words are the same', () => {
    const plain = stowage(['run', TINY]).stdout;
    const painted = stowage(['run', TINY, '--color', 'always']);
    expect(painted.stdout).toMatch(COLOUR);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape
    const unpainted = painted.stdout.replace(/\u001b\[\d+m/g, '');
    expect(unpainted.replace(/ +$/gm, '')).toBe(plain.replace(`run ${TINY}`, `run ${TINY} --color always`));
  });
});

describe('characters', () => {
  const BEYOND_ASCII = /[^\n -~]/;

  test.each([['run', TINY], ['compare', TINY], ['plan', TINY], ['catalog', 'instances'], ['doctor']])(
    '%s %s --ascii prints ASCII only',
    (...args) => {
      const { code, stdout, stderr } = stowage([...args, '--ascii']);
      expect(code).toBe(0);
      expect(stdout + stderr).not.toMatch(BEYOND_ASCII);
    },
  );

  test('a locale without UTF-8 means --ascii; UTF-8 or none set does not', () => {
    const isAscii = (env: Record<string, string>) => stowage(['doctor'], { env }).stdout.includes('ASCII');
    expect(isAscii({ LC_ALL: 'C' })).toBe(true);
    expect(isAscii({ LC_ALL: '', LANG: 'de_DE.ISO-8859-1' })).toBe(true);
    expect(isAscii({ LC_ALL: '', LANG: 'de_DE.UTF-8' })).toBe(false);
    expect(isAscii({ LC_ALL: '' })).toBe(false);
  });
});
