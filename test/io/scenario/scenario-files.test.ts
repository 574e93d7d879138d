import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { scenarioFiles } from '../../../src/io/scenario/scenario-files.ts';
import { diagnosticsOf } from '../../support/trace-files.ts';

// root/scenario holds data.csv, a folder and links; root/traces holds day.csv; root/secret.csv belongs to neither.
const root = realpathSync(mkdtempSync(join(tmpdir(), 'stowage-files-')));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const scenario = join(root, 'scenario');
const traces = join(root, 'traces');
mkdirSync(join(scenario, 'sub'), { recursive: true });
mkdirSync(traces);
writeFileSync(join(scenario, 'data.csv'), 'a\n1\n');
writeFileSync(join(scenario, 'sub', 'more.csv'), 'b\n');
writeFileSync(join(scenario, '..data.csv'), 'dots\n');
writeFileSync(join(traces, 'day.csv'), 'c\n');
writeFileSync(join(root, 'secret.csv'), 'd\n');
symlinkSync(join(scenario, 'data.csv'), join(scenario, 'inside.csv'));
symlinkSync(join(root, 'secret.csv'), join(scenario, 'outside.csv'));
symlinkSync(root, join(scenario, 'up'));
symlinkSync(join(scenario, 'nowhere'), join(scenario, 'broken.csv'));
symlinkSync(join(root, 'secret.csv'), join(traces, 'outside.csv'));

const files = scenarioFiles(scenario, traces);

/** Code and message of the one finding. */
function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('locate()', () => {
  test.each([
    { name: 'data.csv', path: join(scenario, 'data.csv') },
    { name: './sub/more.csv', path: join(scenario, 'sub', 'more.csv') },
    { name: 'sub/../data.csv', path: join(scenario, 'data.csv') },
    { name: 'inside.csv', path: join(scenario, 'data.csv') },
    { name: '..data.csv', path: join(scenario, '..data.csv') },
    { name: '{traces}/day.csv', path: join(traces, 'day.csv') },
    { name: '{traces}', path: traces },
    { name: '.', path: scenario },
  ])('finds $name', ({ name, path }) => {
    expect(files.locate(name)).toBe(path);
  });

  test.each([
    '../secret.csv',
    'sub/../../secret.csv',
    '..',
    'outside.csv',
    'up/secret.csv',
    'up',
    '{traces}/../secret.csv',
    '{traces}/outside.csv',
    '{traces}/..',
    join(scenario, 'data.csv'),
    '/etc/passwd',
    'https://example.com/data.csv',
    'file:data.csv',
    'FILE:///etc/passwd',
  ])('refuses what lies outside, or is a link out: %s', (name) => {
    expect(failure(() => files.locate(name))).toMatch(/^E1208: Cannot use /);
  });

  test.each(['missing.csv', 'sub/missing.csv', 'broken.csv', '{traces}/missing.csv', 'data.csv/more'])(
    'says that a file is not there: %s',
    (name) => {
      expect(failure(() => files.locate(name))).toMatch(/^E4001: Cannot read /);
    },
  );

  test('says how to name the folder of the traces when it is not set', () => {
    const without = scenarioFiles(scenario, undefined);
    expect(failure(() => without.locate('{traces}/day.csv'))).toMatch(
      /^E4005: Cannot find \{traces\}\/day\.csv/,
    );
    expect(without.locate('data.csv')).toBe(join(scenario, 'data.csv'));
    try {
      without.locate('{traces}/day.csv');
    } catch (error) {
      expect((error as InputError).diagnostics[0]!.hint).toMatch(/--traces .* STOWAGE_TRACES/);
    }
  });

  test('says that the folder of the traces itself is not there', () => {
    const lost = scenarioFiles(scenario, join(root, 'no-such-folder'));
    expect(failure(() => lost.locate('{traces}/day.csv'))).toBe(
      'E4001: Cannot read {traces}/day.csv: there is no such file',
    );
  });

  test('takes a name that only begins like the placeholder for an ordinary one', () => {
    expect(failure(() => files.locate('{traces}x/day.csv'))).toMatch(/^E4001/);
  });
});

describe('readBytes() and hashFile()', () => {
  test('read the file that locate() finds', () => {
    expect(Buffer.from(files.readBytes('data.csv')).toString()).toBe('a\n1\n');
    expect(files.hashFile('inside.csv')).toBe(createHash('sha256').update('a\n1\n').digest('hex'));
  });

  test('a folder is no file', () => {
    expect(failure(() => files.readBytes('sub'))).toBe('E4001: Cannot read sub: EISDIR');
  });

  test('stay inside', () => {
    expect(failure(() => files.readBytes('../secret.csv'))).toMatch(/^E1208/);
    expect(failure(() => files.hashFile('missing.csv'))).toMatch(/^E4001/);
  });
});

describe('hashTrace() and readNodes()', () => {
  test('hash the bytes of a trace', async () => {
    const hash = await files.hashTrace('{traces}/day.csv', 'csv');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    writeFileSync(join(traces, 'other.csv'), 'e\n');
    expect(await files.hashTrace('{traces}/other.csv', 'csv')).not.toBe(hash);
  });

  test('read a node list in the openb format', async () => {
    writeFileSync(join(scenario, 'nodes.csv'), 'sn,cpu_milli,memory_mib,gpu,model\nn-1,64000,262144,2,T4\n');
    expect(await files.readNodes('nodes.csv')).toEqual([
      { name: 'n-1', cpuMilli: 64_000, memoryBytes: 2 ** 38, gpuCount: 2, gpuModel: 'T4' },
    ]);
  });

  test('stay inside', async () => {
    const attempt = async () => files.readNodes('outside.csv');
    expect((await diagnosticsOf(attempt())).map(({ code }) => code)).toEqual(['E1208']);
    expect(failure(() => files.hashTrace('../secret.csv', 'csv'))).toMatch(/^E1208/);
  });
});
