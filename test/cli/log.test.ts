import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { formatOf, sampleOf } from '../../src/cli/log-arguments.ts';
import { InputError } from '../../src/errors.ts';
import { freshFolder, ROOT, shell, stowage } from './process.ts';

const SHOP = join(ROOT, 'scenarios/shop/scenario.yaml');
const RUN = ['run', SHOP, '--until', '12h', '--fingerprint', '--fail-on', 'never', '--progress', 'none'];

describe('run --log and log', () => {
  const folder = freshFolder();
  const run = (...flags: readonly string[]) => stowage([...RUN, ...flags], { cwd: folder });
  const log = (...args: readonly string[]) => stowage(['log', ...args], { cwd: folder });
  const bytes = (name: string) => readFileSync(join(folder, name));
  const plain = run();
  const text = run('--log', 'run.ndjson');
  const binary = run('--log', 'run.slog');
  const sampled = run('--log', 'part.ndjson', '--log-sample', '1/10');

  test('the run is the same, whatever is logged of it', () => {
    for (const { code, stdout } of [text, binary, sampled]) {
      expect(code).toBe(0);
      expect(stdout).toBe(plain.stdout);
    }
  });

  test('a file named .slog is binary, much smaller, and the same log to the byte', () => {
    expect(bytes('run.slog').length).toBeLessThan(bytes('run.ndjson').length / 8);
    expect(log('run.slog')).toEqual({ code: 0, stderr: '', stdout: bytes('run.ndjson').toString() });
    expect(log('run.ndjson', '--out', 'again.slog')).toMatchObject({ code: 0, stderr: 'wrote again.slog\n' });
    expect(bytes('again.slog').equals(bytes('run.slog'))).toBe(true);
    expect(log('run.slog', '--out', 'again', '--format', 'ndjson').code).toBe(0);
    expect(bytes('again').equals(bytes('run.ndjson'))).toBe(true);
  });

  test('a sample is some of the lines of the whole log, after a header that says so', () => {
    const lines = new Set(bytes('run.ndjson').toString().split('\n'));
    const [header, ...rest] = bytes('part.ndjson').toString().trimEnd().split('\n');
    expect(JSON.parse(header!)).toMatchObject({ kind: 'run', sample: { tasks: 1, of: 10 } });
    expect(rest.filter((line) => !lines.has(line))).toEqual([]);
    expect(rest.length).toBeGreaterThan(10);
    expect(rest.length).toBeLessThan(lines.size / 5);
  });

  test('--verify proves the run from its log, packed or not', () => {
    writeFileSync(join(folder, 'run.slog.gz'), gzipSync(bytes('run.slog')));
    const records = bytes('run.ndjson').toString().split('\n').length - 1;
    const proved = `verified ${records} records: 0 violations\n`;
    for (const name of ['run.ndjson', 'run.slog', 'run.slog.gz']) {
      expect(log(name, '--verify')).toEqual({ code: 0, stderr: '', stdout: proved });
    }
    expect(JSON.parse(log('run.slog', '--verify', '--json').stdout)).toEqual({ records, violations: [] });
  });

  test('--verify names what is wrong with a run: exit code 1', () => {
    const lines = bytes('run.ndjson').toString().trimEnd().split('\n');
    const at = lines.findIndex((line) => line.startsWith('{"kind":"placed"'));
    const elsewhere = lines.with(at, lines[at]!.replace(/"instance":\d+/, '"instance":999999'));
    writeFileSync(join(folder, 'wrong.ndjson'), `${elsewhere.join('\n')}\n`);
    const { code, stdout } = log('wrong.ndjson', '--verify');
    expect(code).toBe(1);
    expect(stdout).toContain(`(record ${at})`);
    expect(stdout).toMatch(/: [1-9]\d* violations\n$/);
  });

  test.each([
    ['a sample', 'part.ndjson', 'error[E4012]: Cannot check the event log: it holds a sample of the tasks'],
    [
      'a log that is cut off',
      'torn.slog',
      'error[E4004]: Cannot read the event log at byte 1000: the file is cut off',
    ],
  ])('--verify refuses %s: exit code 4', (_what, name, message) => {
    writeFileSync(join(folder, 'torn.slog'), bytes('run.slog').subarray(0, 1000));
    const { code, stdout, stderr } = log(name, '--verify');
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain(message);
  });

  test('nothing is left of a file that could not be written, or was there', () => {
    writeFileSync(join(folder, 'torn.slog'), bytes('run.slog').subarray(0, 1000));
    expect(log('torn.slog', '--out', 'never.ndjson').code).toBe(4);
    expect(log('run.slog', '--out', 'run.ndjson').stderr).toContain(
      'error[E4003]: run.ndjson exists already',
    );
    expect(log('run.slog', '--out', 'run.ndjson', '--force').code).toBe(0);
    expect(readdirSync(folder).filter((name) => /never|partial/.test(name))).toEqual([]);
  });

  test('of a log that is cut off, the whole records are printed: exit code 4', () => {
    const text = bytes('run.ndjson').toString();
    const whole = text.slice(0, text.indexOf('\n', 100_000) + 1);
    writeFileSync(join(folder, 'torn.ndjson'), `${whole}{"kind":"pa`);
    const { code, stdout, stderr } = log('torn.ndjson');
    expect(code).toBe(4);
    expect(stdout).toBe(whole);
    expect(stderr).toContain('error[E4004]');
  });

  test('a reader that has seen enough is no error', () => {
    expect(shell('stowage log run.slog | head -n 1 | cut -c 1-13', { cwd: folder })).toEqual({
      code: 0,
      stderr: '',
      stdout: '{"kind":"run"\n',
    });
  });

  test.each([
    [[...RUN, '--log-sample', '1/2'], '--log-sample says how to write the event log: --log FILE'],
    [[...RUN, '--log-format', 'binary'], '--log-format says how to write the event log: --log FILE'],
    [[...RUN, '--log', 'x', '--log-sample', 'all'], "cannot use --log-sample 'all'"],
    [['log', 'run.slog', '--format', 'binary'], '--format says how to write --out FILE'],
    [['log', 'run.slog', '--force'], '--force lets --out FILE replace a file'],
    [['log', 'run.slog', '--verify', '--out', 'x'], 'cannot use --verify with --out'],
  ])('%j cannot be used', (args, message) => {
    const { code, stdout, stderr } = stowage(args, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error[E5001]: ${message}`);
  });
});

test.each([
  ['1/100', { tasks: 1, of: 100 }],
  ['3/1000000', { tasks: 3, of: 1_000_000 }],
  ['1%', { tasks: 1, of: 100 }],
  ['12.5%', { tasks: 125, of: 1000 }],
  ['0.01', { tasks: 1, of: 100 }],
  ['.5', { tasks: 5, of: 10 }],
])('sampleOf() reads %s', (text, sample) => {
  expect(sampleOf(text)).toEqual(sample);
});

test.each([
  '',
  '0',
  '0/5',
  '1',
  '1/1',
  '100%',
  '2/1',
  '1/2000000',
  '0.00000001',
  '-1/2',
  '1/2%',
  'half',
  '%',
  '.',
])('sampleOf() refuses %j', (text) => {
  expect(() => sampleOf(text)).toThrow(InputError);
});

test('formatOf() goes by the flag, then by the name', () => {
  expect(formatOf('a.slog', undefined)).toBe('binary');
  expect(formatOf('a.slog', 'ndjson')).toBe('ndjson');
  expect(formatOf('a.jsonl', undefined)).toBe('ndjson');
});
