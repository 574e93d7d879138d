// How long a large merge takes: node scripts/measure-merge.mjs [RUNS] [postgres://… | none]. Makes the records of RUNS runs
// with 50 metrics each (a million if not said) as part files and as rows of a database, and merges each; the database is
// one of its own if no other is named. What docs/sweeps.md says of merging comes from here.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './typescript.mjs';
import { prepare, root } from './prepare.mjs';

const [, , runsText = '1000000', given] = process.argv;
const load = (path) => import(`../src/${path}.ts`);
const { VERSION } = await load('cli/version');
const { makeSweepPlan, openSweep } = await load('experiment/sweep/sweep-plan');
const { writePart, makePartsFolder } = await load('experiment/sweep/part-files');
const { encodeRecord } = await load('experiment/sweep/record');
const { openResultTable } = await load('experiment/sweep/queue/result-table');
const { parseQueueAddress } = await load('experiment/sweep/queue/queue-address');
const { METRIC_NAMES } = await load('model/metrics');

const SEEDS = 20;
const CHUNK_RUNS = 200;
const metrics = METRIC_NAMES.slice(0, 50);
const points = Math.ceil(Number(runsText) / SEEDS);
const sweep = openSweep(makeSweepPlan(sweepInput(), CHUNK_RUNS));
const { plan } = sweep;

await prepare();
const folder = mkdtempSync(join(tmpdir(), 'stowage-merge-'));
try {
  await withFiles();
  if (given !== 'none') await withDatabase();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function sweepInput() {
  return {
    engineVersion: VERSION,
    catalogue: { id: 'none', date: '2026-01-01' },
    scenario: { name: 'merge', file: 'merge.yaml', content: '', planHash: '' },
    ...{ sets: [], prices: null, checks: [], runsCode: false },
    design: { kind: 'grid' },
    parameters: [`fleet[0].size.max=1..${points}`],
    platforms: ['platform'],
    seeds: `1..${SEEDS}`,
  };
}

async function withFiles() {
  const started = performance.now();
  writeFileSync(join(folder, 'plan.json'), JSON.stringify(plan));
  makePartsFolder(folder);
  for (const [range, lines] of chunks()) writePart(folder, range, lines);
  console.log(`${plan.runs} records of ${metrics.length} metrics as files: ${secondsSince(started)} s`);
  await merge('from files', [folder]);
  await merge('from files, all metrics in the answer', [folder, '--metrics', metrics.join(',')]);
}

async function withDatabase() {
  const server =
    given === undefined ? await (await import('../test/support/postgres.ts')).startPostgres() : null;
  try {
    const url = server?.url ?? given;
    const started = performance.now();
    const table = await openResultTable(parseQueueAddress(url, 'URL'), plan.hash);
    for (const [range, lines] of chunks()) await table.keep(range, lines);
    await table.close();
    console.log(`the same in PostgreSQL, over one connection: ${secondsSince(started)} s`);
    await merge('from PostgreSQL', [join(folder, 'plan.json'), '--results', url]);
  } finally {
    await server?.stop();
  }
}

function* chunks() {
  for (let chunk = 0; chunk < sweep.chunks.count; chunk++) {
    const range = sweep.chunks.at(chunk);
    yield [range, Array.from({ length: range.last - range.first + 1 }, (_, at) => lineOf(range.first + at))];
  }
}

/** As long as the record of a real run, and as hard to pack. */
function lineOf(index) {
  const { point, seed, platform } = sweep.placeOf(index);
  const values = Object.fromEntries(sweep.valuesAt(point));
  return encodeRecord({
    ...{ index, point, values, platform, seed, planHash: plan.hash },
    fingerprint: (index * 2_654_435_761).toString(16).padStart(16, '0'),
    passed: true,
    metrics: Object.fromEntries(metrics.map((name, metric) => [name, Math.sqrt(index * 50 + metric + 2)])),
  });
}

/** `stowage sweep merge` in a process of its own, which says what it took. */
function merge(what, words) {
  const tell = "process.on('exit', () => console.error('usage ' + JSON.stringify(process.resourceUsage())))";
  const started = performance.now();
  const child = spawn(process.execPath, [
    ...['--import', `data:text/javascript,${encodeURIComponent(tell)}`, join(root, 'dist/cli.js')],
    ...['sweep', 'merge', ...words, '--out', join(folder, 'all.ndjson'), '--force'],
  ]);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  child.stdout.resume();
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`exit code ${code}: ${said}`));
      const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(/^usage (.*)$/m.exec(said)[1]);
      const cpu = ((userCPUTime + systemCPUTime) / 1e6).toFixed(1);
      console.log(`${what}: ${secondsSince(started)} s, ${cpu} s of CPU, ${Math.round(maxRSS / 1024)} MiB`);
      resolve();
    });
  });
}

function secondsSince(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
