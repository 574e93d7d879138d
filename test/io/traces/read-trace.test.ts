import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashTrace, readTrace, traceFiles } from '../../../src/io/traces/read-trace.ts';
import type { TraceFormat } from '../../../src/model/plan.ts';
import { createDraws } from '../../support/draws.ts';
import { findingsOf, half, rowsOf, traceFolder, WHOLE_TRACE } from '../../support/trace-files.ts';
import { traceColumns } from '../../support/trace-columns.ts';

const { folder, write, writeGzip } = traceFolder();
const LOG = '1 0 -1 5 1 -1 -1 1 -1 -1 1 -1 -1 -1 -1 -1 -1 -1\n';
const PODS =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time,scheduled_time\np,1000,0,0,0,0,5,0\n';

mkdirSync(`${folder}/azure`);
write('azure/flav_map.txt', '1,0.75 a\n');
write('azure/v1.interval_map.txt', '0 0\n300 1\n');
write('azure/v1.dev.txt', '300 a,|\n');
write('azure/v1.dev.c300.txt', '300 U1,|\n');

describe('readTrace()', () => {
  test.each<{ format: TraceFormat; file: string; row: number[] }>([
    { format: 'swf', file: writeGzip('log.swf.gz', LOG), row: [0, 5_000, 1000, 0] },
    { format: 'openb', file: write('pods.csv', PODS), row: [0, 5_000, 1000, 0] },
    { format: 'csv', file: write('trace.csv', 's,r\n0,5\n'), row: [0, 5_000, 1000, 1] },
    { format: 'azure-2017', file: `${folder}/azure`, row: [150_000, 150_000, 1000, 768] },
  ])('reads the format $format', async ({ format, file, row }) => {
    const columns = new Map([
      ['submit', 's:s'],
      ['runtime', 'r:s'],
      ['cpu', '=1:vcpu'],
      ['memory', '=1:MiB'],
    ]);
    const table = await readTrace({ ...WHOLE_TRACE, format, columns }, { file, sampleDraw: half });
    expect(rowsOf(table)).toEqual([row]);
  });

  test('gives the same table for the same draws', async () => {
    const plan = { ...WHOLE_TRACE, format: 'swf', sample: 0.5 } as const;
    const file = write('many.swf', LOG.repeat(200));
    const once = await readTrace(plan, { file, sampleDraw: createDraws(5).double });
    const again = await readTrace(plan, { file, sampleDraw: createDraws(5).double });
    expect(traceColumns(again)).toEqual(traceColumns(once));
    expect(once.length).toBeLessThan(200);
  });

  test.each<TraceFormat>(['swf', 'openb', 'csv', 'azure-2017'])(
    'reports a missing %s file with E4001',
    async (format) => {
      const columns = new Map([
        ['submit', '=0:s'],
        ['cpu', '=1:vcpu'],
        ['memory', '=1:MiB'],
      ]);
      const attempt = readTrace(
        { ...WHOLE_TRACE, format, columns },
        { file: `${folder}/none`, sampleDraw: half },
      );
      expect(await findingsOf(attempt)).toEqual(['E4001 1:1']);
    },
  );
});

describe('traceFiles()', () => {
  test('lists the one file, or all files of a folder in a fixed order', async () => {
    expect(await traceFiles('a.csv', 'csv')).toEqual(['a.csv']);
    const names = (await traceFiles(`${folder}/azure`, 'azure-2017')).map((file) => basename(file));
    expect(names).toEqual(['flav_map.txt', 'v1.interval_map.txt', 'v1.dev.txt', 'v1.dev.c300.txt']);
  });
});

describe('hashTrace()', () => {
  const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');

  test('is SHA-256 of the bytes of all files as stored', async () => {
    expect(await hashTrace(write('a.csv', 'abc'), 'csv')).toBe(sha256('abc'));
    const azure = '1,0.75 a\n0 0\n300 1\n300 a,|\n300 U1,|\n';
    expect(await hashTrace(`${folder}/azure`, 'azure-2017')).toBe(sha256(azure));
  });

  test('reports a file that cannot be read', async () => {
    expect(await findingsOf(hashTrace(`${folder}/none`, 'swf'))).toEqual(['E4001 1:1']);
  });
});
