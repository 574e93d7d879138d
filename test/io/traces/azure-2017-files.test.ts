import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findAzureFiles, readFlavourMap, readIntervalMap } from '../../../src/io/traces/azure-2017-files.ts';
import { findingsOf, traceFolder } from '../../support/trace-files.ts';

const { folder, write } = traceFolder();
let folders = 0;

function withFiles(...names: readonly string[]): string {
  const name = `folder${folders++}`;
  mkdirSync(`${folder}/${name}`);
  for (const file of names) write(`${name}/${file}`, '');
  return `${folder}/${name}`;
}

describe('findAzureFiles()', () => {
  test('finds the periods of a folder in order of time, with their durations and maps', async () => {
    const path = withFiles(
      'flav_map.txt',
      'v1.interval_map.txt',
      'v1.test.txt.gz',
      'v1.test.c2591400.txt.gz',
      'v1.train.txt',
      'batch_size_map.txt',
    );
    const { flavourMap, intervalMap, periods } = await findAzureFiles(path);
    expect([flavourMap, intervalMap].map((file) => basename(file!))).toEqual([
      'flav_map.txt',
      'v1.interval_map.txt',
    ]);
    expect(periods).toEqual([
      { flavours: `${path}/v1.train.txt`, durations: null },
      { flavours: `${path}/v1.test.txt.gz`, durations: `${path}/v1.test.c2591400.txt.gz` },
    ]);
  });

  test('takes the name of a file literally', async () => {
    const path = withFiles('flav_map.txt', 'v1.dev.txt', 'v1xdev.c1.txt', 'a(b.txt');
    expect((await findAzureFiles(`${path}/v1.dev.txt`)).periods).toEqual([
      { flavours: `${path}/v1.dev.txt`, durations: null },
    ]);
    expect((await findAzureFiles(`${path}/a(b.txt`)).periods).toHaveLength(1);
  });

  test('reports what is missing', async () => {
    expect(await findingsOf(findAzureFiles(`${folder}/nowhere`))).toEqual(['E4001 1:1']);
    expect(await findingsOf(findAzureFiles(withFiles('flav_map.txt')))).toEqual(['E3004 1:1']);
    expect(await findingsOf(findAzureFiles(withFiles('v1.dev.txt')))).toEqual(['E3004 1:1']);
    const noIntervals = withFiles('flav_map.txt', 'v1.dev.txt', 'v1.dev.c2100000.txt');
    expect(await findingsOf(findAzureFiles(noIntervals))).toEqual(['E3004 1:1']);
  });
});

describe('readFlavourMap()', () => {
  test('reads cores as vCPU and GB as GiB', async () => {
    expect(await readFlavourMap(write('flavours', '1,0.75 a\n1,1.75 b\n16,112 d\n'))).toEqual([
      { letter: 'a', cpuMilli: 1000, memoryBytes: 768 * 2 ** 20 },
      { letter: 'b', cpuMilli: 1000, memoryBytes: 1792 * 2 ** 20 },
      { letter: 'd', cpuMilli: 16_000, memoryBytes: 112 * 2 ** 30 },
    ]);
  });

  test('refuses other lines and letters that appear twice', async () => {
    expect(await findingsOf(readFlavourMap(write('wrong', '1,1.75 b\n1;2 c\n')))).toEqual(['E3001 2:1']);
    expect(await findingsOf(readFlavourMap(write('twice', '1,1.75 b\n2,2 b\n')))).toEqual(['E3001 2:1']);
  });
});

describe('readIntervalMap()', () => {
  test('gives each bin the range from the last value of the one before to its own last value', async () => {
    expect(await readIntervalMap(write('intervals', '0 0\n300 1\n600 2\n900 3\n1200 3\n'))).toEqual([
      { fromMs: 0, toMs: 300_000 },
      { fromMs: 0, toMs: 300_000 },
      { fromMs: 300_000, toMs: 600_000 },
      { fromMs: 600_000, toMs: 1_200_000 },
    ]);
  });

  test.each([
    { name: 'a gap', text: '0 0\n300 2\n' },
    { name: 'a bin that goes back', text: '0 0\n300 1\n600 0\n' },
    { name: 'seconds that do not rise', text: '0 0\n0 1\n' },
    { name: 'other text', text: '0 0\n300,1\n' },
  ])('refuses $name', async ({ text }) => {
    expect((await findingsOf(readIntervalMap(write('broken', text))))[0]).toMatch(/^E3001 [23]:1$/);
  });
});
