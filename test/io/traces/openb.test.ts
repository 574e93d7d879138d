import { describe, expect, test } from 'vitest';
import { readOpenbNodes, readOpenbPods } from '../../../src/io/traces/openb.ts';
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

const { write, writeGzip } = traceFolder();
const HEADER =
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n';
const CHOICE: TraceChoice = { ...WHOLE_TRACE, format: 'openb' };

const pods = (rows: string, choice: Partial<TraceChoice> = {}) =>
  readOpenbPods(write('pods.csv', HEADER + rows), { ...CHOICE, ...choice }, half);

describe('readOpenbPods()', () => {
  test('reads requests, GPU shares, alternatives of models and times, sorted by submission', async () => {
    const table = await pods(
      [
        'p1,12000,16384,1,460,,LS,Running,20,100,30', // 70 s from scheduling
        'p2,8000,0,0,0,,BE,Succeeded,5,5,5',
        'p3,6000,1024,8,1000,V100M16|V100M32,LS,Failed,7,9,8',
        'p4,6000,1024,1,1000,G2,LS,Failed,7,10,9',
      ].join('\n'),
    );
    expect(rowsOf(table)).toEqual([
      [5_000, 0, 8000, 0],
      [7_000, 1_000, 6000, 1024, '8x1000 V100M16|V100M32'],
      [7_000, 1_000, 6000, 1024, '1x1000 G2'],
      [20_000, 70_000, 12000, 16384, '1x460'],
    ]);
    expectSound(table);
    // 12000 + 8000 + 6000 + 6000; 16384 + 0 + 1024 + 1024; 460 + 8000 + 1000
    expect(table.totals).toEqual({
      rowsRead: 4,
      rowsKept: 4,
      rowsEndless: 0,
      cpuMilli: 32_000,
      memoryMiB: 18_432,
      gpuMilli: 9_460,
    });
  });

  test('gives pods with equal requests one shape', async () => {
    const row = 'p,6000,1024,1,500,T4,LS,Failed,7,9,8\n';
    expect((await pods(row + row + row.replace('T4', 'T4|P100'))).shapes).toHaveLength(2);
  });

  test('counts pods that never were scheduled or end before they start, and keeps them', async () => {
    const table = await pods('p1,1,1,0,0,,LS,Pending,10,70,\np2,1,1,0,0,,LS,Failed,10,70,80\n');
    expect(rowsOf(table).map(([, runtimeMs]) => runtimeMs)).toEqual([60_000, 0]);
    expect(lossesOf(table)).toEqual([
      '(1 never scheduled: runs from creation to deletion)',
      '(1 ends before it starts: run time 0)',
    ]);
  });

  test('reads lists without times when nothing ends, all submitted at 0 in file order', async () => {
    const file = writeGzip(
      'multigpu.csv.gz',
      'name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,2,1,1,9\nb,1,1,0,0\n',
    );
    const table = await readOpenbPods(file, { ...CHOICE, departures: 'none' }, half);
    expect(rowsOf(table)).toEqual([
      [0, Infinity, 2, 1, '1x9'],
      [0, Infinity, 1, 1],
    ]);
    expect(lossesOf(table)).toEqual(['(2 no times in the list: submitted at 0)']);
    const [problem] = await diagnosticsOf(readOpenbPods(file, CHOICE, half));
    expect([problem!.code, problem!.hint]).toEqual(['E3002', 'set departures: none']);
  });

  test('reports a missing column with the nearest name', async () => {
    const file = write('renamed.csv', HEADER.replace('creation_time', 'creation_tyme'));
    const diagnostics = await diagnosticsOf(readOpenbPods(file, CHOICE, half));
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ['E3002', 'did you mean "creation_tyme" or "deletion_time"?'],
    ]);
  });

  test.each([
    { name: 'CPU', row: 'p,x,1,0,0,,LS,R,1,2,1', finding: 'E3001 2:3' },
    { name: 'memory', row: 'p,1,-1,0,0,,LS,R,1,2,1', finding: 'E3001 2:5' },
    { name: 'number of GPUs', row: 'p,1,1,1.5,0,,LS,R,1,2,1', finding: 'E3001 2:7' },
    { name: 'share of a GPU', row: 'p,1,1,1,1001,,LS,R,1,2,1', finding: 'E3001 2:9' },
    { name: 'share of 0 of a GPU', row: 'p,1,1,1,0,,LS,R,1,2,1', finding: 'E3001 2:9' },
    { name: 'creation time', row: 'p,1,1,0,0,,LS,R,,2,1', finding: 'E3001 2:17' },
    { name: 'deletion time', row: 'p,1,1,0,0,,LS,R,1,never,1', finding: 'E3001 2:19' },
    { name: 'scheduled time', row: 'p,1,1,0,0,,LS,R,1,2,1e400', finding: 'E3001 2:21' },
    { name: 'number of fields', row: 'p,1,1,0,0,,LS,R,1,2', finding: 'E3001 2:1' },
  ])('reports a broken $name at its place', async ({ row, finding }) => {
    expect(await findingsOf(pods(row))).toEqual([finding]);
  });

  test('names line, column, text and expectation of broken row 10,000', async () => {
    const good = 'p,1,1,0,0,,LS,R,1,2,1\n';
    const broken = `ä,1,1GB,0,0,${'x'.repeat(300)},LS,R,1,2,1\n`;
    const [problem, ...others] = await diagnosticsOf(pods(good.repeat(9_998) + broken + good));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      code: 'E3001',
      message: "Cannot read memory_mib '1GB': expected an amount in MiB, as a plain decimal",
      position: { line: 10_000, column: 5, length: 3 },
    });
    expect([...problem!.excerpt!]).toHaveLength(200);
  });
});

describe('readOpenbNodes()', () => {
  const nodes = (rows: string) =>
    readOpenbNodes(write('nodes.csv', `sn,cpu_milli,memory_mib,gpu,model\n${rows}`));

  test('reads names, sizes and GPUs in file order', async () => {
    expect(await nodes('n2,32000,262144,0,\nn1,96000,1024,8,G2\n')).toEqual([
      { name: 'n2', cpuMilli: 32_000, memoryBytes: 2 ** 38, gpuCount: 0, gpuModel: '' },
      { name: 'n1', cpuMilli: 96_000, memoryBytes: 2 ** 30, gpuCount: 8, gpuModel: 'G2' },
    ]);
  });

  test('refuses names that are empty or appear twice, and a list without nodes', async () => {
    expect(await findingsOf(nodes('n1,1,1,0,\nn1,1,1,0,\n,1,1,0,\n'))).toEqual(['E3001 3:1', 'E3001 4:1']);
    expect(await findingsOf(nodes(''))).toEqual(['E3003 1:1']);
  });
});
