import { mkdtempSync, readdirSync, rmSync, type writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { openScratchFile, TEMPORARY_FILE } from '../../src/io/scratch-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'stowage-scratch-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (...values: number[]) => Uint8Array.from(values);

function findingOf(attempt: () => unknown) {
  try {
    attempt();
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics[0]!;
    throw error;
  }
  return expect.fail('expected an InputError, but all went well');
}

describe('openScratchFile()', () => {
  test('gives back what was appended or replaced, from anywhere', () => {
    const scratch = openScratchFile(folder);
    expect([scratch.append(bytes(1, 2, 3)), scratch.append(bytes(4, 5))]).toEqual([0, 3]);
    scratch.replace(bytes(9, 8), 1);
    expect(scratch.append(bytes(6))).toBe(5);
    const into = new Uint8Array(4);
    scratch.read(into, 1);
    expect([...into]).toEqual([9, 8, 4, 5]);
  });

  test('has no name while it is open, so that nothing stays behind', () => {
    const scratch = openScratchFile(folder);
    scratch.append(bytes(1));
    expect(readdirSync(folder)).toEqual([]);
  });

  test('goes on writing where the system takes only a part', () => {
    let stored: number[] = [];
    const oneByOne = ((_: number, from: Uint8Array, offset: number) => {
      stored = [...stored, from[offset]!];
      return 1;
    }) as typeof writeSync;
    openScratchFile(folder, oneByOne).append(bytes(7, 8, 9));
    expect(stored).toEqual([7, 8, 9]);
  });

  test('a folder that is not there and a full disk are E4002, with the folder and a way out', () => {
    const missing = join(folder, 'missing');
    expect(findingOf(() => openScratchFile(missing))).toMatchObject({
      code: 'E4002',
      message: `Cannot keep rows in a temporary file in ${missing}: ENOENT`,
      hint: expect.stringContaining('TMPDIR'),
    });
    const full = (() => {
      throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
    }) as typeof writeSync;
    const scratch = openScratchFile(folder, full);
    expect(findingOf(() => scratch.append(bytes(1)))).toMatchObject({
      code: 'E4002',
      message: `Cannot keep rows in a temporary file in ${folder}: ENOSPC`,
    });
  });
});

test('TEMPORARY_FILE leaves 131,072 rows in memory', () => {
  expect(TEMPORARY_FILE.memoryRows).toBe(2 ** 17);
});
