import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Diagnostic, InputError, InvariantError } from '../../src/errors.ts';
import type { RunResult, TaskRow } from '../../src/experiment/result.ts';
import { type ResultMeta, readResult, writeResult } from '../../src/experiment/result-directory.ts';
import { ECS_BINPACK, KUBERNETES, sampleRun } from '../support/results.ts';

const META: ResultMeta = {
  engineVersion: '0.1.0',
  reproduce: 'stowage run shop.yaml --seed 42 --platform ecs-binpack',
  startEpochMs: 1_772_409_600_000, // 2026-03-02T00:00:00Z
  plan: { version: 1, name: 'shop' },
  timing: { wallMs: 812, node: 'v20.19.0', os: 'linux x64', folder: '/home/ada/shop' },
};

const FILES = [
  'costs.csv.gz',
  'manifest.json',
  'nodes.csv.gz',
  'plan.json',
  'summary.json',
  'tasks.csv.gz',
  'timeseries.csv.gz',
  'timing.json',
];

/** A result small enough to damage at many places. */
const SMALL = shorten(sampleRun(ECS_BINPACK), 3);

function shorten(run: RunResult, rows: number): RunResult {
  const tasks = [...run.tasks()].slice(0, rows);
  return {
    summary: run.summary,
    series: { ...run.series, rows: run.series.rows.slice(0, rows) },
    instances: run.instances.slice(0, rows),
    tasks: () => tasks,
  };
}

/** A result as data, so that two can be compared. */
function flat(result: RunResult) {
  return { ...result, tasks: [...result.tasks()] };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'result-directory-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function codeOf(action: () => unknown): Promise<string | undefined> {
  try {
    await action();
  } catch (error) {
    if (error instanceof InputError) return error.diagnostics[0]?.code;
    throw error;
  }
  return undefined;
}

test('readResult() gives back what writeResult() was given, tasks as often as asked', async () => {
  const directory = join(folder, 'out', 'shop', 'kubernetes', 'seed=42');
  const run = sampleRun(KUBERNETES);
  await writeResult(directory, run, META);
  const { result, meta } = readResult(directory);
  expect(flat(result)).toEqual(flat(run));
  expect([...result.tasks()]).toEqual([...run.tasks()]);
  expect(meta).toEqual(META);
  expect(readdirSync(directory).sort()).toEqual(FILES);
  expect(readdirSync(join(folder, 'out', 'shop', 'kubernetes'))).toEqual(['seed=42']);
});

test('readResult() gives back names that look like formulas, quotes, line ends and other alphabets', async () => {
  const names = ['=1+1', "'=1+1", 'a,b', 'a"b', 'a\nb', 'a\r\nb', '', ' blank ', '中文', "''", '-5'];
  const tasks = names.map((task): TaskRow => ({ ...[...SMALL.tasks()][0]!, task, group: task }));
  await writeResult(join(folder, 'r'), { ...SMALL, tasks: () => tasks }, META);
  expect([...readResult(join(folder, 'r')).result.tasks()]).toEqual(tasks);
});

test('readResult() gives back GPUs by device, and since when an instance drained', async () => {
  const [row] = [...SMALL.tasks()];
  const held = [
    [0, 0],
    [0.25, 0b1],
    [2, 0b1000_0000_0000_0010],
  ] as const;
  const tasks = held.map(([gpus, gpuMask]): TaskRow => ({ ...row!, gpus, gpuMask }));
  const instances = [null, 0, 1234].map((drainingMs) => ({ ...SMALL.instances[0]!, gpus: 16, drainingMs }));
  await writeResult(join(folder, 'r'), { ...SMALL, instances, tasks: () => tasks }, META);
  const { result } = readResult(join(folder, 'r'));
  expect([...result.tasks()]).toEqual(tasks);
  expect(result.instances).toEqual(instances);
  const table = gunzipSync(readFileSync(join(folder, 'r', 'tasks.csv.gz'))).toString();
  expect(table).toContain(',2,1 15,');
});

test('readResult() reads tables longer than one batch, in order', async () => {
  const [row] = [...SMALL.tasks()];
  const tasks = Array.from({ length: 7000 }, (_, index) => ({ ...row!, task: `"quoted"\n${index}` }));
  await writeResult(join(folder, 'r'), { ...SMALL, tasks: () => tasks }, META);
  expect([...readResult(join(folder, 'r')).result.tasks()]).toEqual(tasks);
});

test('writeResult() writes equal bytes for equal runs, timing apart', async () => {
  await writeResult(join(folder, 'a'), SMALL, META);
  await writeResult(join(folder, 'b'), SMALL, { ...META, timing: { ...META.timing, wallMs: 1 } });
  for (const name of FILES) {
    const same = readFileSync(join(folder, 'a', name)).equals(readFileSync(join(folder, 'b', name)));
    expect({ name, same }).toEqual({ name, same: name !== 'timing.json' });
  }
});

