// node scripts/sweep-kills.mjs [KILLS]: kills a sweep with SIGKILL at random moments and lets it go on, again and again;
// its results must be those of a sweep that nobody disturbed. Ends with exit code 1 if they are not.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const kills = Number(process.argv[2] ?? 20);
const cli = join(root, 'dist', 'cli.js');
const scenario = join(root, 'scenarios/tiny/scenario.yaml');
const sweep = (out) => [
  ...[cli, 'sweep', 'run', scenario, '--param', 'fleet[0].size.max=1..20', '--seeds', '1..20'],
  ...['--chunk', '20', '--jobs', '2', '--progress', 'none', '--out', out],
];

prepare();
const folder = mkdtempSync(join(tmpdir(), 'stowage-kills-'));
try {
  const startedMs = Date.now();
  const expected = finished('calm');
  const wholeMs = Date.now() - startedMs;
  let killed = 0;
  for (let kill = 0; kill < kills; kill++) {
    // Early enough that the last kills still meet a sweep at work.
    const afterMs = Math.round((Math.random() * wholeMs * 2) / kills) + 300;
    if (await killedAfter(afterMs)) killed += 1;
  }
  const got = finished('killed');
  console.log(`${killed} of ${kills} kills met a sweep at work; results ${got}`);
  if (got !== expected) {
    console.error(`expected ${expected}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs to the end; the hash of the results. */
function finished(out) {
  const { status, stdout, stderr } = spawnSync(process.execPath, sweep(out), {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  return /^results ([0-9a-f]{64})$/m.exec(stdout)[1];
}

function killedAfter(afterMs) {
  const child = spawn(process.execPath, sweep('killed'), { cwd: folder, stdio: 'ignore' });
  const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
  return new Promise((resolve) => {
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}
