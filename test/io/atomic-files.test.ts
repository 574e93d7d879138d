import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { cannotWrite, type FileCalls, NODE_FILES, writeFileAtomic } from '../../src/io/atomic-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atomic-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The code of the input error that `action` throws. */
function codeOf(action: () => void): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics[0]?.code;
    throw error;
  }
  return undefined;
}

test('writeFileAtomic() writes text as UTF-8 and bytes as they are, and nothing else', () => {
  writeFileAtomic(join(folder, 'a.txt'), 'größe\n');
  writeFileAtomic(join(folder, 'b.bin'), Uint8Array.of(0, 255, 10));
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('größe\n');
  expect([...readFileSync(join(folder, 'b.bin'))]).toEqual([0, 255, 10]);
  expect(readdirSync(folder).sort()).toEqual(['a.txt', 'b.bin']);
});

test('writeFileAtomic() refuses to overwrite with E4003, and overwrites with force', () => {
  const path = join(folder, 'report.html');
  writeFileAtomic(path, 'old');
  expect(codeOf(() => writeFileAtomic(path, 'new'))).toBe('E4003');
  expect(readFileSync(path, 'utf8')).toBe('old');
  writeFileAtomic(path, 'new', { force: true });
  expect(readFileSync(path, 'utf8')).toBe('new');
});

test('writeFileAtomic() takes a dangling link for something that exists', () => {
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  expect(codeOf(() => writeFileAtomic(join(folder, 'link'), 'x'))).toBe('E4003');
});

test('writeFileAtomic() reports a missing folder and a file in place of a folder as E4002', () => {
  expect(codeOf(() => writeFileAtomic(join(folder, 'missing', 'a'), 'x'))).toBe('E4002');
  writeFileSync(join(folder, 'file'), '');
  expect(codeOf(() => writeFileAtomic(join(folder, 'file', 'a'), 'x'))).toBe('E4002');
  mkdirSync(join(folder, 'directory'));
  expect(codeOf(() => writeFileAtomic(join(folder, 'directory'), 'x', { force: true }))).toBe('E4002');
  expect(readdirSync(folder).sort()).toEqual(['directory', 'file']);
});

test('writeFileAtomic() does not write through a link left at its temporary name', () => {
  const victim = join(folder, 'victim');
  writeFileSync(victim, 'untouched');
  symlinkSync(victim, join(folder, `.a.${process.pid}.partial`));
  writeFileAtomic(join(folder, 'a'), 'content');
  expect(readFileSync(victim, 'utf8')).toBe('untouched');
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('content');
});

const CALLS = ['open', 'write', 'sync', 'close', 'rename'] as const;
const REASONS = ['ENOSPC', 'EACCES', 'EIO', 'EROFS'] as const;

test.each(CALLS.flatMap((call) => REASONS.map((reason) => ({ call, reason }))))(
  'writeFileAtomic() keeps the old file and leaves no other when $call fails with $reason',
  ({ call, reason }) => {
    const path = join(folder, 'summary.json');
    writeFileSync(path, 'old');
    const files: FileCalls = {
      ...NODE_FILES,
      [call]: (...given: never[]) => {
        // A failing close has closed: so does the system.
        if (call === 'close') NODE_FILES.close(given[0]!);
        throw Object.assign(new Error(`${reason}: ${call}`), { code: reason, syscall: call });
      },
    };
    expect(codeOf(() => writeFileAtomic(path, 'new', { force: true }, files))).toBe('E4002');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['summary.json']);
  },
);

test('writeFileAtomic() tells the first error when tidying up fails too', () => {
  const failing = (call: string) => () => {
    throw Object.assign(new Error(`EIO: ${call}`), { syscall: call });
  };
  let removals = 0;
  const files: FileCalls = {
    ...NODE_FILES,
    rename: failing('rename'),
    remove: (path) => (removals++ === 0 ? NODE_FILES.remove(path) : failing('unlink')()),
  };
  expect(() => writeFileAtomic(join(folder, 'a'), 'x', {}, files)).toThrow(/EIO: rename/);
});

test('cannotWrite() passes bugs on unchanged', () => {
  const bug = new TypeError('no such column');
  expect(cannotWrite('a', bug)).toBe(bug);
});
