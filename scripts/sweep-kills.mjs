// node scripts/sweep-kills.mjs [KILLS]: one sweep of 1,000 runs, carried out in every way there is: by one worker and by two,
// in 3 and in 16 shards, and killed with SIGKILL at random moments again and again. All results must be the same bytes.
// Ends with exit code 1 if they are not.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

/** As small as a world can be: a thousand of them take seconds. Runtimes are drawn, so that seeds differ. */
const SCENARIO = `
version: 1
name: speck
seed: 1
start: 2026-03-01T00:00:00Z
horizon: 10m
region: us-east-1
fleet: [{ name: pool, type: m5.large, zones: [us-east-1a], size: { min: 1, max: 1 }, boot: 20s }]
templates: { worker: { cpu: 1, memory: 1GiB, startup: 0s } }
workload:
  jobs: [{ name: short, template: worker, arrivals: { at: [1m] }, count: 3, runtime: { exponential: { mean: 29s } } }]
platforms: [{ name: plain, kind: bare, scheduler: best-fit }]
`;
const PLAN = ['--param', 'workload.jobs[0].count=1..10', '--seeds', '1..100', '--chunk', '25'];
const QUIET = ['--progress', 'none'];

const kills = Number(process.argv[2] ?? 20);
const cli = join(root, 'dist', 'cli.js');
await prepare();
const folder = mkdtempSync(join(tmpdir(), 'stowage-kills-'));
try {
  writeFileSync(join(folder, 'speck.yaml'), SCENARIO);
  const startedMs = Date.now();
  const expected = resultsOf(stowage(run('calm', 2)));
  const wholeMs = Date.now() - startedMs;
  console.log(`2 workers          ${expected}`);
  const same = [check('1 worker', resultsOf(stowage(run('alone', 1))), expected)];
  for (const count of [3, 16]) same.push(check(`${count} shards`, resultsOf(inShards(count)), expected));
  let killed = 0;
  for (let kill = 0; kill < kills; kill++) {
    // Anywhere from its start on; early enough that the last kills still meet a sweep at work.
    if (await killedAfter(200 + Math.round((Math.random() * wholeMs * 2) / kills))) killed += 1;
  }
  same.push(check(`${killed} of ${kills} kills`, resultsOf(stowage(run('killed', 2))), expected));
  if (same.includes(false) || killed < kills / 2) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(out, jobs) {
  return ['sweep', 'run', 'speck.yaml', ...PLAN, ...QUIET, '--jobs', String(jobs), '--out', out];
}

function inShards(count) {
  const plan = `plan-${count}.json`;
  stowage(['sweep', 'plan', 'speck.yaml', ...PLAN, '--out', plan]);
  const parts = Array.from({ length: count }, (_, index) => `shard-${index}-of-${count}`);
  parts.forEach((out, index) => {
    stowage(['sweep', 'work', plan, ...QUIET, '--jobs', '1', '--shard', `${index}/${count}`, '--out', out]);
  });
  return stowage(['sweep', 'merge', ...parts]);
}

function stowage(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`stowage ${args.join(' ')}: exit code ${status}: ${stderr}`);
  return stdout;
}

function resultsOf(stdout) {
  return /^results ([0-9a-f]{64})$/m.exec(stdout)[1];
}

function check(name, results, expected) {
  console.log(`${name.padEnd(18)} ${results}${results === expected ? '' : ' DIFFERS'}`);
  return results === expected;
}

function killedAfter(afterMs) {
  const child = spawn(process.execPath, [cli, ...run('killed', 2)], { cwd: folder, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  return new Promise((resolve) => {
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}
