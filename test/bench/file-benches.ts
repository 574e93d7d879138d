import { traceColumns } from '../support/trace-columns.ts';
import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { runInflation } from '../../src/experiment/inflation.ts';
import { typicalPods, type TypicalPod } from '../../src/experiment/typical-pods.ts';
import { readAzure2017 } from '../../src/io/traces/azure-2017.ts';
import { readCsvTrace } from '../../src/io/traces/csv.ts';
import { readOpenbNodes, readOpenbRequests } from '../../src/io/traces/openb.ts';
import type { TraceChoice } from '../../src/io/traces/trace-sink.ts';
import type { Scheduler } from '../../src/schedulers/scheduler.ts';
import type { Bench } from './bench.ts';

/** Rows that read files or start processes. */

const TRACES = process.env['STOWAGE_TRACES'];

function choiceOf(
  format: TraceChoice['format'],
  columns: Readonly<Record<string, string>> = {},
): TraceChoice {
  return {
    format,
    window: null,
    sample: 1,
    timeScale: 1,
    runtimeScale: 1,
    departures: 'trace',
    columns: new Map(Object.entries(columns)),
  };
}

const NOT_SET = () => (TRACES === undefined ? 'STOWAGE_TRACES is not set' : undefined);

const importAzure: Bench = {
  suite: 'import-azure',
  workload: 'Azure VM arrivals of 2017, whole trace',
  policy: 'azure-2017',
  n: 1,
  unit: 'rows/s',
  missing: NOT_SET,
  prepare: () => () => async () => {
    const folder = join(TRACES!, 'azure-2017-vm-arrivals');
    const table = await readAzure2017(folder, choiceOf('azure-2017'), () => 0.5);
    return {
      work: table.length,
      checksum: `${table.length}/${traceColumns(table).submitMs.at(-1)}/${table.shapes.length}`,
    };
  },
};

/** The smallest scenario as a user starts it: from the start of the process to its end, or to its first event. */
function startUp(policy: 'whole run' | 'first event'): Bench {
  return {
    suite: 'start-up',
    workload: 'stowage run scenarios/tiny',
    policy,
    n: 1,
    unit: 'runs/s',
    prepare: () => () => () => {
      const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
      const args = ['dist/cli.js', 'run', 'scenarios/tiny/scenario.yaml', '--out', join(folder, 'out')];
      const hook = ['--import', './test/bench/first-event.mjs'];
      const { status, stderr } = spawnSync(process.execPath, [...hook, ...args], { encoding: 'utf8' });
      rmSync(folder, { recursive: true });
      if (status !== 0) throw new Error(stderr);
      const told = new RegExp(`^${policy} (\\S+) (\\S+)$`, 'm').exec(stderr);
      if (told === null) throw new Error(`nobody saw the ${policy}`);
      return { work: 1, checksum: String(status), seconds: Number(told[1]), cpuSeconds: Number(told[2]) };
    },
  };
}

/** A million rows of 59 bytes; four of eight columns are wanted. Bytes are those before packing. */
const importCsv = (policy: 'plain' | 'gzip' | 'epoch times'): Bench => ({
  suite: 'import-csv',
  workload: 'a million rows in 59 MB',
  policy,
  n: 1_000_000,
  unit: 'bytes/s',
  check: policy === 'epoch times' ? '1000000/9496138000/16' : '1000000/10496155000/16',
  prepare: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true }));
    const file = join(folder, 'trace.csv');
    const bytes = await writeCsv(file);
    if (policy === 'gzip') writeFileSync(file, gzipSync(readFileSync(file)));
    const clock = policy === 'epoch times' ? 'epoch-s' : 's';
    const choice = choiceOf('csv', {
      submit: `submit_time:${clock}`,
      end: `end_time:${clock}`,
      cpu: 'cores:vcpu',
      memory: 'mem_gib:GiB',
    });
    return () => async () => {
      const table = await readCsvTrace(file, choice, () => 0.5);
      return {
        work: bytes,
        checksum: `${table.length}/${traceColumns(table).submitMs.at(-1)}/${table.shapes.length}`,
      };
    };
  },
});

async function writeCsv(file: string): Promise<number> {
  const out = createWriteStream(file);
  let text = 'job_id,user,submit_time,end_time,cores,mem_gib,status,node\n';
  let x = 20260102;
  const next = () => {
    x = (48_271 * x) % 2_147_483_647;
    return x;
  };
  let atS = 0;
  for (let row = 0; row < 1_000_000; row++) {
    atS += next() % 20;
    const times = `${1e6 + atS},${1e6 + atS + 60 + (next() % 100_000)}`;
    const size = `${1 << (next() & 3)},${2 << (next() & 3)}`;
    text += `job-${row},user${next() % 1000},${times},${size},COMPLETED,node-${next() % 5000}\n`;
    if (text.length < 1e6) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'close');
  return out.bytesWritten;
}

/** The published experiment of the openb trace, its own policy, one seed. The policies import the built package. */
const openbFgd: Bench = {
  suite: 'openb-fgd',
  workload: 'openb, default pods up to 130 % of the GPUs, seed 42',
  policy: 'fgd',
  n: 1213,
  unit: 'runs/s',
  missing: () => NOT_SET() ?? (existsSync('dist/index.js') ? undefined : 'there is no dist/: npm run build'),
  prepare: async () => {
    const file = (name: string) => join(TRACES!, 'alibaba-gpu-2023-openb', `openb_${name}.csv.gz`);
    const nodes = await readOpenbNodes(file('node_list_gpu_node'));
    const pods = await readOpenbRequests(file('pod_list_default'));
    const typical = typicalPods(pods);
    const policies = (await import(pathToFileURL(resolve('scenarios/gpu-sharing/policies.ts')).href)) as {
      readonly POLICIES: readonly { readonly plugin: { readonly name: string } }[];
      schedulerOf(policy: unknown, ties: 'first', typical: readonly TypicalPod[]): Scheduler;
    };
    const fgd = policies.POLICIES.at(-1);
    return () => () => {
      const scheduler = policies.schedulerOf(fgd, 'first', typical);
      const options = {
        nodes,
        pods,
        scheduler,
        seed: 42,
        nodeOrder: 'random',
        atPercents: [100, 130],
      } as const;
      const { allocatedPercents } = runInflation(options);
      return { work: 1, checksum: allocatedPercents.join('/') };
    };
  },
};

export const FILE_BENCHES: readonly Bench[] = [
  startUp('whole run'),
  startUp('first event'),
  importAzure,
  importCsv('plain'),
  importCsv('gzip'),
  importCsv('epoch times'),
  openbFgd,
];