test('writeResult() names no time and no system in compressed files', async () => {
  await writeResult(join(folder, 'a'), SMALL, META);
  // RFC 1952: magic 1f 8b, method 8, no flags, four bytes of time, extra flags, system 255 = unknown.
  expect([...readFileSync(join(folder, 'a', 'tasks.csv.gz')).subarray(0, 10)]).toEqual([
    0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255,
  ]);
});

test('writeResult() writes times in seconds and as instants, under names with units', async () => {
  await writeResult(join(folder, 'a'), SMALL, META);
  const text = gunzipSync(readFileSync(join(folder, 'a', 'nodes.csv.gz'))).toString();
  // Instance 0: requested at 0, running after 25 s, ready after 70.123 s, ended with the horizon of 7 days.
  expect(text.split('\n').slice(0, 2)).toEqual([
    'instance,instance_group,instance_type,zone,cpu_millicores,memory_mib,cpu_allocatable_millicores,memory_allocatable_mib,gpus,requested_s,requested_at,running_s,running_at,ready_s,ready_at,draining_s,draining_at,ended_s,ended_at,billed_s,cost_usd,cpu_utilisation_ratio',
    'i-0000,burst,c6i.2xlarge,us-east-1a,8000,16384,7900,15000,0,0,2026-03-02T00:00:00.000Z,25,2026-03-02T00:00:25.000Z,70.123,2026-03-02T00:01:10.123Z,,,604800,2026-03-09T00:00:00.000Z,604800,32.256,0.787',
  ]);
});

test('writeResult() refuses what exists with E4003, and replaces a result with force', async () => {
  const directory = join(folder, 'r');
  await writeResult(directory, SMALL, META);
  const other = shorten(sampleRun(KUBERNETES), 2);
  expect(await codeOf(() => writeResult(directory, other, META))).toBe('E4003');
  expect(flat(readResult(directory).result)).toEqual(flat(SMALL));
  await writeResult(directory, other, META, { force: true });
  expect(flat(readResult(directory).result)).toEqual(flat(other));
  expect(readdirSync(folder)).toEqual(['r']);
});

test('writeResult() fills an empty directory, and never replaces one that holds no result', async () => {
  mkdirSync(join(folder, 'empty'));
  await writeResult(join(folder, 'empty'), SMALL, META);
  mkdirSync(join(folder, 'home'));
  writeFileSync(join(folder, 'home', 'thesis.tex'), 'precious');
  writeFileSync(join(folder, 'file'), 'precious');
  for (const name of ['home', 'file']) {
    expect(await codeOf(() => writeResult(join(folder, name), SMALL, META, { force: true }))).toBe('E4003');
  }
  expect(readFileSync(join(folder, 'home', 'thesis.tex'), 'utf8')).toBe('precious');
});

test('writeResult() leaves nothing behind when the run fails half way, and passes the bug on', async () => {
  const failing: RunResult = {
    ...SMALL,
    *tasks() {
      yield* SMALL.tasks();
      throw new InvariantError('half way');
    },
  };
  await expect(writeResult(join(folder, 'r'), failing, META)).rejects.toThrow(InvariantError);
  expect(readdirSync(folder)).toEqual([]);
});

test('writeResult() reports a parent that is a file as E4002', async () => {
  writeFileSync(join(folder, 'file'), '');
  expect(await codeOf(() => writeResult(join(folder, 'file', 'r'), SMALL, META))).toBe('E4002');
});

test('readResult() names a result in a folder of results, and tells it from a missing and an empty one', async () => {
  const inner = join(folder, 'out', 'shop', 'ecs');
  for (const seed of [1, 2]) await writeResult(join(inner, `seed=${seed}`), SMALL, META);
  mkdirSync(join(folder, 'empty'));
  const said = (path: string) => {
    try {
      readResult(path);
    } catch (error) {
      const [{ code, message, hint }] = (error as InputError).diagnostics as [Diagnostic];
      return `${code} ${message.replace(path, 'IT')} (${hint?.replace(inner, 'IN')})`;
    }
    return 'nothing';
  };
  const made = 'a result is what `stowage run FILE --out FOLDER` writes';
  expect(said(join(folder, 'missing'))).toBe(`E4001 Cannot read IT: there is no such directory (${made})`);
  expect(said(join(folder, 'empty'))).toBe(`E4001 Cannot read IT: it holds no result (${made})`);
  expect(said(join(folder, 'out'))).toBe(
    'E4001 Cannot read IT: it is a folder of results, not one of them (name IN/seed=1, one of 2 in it)',
  );
});

test.each(FILES)('readResult() refuses a directory without %s with E4004', async (name) => {
  await writeResult(join(folder, 'r'), SMALL, META);
  rmSync(join(folder, 'r', name));
  expect(await codeOf(() => readResult(join(folder, 'r')))).toBe('E4004');
});

