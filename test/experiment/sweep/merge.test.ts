import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { IndexRange } from '../../../src/experiment/sweep/index-ranges.ts';
import { MergedFile } from '../../../src/experiment/sweep/merged-file.ts';
import { mergeParts } from '../../../src/experiment/sweep/merge.ts';
import {
  isFinished,
  Journal,
  makePartsFolder,
  partPath,
  readPart,
  writePart,
} from '../../../src/experiment/sweep/part-files.ts';
import { decodeRecord, encodeRecord, wholeRecords } from '../../../src/experiment/sweep/record.ts';
import { makeSweepPlan } from '../../../src/experiment/sweep/sweep-plan.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-sweep-'));
  folders.push(folder);
  makePartsFolder(folder);
  return folder;
}

const line = (index: number, seed = index) =>
  encodeRecord({
    index,
    point: index,
    values: { a: 'ä"\n' },
    platform: 'ecs',
    seed,
    error: { code: 'E1', message: 'm' },
    reproduce: [],
  });
const keep = (folder: string, first: number, last: number) =>
  writePart(
    folder,
    { first, last },
    Array.from({ length: last - first + 1 }, (_, at) => line(first + at)),
  );

const PLAN = makeSweepPlan(
  {
    engineVersion: '1',
    catalogue: { id: '', date: '' },
    scenario: { name: 'x', file: 'x', content: '', planHash: '' },
    sets: [],
    prices: null,
    runsCode: false,
    checks: [],
    design: { kind: 'grid' },
    parameters: ['a=0..19'],
    platforms: ['ecs'],
    seeds: '1',
  },
  5,
);

const merged = (...from: string[]) => {
  const indexes: number[] = [];
  const outcome = mergeParts(PLAN, from, ({ index }) => indexes.push(index));
  return { ...outcome, indexes };
};

describe('wholeRecords()', () => {
  const bytes = Buffer.concat([line(0), line(1), line(2)]);

  test('reads back what was encoded, as lines of JSON', () => {
    const { lines, end } = wholeRecords(bytes);
    expect(end).toBe(bytes.length);
    expect(lines.map((one) => decodeRecord(one).index)).toEqual([0, 1, 2]);
    const [first] = bytes.toString('utf8').split('\n');
    expect(JSON.parse(first!).run.values).toEqual({ a: 'ä"\n' });
  });

  test('cut anywhere, holds the whole records before the cut', () => {
    const ends = wholeRecords(bytes).lines.map((_, at) => (bytes.length / 3) * (at + 1));
    for (let size = 0; size <= bytes.length; size++) {
      const { lines, end } = wholeRecords(bytes.subarray(0, size));
      const expected = ends.filter((own) => own <= size);
      expect([lines.length, end]).toEqual([expected.length, expected.at(-1) ?? 0]);
    }
  });

  test('stops at a changed byte, wherever it is', () => {
    const size = bytes.length / 3;
    for (let at = size; at < 2 * size; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = changed[at]! ^ 0x01;
      expect(wholeRecords(changed).end).toBe(size);
    }
  });
});

describe('mergeParts()', () => {
  test('gives the same hash however the runs are cut and spread', () => {
    const [whole, left, right, fine] = [freshFolder(), freshFolder(), freshFolder(), freshFolder()];
    keep(whole, 0, 19);
    for (const first of [0, 10]) keep(left, first, first + 4);
    for (const first of [5, 15]) keep(right, first, first + 4);
    for (let index = 0; index < 20; index++) keep(fine, index, index);
    const { hash, missing, indexes } = merged(whole);
    expect(missing).toEqual([]);
    expect(indexes).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(merged(right, left).hash).toBe(hash);
    expect(merged(fine).hash).toBe(hash);
    expect(merged(fine, left, right, whole)).toMatchObject({ hash, duplicates: 40 });
  });

  test('lists what is missing, and reads a torn part up to the tear', () => {
    const folder = freshFolder();
    keep(folder, 0, 4);
    keep(folder, 10, 14);
    const packed = partPath(folder, { first: 10, last: 14 });
    const torn = Buffer.concat([line(10), line(11), line(12).subarray(0, 30)]);
    writeFileSync(packed, gzipSync(torn));
    const { missing, missingCount, damaged } = merged(folder);
    expect(missing).toEqual([
      { first: 5, last: 9 },
      { first: 12, last: 19 },
    ]);
    expect(missingCount).toBe(13);
    expect(damaged).toEqual([packed]);
    expect(isFinished(folder, { first: 10, last: 14 })).toBe(false);
    // Also when the packed bytes themselves end early.
    keep(folder, 10, 14);
    truncateSync(packed, 20);
    expect(readPart({ path: packed, first: 10, last: 14 }).isWhole).toBe(false);
    expect(merged(folder).missingCount).toBeGreaterThanOrEqual(10);
  });

  test('E4007 when two parts differ in a run', () => {
    const [one, other] = [freshFolder(), freshFolder()];
    keep(one, 0, 4);
    writePart(other, { first: 3, last: 3 }, [line(3, 99)]);
    expect(() => merged(one, other)).toThrow(/^E4007.*Run 3 is kept twice/);
  });
});

describe('writePart()', () => {
  test('takes the same bytes again, and keeps others beside them with E4007', () => {
    const folder = freshFolder();
    const range: IndexRange = { first: 0, last: 0 };
    writePart(folder, range, [line(0)]);
    writePart(folder, range, [line(0)]);
    expect(() => writePart(folder, range, [line(0, 7)])).toThrow(/^E4007/);
    expect(readdirSync(join(folder, 'parts'))).toHaveLength(2);
  });
});

describe('Journal', () => {
  test('finds the whole records of all writers, cuts its own torn tail, and leaves nothing behind', () => {
    const folder = freshFolder();
    const range: IndexRange = { first: 0, last: 4 };
    const mine = new Journal(folder, range, 'host-1');
    mine.append(line(0));
    mine.append(line(1).subarray(0, 40));
    new Journal(folder, range, 'host-2').append(line(3));
    const again = new Journal(folder, range, 'host-1');
    expect([...again.found.keys()].sort()).toEqual([0, 3]);
    again.append(line(1));
    expect([...new Journal(folder, range, 'host-3').found.keys()].sort()).toEqual([0, 1, 3]);
    again.remove();
    expect(readdirSync(join(folder, 'parts'))).toEqual([]);
  });
});

describe('MergedFile', () => {
  test.each(['all.ndjson', 'all.ndjson.gz'])(
    '%s holds every line, and appears when it is finished',
    (name) => {
      const folder = freshFolder();
      const path = join(folder, name);
      const file = new MergedFile(path);
      for (let index = 0; index < 3; index++) file.add(line(index));
      expect(readdirSync(folder)).not.toContain(name);
      file.finish();
      const bytes = name.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path);
      expect(bytes.equals(Buffer.concat([line(0), line(1), line(2)]))).toBe(true);
      new MergedFile(`${path}.2`).discard();
      expect(readdirSync(folder)).toEqual(expect.not.arrayContaining([`${name}.2`]));
    },
  );
});
