import { mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openAzure2017, readAzure2017 } from '../../../src/io/traces/azure-2017.ts';
import type { TraceChoice } from '../../../src/io/traces/trace-sink.ts';
import {
  diagnosticsOf,
  drawing,
  expectSound,
  findingsOf,
  half,
  lossesOf,
  rowsOf,
  traceFolder,
  WHOLE_TRACE,
} from '../../support/trace-files.ts';
import { traceColumns } from '../../support/trace-columns.ts';

const { folder, write, writeGzip } = traceFolder();
const CHOICE: TraceChoice = { ...WHOLE_TRACE, format: 'azure-2017' };
/** Bins: 0 and 1 are 0 to 300 s, 2 to 600 s, 3 to 1,200 s. */
const INTERVALS = '0 0\n300 1\n600 2\n900 3\n1200 3\n';
const FLAVOURS = '1,1.75 b\n2,3.5 g\n16,112 d\n';
let folders = 0;

/** A trace folder of one period, dev. */
function dev(flavours: string, durations: string | null): string {
  const name = `period${folders++}`;
  mkdirSync(`${folder}/${name}`);
  write(`${name}/flav_map.txt`, FLAVOURS);
  write(`${name}/v1.interval_map.txt`, INTERVALS);
  writeGzip(`${name}/v1.dev.txt.gz`, flavours);
  if (durations !== null) writeGzip(`${name}/v1.dev.c2100000.txt.gz`, durations);
  return `${folder}/${name}`;
}

const read = (path: string, draw: () => number = half, choice: Partial<TraceChoice> = {}) =>
  readAzure2017(path, { ...CHOICE, ...choice }, draw);

describe('readAzure2017()', () => {
  test('spreads arrivals over the 300 s before the timestamp and lifetimes over their bin', async () => {
    const path = dev('600 b,|,g,d,|\n900 b\n', '600 U0,|,U2,U3,|\n900 C3\n');
    // Per VM: sample, arrival, lifetime. Arrivals 300 s + 0, + 150 s, + 299.7 s, 600 s + 0.
    const table = await read(path, drawing(0, 0, 0.5, 0, 0.5, 0, 0, 0.999, 0.5, 0, 0, 0));
    expect(rowsOf(table)).toEqual([
      [300_000, 150_000, 1000, 1792],
      [450_000, 300_000, 2000, 3584],
      [599_700, 900_000, 16000, 114_688],
      [600_000, Infinity, 1000, 1792],
    ]);
    expect(lossesOf(table)).toEqual(['(1 no end known: runs to the end of the simulation)']);
    expectSound(table);
  });

  test('passes over empty tokens and takes batch ends wherever they stand', async () => {
    const table = await read(dev('300 ,b,,|,b,|,|\n600 \n', '300 U1,|,,U1,|,|,\n600 \n'));
    expect(table.length).toBe(2);
  });

  test('leaves VMs of a period without durations without end', async () => {
    const table = await read(dev('300 b,g\n', null));
    expect(rowsOf(table).map(([, runtimeMs]) => runtimeMs)).toEqual([Infinity, Infinity]);
    expect(lossesOf(table)).toEqual(['(2 no end known: runs to the end of the simulation)']);
  });

  test('reads one period by the name of its flavour file', async () => {
    const path = dev('300 b\n', '300 U1\n');
    expect(traceColumns(await read(`${path}/v1.dev.txt.gz`))).toEqual(traceColumns(await read(path)));
  });

  test('reads the periods of a folder in order of time', async () => {
    const path = dev('300 g\n', '300 U1\n');
    writeGzip(`${path.slice(folder.length + 1)}/v1.train.txt.gz`, '300 b\n');
    expect((await read(path)).shapes).toHaveLength(3);
    expect(rowsOf(await read(path)).map(([, , cpuMilli]) => cpuMilli)).toEqual([1000, 2000]);
  });

  test('draws three times for every VM, whatever the window', async () => {
    const path = dev('300 b,b\n600 b,b\n', '300 U1,U1\n600 U1,U1\n');
    let draws = 0;
    const counting = () => {
      draws += 1;
      return 0.5;
    };
    await read(path, counting, { window: { fromMs: 300_000, toMs: 600_000 } });
    expect(draws).toBe(12);
  });

  test.each([
    { name: 'another timestamp', flavours: '300 b\n600 b\n', durations: '300 U1\n900 U1\n', at: '2:1' },
    { name: 'a batch end elsewhere', flavours: '300 b,|,b\n', durations: '300 U1,U1,|\n', at: '1:8' },
    { name: 'a duration too few', flavours: '300 b,b\n', durations: '300 U1\n', at: '1:7' },
    { name: 'a duration too many', flavours: '300 b\n', durations: '300 U1,U1\n', at: '1:8' },
    { name: 'a line too few', flavours: '300 b\n600 b\n', durations: '300 U1\n', at: '2:1' },
    { name: 'a line too many', flavours: '300 b\n', durations: '300 U1\n600 U1\n', at: '2:1' },
  ])('refuses a duration file with $name with E3004', async ({ flavours, durations, at }) => {
    expect(await findingsOf(read(dev(flavours, durations)))).toEqual([`E3004 ${at}`]);
  });

  test('collects broken tokens of a file with their places', async () => {
    const broken = read(dev('300 b,x,bb,b\n1e9 b\n', '300 U1,U1,U1,U1\n1e9 U1\n'));
    expect(await findingsOf(broken)).toEqual(['E3001 1:7', 'E3001 1:9', 'E3001 2:1']);
    const durations = read(dev('300 b,b,b,b,b\n', '300 U1,X1,U,U4,U00001\n'));
    expect(await findingsOf(durations)).toEqual(['E3001 1:8', 'E3001 1:11', 'E3001 1:13', 'E3001 1:16']);
  });

  test('reports a broken timestamp rather than that the files part there', async () => {
    expect(await findingsOf(read(dev('300 b\n6oo b\n', '300 U1\n600 U1\n')))).toEqual(['E3001 2:1']);
  });

  test('names the file of a broken duration', async () => {
    const [problem] = await diagnosticsOf(read(dev('300 b\n', '300 V1\n')));
    expect(problem!.position!.file).toMatch(/v1\.dev\.c2100000\.txt\.gz$/);
  });
});

describe('openAzure2017()', () => {
  test('visits every VM with the end of its bin, flavour, lifetime bin and whether it is censored', async () => {
    const seen: unknown[] = [];
    const trace = await openAzure2017(dev('300 b,|,g\n600 d\n', '300 U1,|,C3\n600 U0\n'));
    await trace.visit((...vm) => seen.push(vm));
    expect(seen).toEqual([
      [300_000, 0, 1, false],
      [300_000, 1, 3, true],
      [600_000, 2, 0, false],
    ]);
  });
});
