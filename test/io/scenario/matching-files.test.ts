import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { scenarioFiles } from '../../../src/io/scenario/scenario-files.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'matching-files-'));
  for (const name of [
    'k8s/b.yaml',
    'k8s/a.yml',
    'k8s/c.json',
    'k8s/notes.txt',
    'k8s/.hidden.yaml',
    'k8s/deep/d.yaml',
    'one/x.yaml',
  ]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const namesOf = (pattern: string) =>
  scenarioFiles(folder, undefined)
    .readManifests(pattern)
    .map(({ file }) => file.slice(folder.length + 1));

describe('readManifests()', () => {
  test.each([
    ['k8s/b.yaml', ['k8s/b.yaml']],
    ['k8s', ['k8s/.hidden.yaml', 'k8s/a.yml', 'k8s/b.yaml', 'k8s/c.json']],
    ['k8s/*.yaml', ['k8s/b.yaml']],
    ['./k8s/*', ['k8s/a.yml', 'k8s/b.yaml', 'k8s/c.json', 'k8s/notes.txt']],
    ['*/*.yaml', ['k8s/b.yaml', 'one/x.yaml']],
    ['k8s/*/d.*', ['k8s/deep/d.yaml']],
  ])('%s means %j, sorted by name', (pattern, expected) => {
    expect(namesOf(pattern)).toEqual(expected);
  });

  test.each([
    ['k8s/*.toml', 'E4001'],
    ['nowhere', 'E4001'],
    ['../*', 'E1208'],
    ['/etc/*', 'E1208'],
  ])('%s cannot be read: %s', (pattern, code) => {
    try {
      namesOf(pattern);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      expect((error as InputError).diagnostics[0]!.code).toBe(code);
    }
  });
});
