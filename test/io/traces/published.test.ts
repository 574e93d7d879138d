import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readOpenbNodes } from '../../../src/io/traces/openb.ts';
import { hashTrace, readTrace } from '../../../src/io/traces/read-trace.ts';
import type { TraceChoice } from '../../../src/io/traces/trace-sink.ts';
import { createDraws } from '../../support/draws.ts';
import { expectSound, half, lossesOf, WHOLE_TRACE } from '../../support/trace-files.ts';
import { traceColumns } from '../../support/trace-columns.ts';

/**
 * The published traces, which are not part of this repository: STOWAGE_TRACES names the folder that holds them. The
 * figures are those of the publications and of counts of the files by other means (wc, awk), November 2026.
 */
const traces = process.env['STOWAGE_TRACES'] ?? '';

const read = async (
  file: string,
  choice: Partial<TraceChoice> & Pick<TraceChoice, 'format'>,
  sampleDraw = half,
) => {
  const table = await readTrace({ ...WHOLE_TRACE, ...choice }, { file: join(traces, file), sampleDraw });
  expectSound(table);
  return traceColumns(table);
};

describe.runIf(traces)('Alibaba GPU cluster trace v2023 (openb)', () => {
  const folder = 'alibaba-gpu-2023-openb';

  test.each([
    // Lines of each list less the header.
    { list: 'cpu0', pods: 7064 },
    { list: 'cpu050', pods: 7439 },
    { list: 'cpu100', pods: 7853 },
    { list: 'cpu250', pods: 9420 },
    { list: 'default', pods: 8152 },
    { list: 'gpushare40', pods: 8152 },
    { list: 'gpuspec33', pods: 8152 },
    { list: 'multigpu20', pods: 8324 },
    { list: 'multigpu50', pods: 9061 },
  ])('the list $list has $pods pods', async ({ list, pods }) => {
    const { totals } = await read(`${folder}/openb_pod_list_${list}.csv.gz`, {
      format: 'openb',
      departures: 'none',
    });
    expect([totals.rowsRead, totals.rowsKept]).toEqual([pods, pods]);
  });

  test('the default list asks for 85,436,012 millicores; 897 pods never were scheduled', async () => {
    const table = await read(`${folder}/openb_pod_list_default.csv.gz`, { format: 'openb' });
    expect(table.totals.cpuMilli).toBe(85_436_012);
    expect(lossesOf(table)).toEqual(['(897 never scheduled: runs from creation to deletion)']);
  });

  test('the node list has 1,523 nodes, 1,213 of them with 6,212 GPUs', async () => {
    const nodes = await readOpenbNodes(join(traces, folder, 'openb_node_list_all_node.csv.gz'));
    const withGpu = nodes.filter(({ gpuCount }) => gpuCount > 0);
    expect([nodes.length, withGpu.length]).toEqual([1523, 1213]);
    expect(withGpu.reduce((sum, { gpuCount }) => sum + gpuCount, 0)).toBe(6212);
    expect(await readOpenbNodes(join(traces, folder, 'openb_node_list_gpu_node.csv.gz'))).toHaveLength(1213);
  });
});