// Every place a write can stop: every byte of the small files, a prime stride through the summary.
test.each(FILES)('readResult() never accepts a truncated %s and always throws E4004', async (name) => {
  const directory = join(folder, 'r');
  await writeResult(directory, SMALL, META);
  const path = join(directory, name);
  const whole = readFileSync(path);
  // A JSON text without its last line end is whole.
  const end = name === 'timing.json' || name === 'manifest.json' ? whole.length - 1 : whole.length;
  const accepted: number[] = [];
  for (let length = 0; length < end; length += name === 'summary.json' ? 7 : 1) {
    writeFileSync(path, whole.subarray(0, length));
    if ((await codeOf(() => readResult(directory))) !== 'E4004') accepted.push(length);
  }
  expect(accepted).toEqual([]);
});

test('readResult() either refuses a damaged byte with E4004 or returns the very same result', async () => {
  const directory = join(folder, 'r');
  await writeResult(directory, SMALL, META);
  const originals = new Map(FILES.map((name) => [name, readFileSync(join(directory, name))]));
  const expected = flat(SMALL);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FILES),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (name, at, flip) => {
        const bytes = Buffer.from(originals.get(name)!);
        bytes[at % bytes.length]! ^= flip;
        writeFileSync(join(directory, name), bytes);
        try {
          expect(flat(readResult(directory).result)).toEqual(expected);
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.diagnostics[0]?.code).toBe('E4004');
        } finally {
          writeFileSync(join(directory, name), originals.get(name)!);
        }
      },
    ),
    { seed: 1, numRuns: 400 },
  );
});

/** Forges a file together with the checksums that vouch for it. */
function forge(directory: string, name: string, content: string): void {
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'));
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const bytes = Buffer.byteLength(content);
  const { sha256: _old, ...rest } = manifest;
  rest.files = rest.files.map((file: { name: string }) =>
    file.name === name ? { name, bytes, sha256: hash(content) } : file,
  );
  writeFileSync(join(directory, name), name.endsWith('.gz') ? gzipSync(content) : content);
  writeFileSync(
    join(directory, 'manifest.json'),
    JSON.stringify({ ...rest, sha256: hash(JSON.stringify(rest)) }),
  );
}

const TASK_HEADER =
  'task,task_group,attempt,cpu_millicores,memory_mib,submitted_s,submitted_at,placed_s,placed_at,running_s,running_at,ended_s,ended_at,instance,outcome';

test.each([
  { what: 'another header', name: 'tasks.csv.gz', content: 'task,when\n' },
  { what: 'a missing cell', name: 'tasks.csv.gz', content: `${TASK_HEADER}\na,b,1\n` },
  { what: 'a word for a number', name: 'tasks.csv.gz', content: `${TASK_HEADER}\na,b,one,1,1,0,,,,,,,,,\n` },
  { what: 'Infinity', name: 'tasks.csv.gz', content: `${TASK_HEADER}\na,b,1,Infinity,1,0,,,,,,,,,\n` },
  { what: 'an open quote', name: 'tasks.csv.gz', content: `${TASK_HEADER}\n"a,b,1,1,1,0,,,,,,,,,\n` },
  { what: 'a summary of another shape', name: 'summary.json', content: '{"schemaVersion":1}' },
  { what: 'a summary nested too deep', name: 'summary.json', content: deepSummary(100_000) },
])('readResult() refuses $what in $name although the checksum fits', async ({ name, content }) => {
  const directory = join(folder, 'r');
  await writeResult(directory, SMALL, META);
  forge(directory, name, content);
  expect(await codeOf(() => [...readResult(directory).result.tasks()])).toBe('E4004');
});

function deepSummary(depth: number): string {
  const open = '{"name":"n","usd":0,"detail":"","children":[';
  const tree = `${open.repeat(depth)}${']}'.repeat(depth)}`;
  const { tree: _tree, ...cost } = SMALL.summary.cost;
  return JSON.stringify({ ...SMALL.summary, cost }).replace('"cost":{', `"cost":{"tree":${tree},`);
}

test('readResult() refuses a file that expands beyond the size in the manifest', async () => {
  const directory = join(folder, 'r');
  await writeResult(directory, SMALL, META);
  writeFileSync(join(directory, 'tasks.csv.gz'), gzipSync(Buffer.alloc(1 << 24)));
  expect(await codeOf(() => readResult(directory))).toBe('E4004');
});

test('a result directory can be moved and copied', async () => {
  await writeResult(join(folder, 'r'), SMALL, META);
  cpSync(join(folder, 'r'), join(folder, 'copy'), { recursive: true });
  rmSync(join(folder, 'r'), { recursive: true });
  expect(flat(readResult(join(folder, 'copy')).result)).toEqual(flat(SMALL));
  expect(existsSync(join(folder, 'r'))).toBe(false);
});
