import { describe, expect, test } from 'vitest';
import { readSwf } from '../../../src/io/traces/swf.ts';
import type { TraceChoice } from '../../../src/io/traces/trace-sink.ts';
import {
  expectSound,
  findingsOf,
  half,
  lossesOf,
  rowsOf,
  traceFolder,
  WHOLE_TRACE,
} from '../../support/trace-files.ts';

const { write } = traceFolder();

/** A job line: the fields that are read, −1 for the rest. */
function job(fields: {
  submit?: number | string;
  run?: number | string;
  allocated?: number;
  used?: number;
  requested?: number | string;
  memory?: number;
  status?: number | string;
}): string {
  const { submit = 0, run = 1, allocated = -1, used = -1, requested = 1, memory = -1, status = 1 } = fields;
  return `   1 ${submit} -1 ${run} ${allocated} -1 ${used} ${requested} -1 ${memory}\t${status} -1 -1 -1 -1 -1 -1 -1\n`;
}

const read = (text: string, choice: Partial<TraceChoice> = {}) =>
  readSwf(write('log.swf', text), { ...WHOLE_TRACE, format: 'swf', ...choice }, half);

describe('readSwf()', () => {
  test('reads one task per job: a vCPU and the memory per processor, times in seconds', async () => {
    const table = await read(
      `; Version: 2.2\n;\n\n${job({ submit: 10, run: 5.25, requested: 4, memory: 1024 })}${job({ submit: 3, run: 0 })}`,
    );
    expect(rowsOf(table)).toEqual([
      [3_000, 0, 1000, 0],
      // 4 processors × 1024 KB are 4 MiB
      [10_000, 5_250, 4000, 4],
    ]);
    expect(lossesOf(table)).toEqual(['(1 no memory given: asks for none)']);
    expectSound(table);
  });

  test.each([
    {
      name: 'requested before allocated',
      fields: { requested: 4, allocated: 8, memory: 1024, used: 512 },
      cpu: 4000,
      mib: 4,
    },
    // 8 × 512 KB
    {
      name: 'what was used where the request is unknown',
      fields: { requested: -1, allocated: 8, memory: -1, used: 512 },
      cpu: 8000,
      mib: 4,
    },
    {
      name: 'what was used where the request is 0',
      fields: { requested: 0, allocated: 2, memory: 0, used: 1024 },
      cpu: 2000,
      mib: 2,
    },
  ])('takes processors and memory $name', async ({ fields, cpu, mib }) => {
    expect(rowsOf(await read(job(fields)))).toEqual([[0, 1_000, cpu, mib]]);
  });

  test('keeps failed and cancelled jobs that ran, and counts jobs that did not or are parts of others', async () => {
    const table = await read(
      [
        job({ status: 0 }),
        job({ status: 5 }),
        job({ status: -1 }),
        job({ status: 2 }),
        job({ status: 3 }),
        job({ status: 4 }),
        job({ submit: -1 }),
        job({ run: -1 }),
        job({ requested: -1 }),
      ].join(''),
    );
    expect(table.length).toBe(3);
    expect(lossesOf(table)).toEqual([
      '(3 no memory given: asks for none)',
      '3 a part of a job that has its own line',
      '1 no submit time',
      '1 no run time',
      '1 no number of processors',
    ]);
    expectSound(table);
  });

  test.each([
    { name: 'submit time', fields: { submit: 'x' }, finding: 'E3001 1:6' },
    { name: 'run time', fields: { run: '1h' }, finding: 'E3001 1:11' },
    { name: 'number of processors', fields: { requested: 'two' }, finding: 'E3001 1:22' },
    { name: 'status', fields: { status: '1.5' }, finding: 'E3001 1:30' },
  ])('reports a broken $name at its place', async ({ fields, finding }) => {
    expect(await findingsOf(read(job(fields)))).toEqual([finding]);
  });

  test('reports lines with more or fewer than 18 fields', async () => {
    expect(await findingsOf(read(`${job({})}1 2 3\n${job({}).trimEnd()} 19\n`))).toEqual([
      'E3001 2:1',
      'E3001 3:1',
    ]);
  });

  test('reports a log without jobs', async () => {
    expect(await findingsOf(read('; MaxJobs: 42264\n'))).toEqual(['E3003 1:1']);
  });
});
