import { describe, expect, test } from 'vitest';
import { readCsvTrace } from '../../../src/io/traces/csv.ts';
import type { TraceChoice } from '../../../src/io/traces/trace-sink.ts';
import {
  diagnosticsOf,
  expectSound,
  findingsOf,
  half,
  lossesOf,
  rowsOf,
  traceFolder,
  WHOLE_TRACE,
} from '../../support/trace-files.ts';
import { traceColumns } from '../../support/trace-columns.ts';

const { write } = traceFolder();
const COLUMNS = { submit: 'start:s', end: 'end:s', cpu: 'cores:vcpu', memory: 'mem:MiB', gpu: 'gpu:devices' };

const read = (text: string, columns: Record<string, string> = COLUMNS, choice: Partial<TraceChoice> = {}) =>
  readCsvTrace(
    write('trace.csv', text),
    { ...WHOLE_TRACE, format: 'csv', columns: new Map(Object.entries(columns)), ...choice },
    half,
  );

describe('readCsvTrace()', () => {
  test('reads columns in their units, in any order, others ignored', async () => {
    const table = await read('gpu,x,end,mem,start,cores\n0.25,,9.5,1.5,2,0.5\n2,y,4,64,1,1\n0,z,8,64,3,1\n');
    expect(rowsOf(table)).toEqual([
      [1_000, 3_000, 1000, 64, '2x1000'],
      [2_000, 7_500, 500, 1.5, '1x250'],
      [3_000, 5_000, 1000, 64],
    ]);
    expectSound(table);
  });

  test('rounds requests up and times to the nearest', async () => {
    // 100 CPU units are 97.65625 millicores; 1.1 B; 1.4 ms
    const columns = { submit: 'a:us', runtime: 'b:us', cpu: 'c:units', memory: 'd:B' };
    const table = await read('a,b,c,d\n1400,1600,100,1.1\n', columns);
    expect(rowsOf(table)).toEqual([[1, 2, 98, 2 / 2 ** 20]]);
  });

  test('fills in constants', async () => {
    const columns = { submit: '=0:s', runtime: 'runtime:s', cpu: '=1:vcpu', memory: '=512:MiB' };
    expect(rowsOf(await read('runtime\n48.0\n0.0\n', columns))).toEqual([
      [0, 48_000, 1000, 512],
      [0, 0, 1000, 512],
    ]);
  });

  test('drops and counts rows without submit time, CPU or memory, and keeps those without end or GPU', async () => {
    const table = await read('start,end,cores,mem,gpu\n,1,1,1,0\n1,2,,1,0\n1,2,1,,0\n1,,1,1,\n5,4,1,1,0\n');
    expect(rowsOf(table)).toEqual([
      [1_000, Infinity, 1000, 1],
      [5_000, 0, 1000, 1],
    ]);
    expect(lossesOf(table)).toEqual([
      '1 no submit time',
      '1 no CPU',
      '1 no memory',
      '(1 no end known: runs to the end of the simulation)',
      '(1 ends before it starts: run time 0)',
    ]);
  });

  test('needs no end at all: tasks then run to the end', async () => {
    const { end: _, ...columns } = COLUMNS;
    const table = await read('start,cores,mem,gpu\n1,1,1,0\n', columns);
    expect(table.totals.rowsEndless).toBe(1);
  });

  test('counts times since 1970 from the earliest submission, window and ends included', async () => {
    const columns = { submit: 'a:epoch-ms', end: 'b:epoch-s', cpu: '=1:vcpu', memory: '=1:MiB' };
    const text = 'a,b\n1656604949000,1656604959\n1656604920000,1656604921\n1656605328000,1656605329\n';
    // from 1656604920000: 29 s (runs 10 s), 0 s, 408 s
    expect(rowsOf(await read(text, columns)).map((row) => row.slice(0, 2))).toEqual([
      [0, 1_000],
      [29_000, 10_000],
      [408_000, 1_000],
    ]);
    const window = { fromMs: 20_000, toMs: 408_000 };
    expect(rowsOf(await read(text, columns, { window })).map((row) => row.slice(0, 2))).toEqual([
      [9_000, 10_000],
    ]);
  });

  test('reads the same from a quoted file', async () => {
    const plain = await read('start,end,cores,mem,gpu\n1,2,3,4,0\n');
    const quoted = await read('"start",end,cores,mem,gpu\n1,"2",3,"4",0\n');
    expect(traceColumns(quoted)).toEqual(traceColumns(plain));
  });

  test.each([
    { name: 'submit time', row: 'x,2,1,1,0', finding: 'E3001 2:1' },
    { name: 'end', row: '1,x,1,1,0', finding: 'E3001 2:3' },
    { name: 'CPU', row: '1,2,-1,1,0', finding: 'E3001 2:5' },
    { name: 'memory', row: '1,2,1,1e99,0', finding: 'E3001 2:7' },
    { name: 'GPU between one and two', row: '1,2,1,1,1.5', finding: 'E3001 2:9' },
    { name: 'GPU finer than a thousandth', row: '1,2,1,1,0.0001', finding: 'E3001 2:9' },
    { name: 'number of fields', row: '1,2,1,1', finding: 'E3001 2:1' },
  ])('reports a broken $name at its place', async ({ row, finding }) => {
    expect(await findingsOf(read(`start,end,cores,mem,gpu\n${row}\n`))).toEqual([finding]);
  });

  test('reports a negative run time', async () => {
    const columns = { submit: 'a:s', runtime: 'b:s', cpu: '=1:vcpu', memory: '=1:MiB' };
    expect(await findingsOf(read('a,b\n1,-1\n', columns))).toEqual(['E3001 2:3']);
  });

  test('reports all missing columns and every problem of the column map', async () => {
    expect(await findingsOf(read('start,end\n1,2\n'))).toEqual(['E3002 1:1', 'E3002 1:1', 'E3002 1:1']);
    const diagnostics = await diagnosticsOf(read('a\n1\n', { submit: 'a:weeks' }));
    expect(diagnostics.map(({ code, path }) => `${code} ${path}`)).toEqual([
      'E1102 columns.submit',
      'E1102 columns.cpu',
      'E1102 columns.memory',
    ]);
  });
});