describe.runIf(traces)('Azure VM trace V1 of 2017', () => {
  const folder = 'azure-2017-vm-arrivals';
  const azure = { format: 'azure-2017' } as const;

  test('has 1,870,433 arrivals: train 1,200,998, dev 259,159, test 410,276', async () => {
    const counts = [];
    for (const period of ['train', 'dev', 'test']) {
      counts.push((await read(`${folder}/v1.${period}.txt.gz`, azure)).length);
    }
    expect(counts).toEqual([1_200_998, 259_159, 410_276]);
    expect((await read(folder, azure)).length).toBe(1_870_433);
  });

  test('has 37,628 censored lifetimes in dev and test', async () => {
    const dev = await read(`${folder}/v1.dev.txt.gz`, azure);
    const late = await read(`${folder}/v1.test.txt.gz`, azure);
    expect(dev.totals.rowsEndless + late.totals.rowsEndless).toBe(37_628);
  });

  test('has 72,028 arrivals on its 22nd day, wherever they fall in their bins', async () => {
    const window = { fromMs: 1_814_400_000, toMs: 1_900_800_000 };
    const draws = createDraws(1);
    expect((await read(folder, { ...azure, window }, draws.double)).length).toBe(72_028);
  });

  test('gives the committed counts when that day is measured again', () => {
    const root = new URL('../../../', import.meta.url);
    const committed = readFileSync(new URL('scenarios/azure-day/azure-2017-day.json', root), 'utf8');
    const { measured } = JSON.parse(committed) as { measured: string };
    const script = [
      '--import',
      './scripts/typescript.mjs',
      'scripts/measure-azure-day.mjs',
      traces,
      measured,
    ];
    const again = execFileSync(process.execPath, script, { cwd: fileURLToPath(root), encoding: 'utf8' });
    expect(again).toBe(committed);
  });
});

describe.runIf(traces)('logs in the Standard Workload Format', () => {
  test('LCG of 2005 has 188,041 jobs of one processor', async () => {
    const { totals } = await read('swf-lcg-2005/LCG.swf.gz', { format: 'swf' });
    expect([totals.rowsRead, totals.rowsKept, totals.cpuMilli]).toEqual([188_041, 188_041, 188_041_000]);
  });

  test('NASA iPSC of 1993 has 18,239 jobs, the longest of 62,643 s', async () => {
    const { totals, runtimeMs } = await read('swf-nasa-ipsc-1993/NASA-iPSC-1993-3.1-cln.swf.gz', {
      format: 'swf',
    });
    expect([totals.rowsRead, totals.rowsKept]).toEqual([18_239, 18_239]);
    expect(runtimeMs.reduce((longest, ms) => Math.max(longest, ms), 0)).toBe(62_643_000);
  });

  test('has the published digest', async () => {
    expect(await hashTrace(join(traces, 'swf-lcg-2005/LCG.swf.gz'), 'swf')).toBe(
      'cda5d512febf84a3e07b3ad7b9481f8a0ba0f4c6e10f5d639aae73d2587448d9',
    );
  });
});

describe.runIf(traces)('plain CSV', () => {
  test.each([
    { name: 'surf_2022H2', rows: 194_917, longestS: 435_629 },
    { name: 'surf_week', rows: 6_295, longestS: undefined },
  ])('SURF Lisa $name has $rows jobs of 16 cores', async ({ name, rows, longestS }) => {
    const columns = new Map([
      ['submit', 'submission_time:epoch-ms'],
      ['runtime', 'duration:ms'],
      ['cpu', 'cpu_count:vcpu'],
      ['memory', 'mem_capacity:MB'],
    ]);
    const { totals, runtimeMs, submitMs } = await read(`surf-lisa-2022/${name}_tasks.csv.gz`, {
      format: 'csv',
      columns,
    });
    expect([totals.rowsKept, totals.cpuMilli, submitMs[0]]).toEqual([rows, rows * 16_000, 0]);
    if (longestS) expect(runtimeMs.reduce((longest, ms) => Math.max(longest, ms), 0)).toBe(longestS * 1000);
  });

  test('Philly of 2017 has 83,154 run times, the longest of 4,628,239 s', async () => {
    const columns = new Map([
      ['submit', '=0:s'],
      ['runtime', 'runtime:s'],
      ['cpu', '=1:vcpu'],
      ['memory', '=1:GiB'],
    ]);
    const table = await read('philly-2017-runtimes/philly_runtime.csv.gz', { format: 'csv', columns });
    expect(table.length).toBe(83_154);
    expect(table.runtimeMs.reduce((longest, ms) => Math.max(longest, ms), 0)).toBe(4_628_239_000);
  });
});
