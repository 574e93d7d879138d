import { mkdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { readDistribution } from '../../../src/io/distribution.ts';
import { readOpenbNodes } from '../../../src/io/traces/openb.ts';
import { readTrace } from '../../../src/io/traces/read-trace.ts';
import type { TraceFormat } from '../../../src/model/plan.ts';
import type { TraceTable } from '../../../src/model/trace-table.ts';
import { expectSound, half, traceFolder, WHOLE_TRACE } from '../../support/trace-files.ts';

/** Nothing is timed here: a loaded machine may take its time. */
const TIMEOUT_MS = 600_000;
/** Mutated files per format: each must be read, or refused with an `InputError`; nothing else may happen. */
const RUNS = 2000;
const { folder, write } = traceFolder();

/** Texts that parsers trip over. */
const NASTY = [
  '"',
  '""',
  '"a\nb"',
  '\0',
  '\r',
  '\n',
  ',',
  '|',
  ';',
  ' ',
  '-',
  '-1',
  '1e400',
  '1e308',
  '99999999999999999999',
  '0.00000000000000001',
  'NaN',
  '0x10',
  '__proto__',
  'constructor',
  '\ufeff',
  '\u2028',
  'U999',
  ',,,,',
  '[[[[[[[[',
  '{"__proto__":{"polluted":1}}',
];

interface Mutation {
  readonly kind: 'insert' | 'replace' | 'delete' | 'repeat' | 'flip' | 'cut';
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const mutations = fc.array(
  fc.record<Mutation>({
    kind: fc.constantFrom('insert', 'replace', 'delete', 'repeat', 'flip', 'cut'),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 12 }),
    text: fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 3 })),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(original: Buffer, changes: readonly Mutation[]): Buffer {
  let bytes = original;
  for (const { kind, at, length, text } of changes) {
    const from = Math.floor(at * bytes.length);
    const to = Math.min(bytes.length, from + length);
    const [head, body, tail] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
    if (kind === 'insert') bytes = Buffer.concat([head, Buffer.from(text), body, tail]);
    else if (kind === 'replace') bytes = Buffer.concat([head, Buffer.from(text), tail]);
    else if (kind === 'delete') bytes = Buffer.concat([head, tail]);
    else if (kind === 'repeat') bytes = Buffer.concat([head, body, body, body, tail]);
    else if (kind === 'cut') bytes = Buffer.from(head);
    else bytes = Buffer.concat([head, body.map((byte, index) => byte ^ (1 << ((index + length) % 8))), tail]);
  }
  return bytes;
}

async function fuzz(
  originals: readonly (string | Buffer)[],
  attempt: (bytes: Buffer, which: number) => Promise<unknown> | unknown,
): Promise<void> {
  let read = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(originals.length - 1), mutations, async (which, changes) => {
      try {
        await attempt(mutate(Buffer.from(originals[which]!), changes), which);
        read += 1;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        expect(error.diagnostics.length).toBeGreaterThan(0);
        refused += 1;
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }),
    { seed: 1, numRuns: RUNS },
  );
  // A fuzzer that only ever sees one outcome tests nothing.
  expect([read > RUNS / 100, refused > RUNS / 100]).toEqual([true, true]);
}

const COLUMNS = new Map([
  ['submit', 'start:s'],
  ['end', 'end:s'],
  ['cpu', 'cores:vcpu'],
  ['memory', 'mem:MiB'],
  ['gpu', 'gpu:devices'],
]);

async function readSound(format: TraceFormat, file: string): Promise<TraceTable> {
  const columns = format === 'csv' ? COLUMNS : new Map<string, string>();
  const table = await readTrace({ ...WHOLE_TRACE, format, columns }, { file, sampleDraw: half });
  expectSound(table);
  return table;
}

const PODS = [
  'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time',
  'p0,12000,16384,1,460,V100M16|V100M32,LS,Running,0,12537496,3',
  'p1,8000,30517,0,0,,BE,Pending,11811762,11827364,',
  'p2,32000,0,8,1000,,BE,Running,10821883,10822031,10821886',
].join('\n');
const QUOTED_PODS = PODS.replaceAll('LS', '"L,S"').replaceAll('p0', '"p""0"');
const NODES = 'sn,cpu_milli,memory_mib,gpu,model\nn0,32000,262144,0,\nn1,96000,393216,8,G2\n';
const LOG = `; Version: 2.2\n;\n  1 0 -1 1451 128 -1 -1 -1 -1 -1 1 1 1 1 -1 -1 -1 -1\n  2 9.5 5 36 4 1 1024 8 60 2048 0 1 1 1 -1 -1 -1 -1\n`;
const CSV = 'start,end,cores,mem,gpu\n1,2,0.5,64,0\n2.5,,1,128.5,2\n,4,1,1,0.25\n';
const AZURE = {
  'flav_map.txt': '1,0.75 a\n1,1.75 b\n2,3.5 g\n',
  'v1.interval_map.txt': '0 0\n300 1\n600 2\n900 3\n1200 3\n',
  'v1.dev.txt': '300 a,|,b,b,|,\n600 g,|\n',
  'v1.dev.c900.txt': '300 U0,|,U1,C3,|,\n600 U2,|\n',
};
const DISTRIBUTION = JSON.stringify({
  format: 'stowage-distribution/1',
  name: 'day',
  source: 'a trace',
  licence: 'CC BY 4.0',
  measured: '2026-11-22',
  notes: ['none'],
  window: { fromMs: 0, toMs: 6000 },
  binMs: 3000,
  sizes: [{ cpu: '500m', memory: '1792MiB' }],
  lifetimes: [
    { fromMs: 0, toMs: 300 },
    { fromMs: 300, toMs: null },
  ],
  counts: [
    [0, 0, 0, 3],
    [1, 0, 1, 2],
  ],
});

describe('mutated files are read or refused with an InputError', { timeout: TIMEOUT_MS }, () => {
  test('openb pods', () =>
    fuzz([PODS, QUOTED_PODS, gzipSync(PODS)], (bytes) => readSound('openb', write('pods', bytes))));

  test('openb nodes', () => fuzz([NODES, gzipSync(NODES)], (bytes) => readOpenbNodes(write('nodes', bytes))));

  test('swf', () => fuzz([LOG, gzipSync(LOG)], (bytes) => readSound('swf', write('log', bytes))));

  test('csv', () =>
    fuzz([CSV, CSV.replace('mem', '"mem"')], (bytes) => readSound('csv', write('csv', bytes))));

  test('azure-2017', async () => {
    mkdirSync(`${folder}/azure`);
    const files = Object.entries(AZURE);
    for (const [name, text] of files) write(`azure/${name}`, text);
    await fuzz(Object.values(AZURE), async (bytes, which) => {
      const [name, text] = files[which]!;
      write(`azure/${name}`, bytes);
      try {
        await readSound('azure-2017', `${folder}/azure`);
      } finally {
        write(`azure/${name}`, text);
      }
    });
  });

  test('distributions', () => fuzz([DISTRIBUTION], (bytes) => readDistribution('file', bytes)));
});
