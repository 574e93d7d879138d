import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

/** The command line as a process, as its users know it. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const TINY = join(ROOT, 'scenarios/tiny/scenario.yaml');

/** How a process ended and what it said. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `stowage ARGS` to its end. */
export function stowage(args: readonly string[], { cwd, input, env }: SpawnOptions = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli(), ...args], {
    cwd: cwd ?? ROOT,
    env: environment(env),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...(input === undefined ? {} : { input }),
  });
  return { code: status, stdout, stderr };
}

/** Runs a line of bash in which `stowage` is the command; answers as bash does. */
export function shell(line: string, { cwd, env }: SpawnOptions = {}): Outcome {
  const script = `set -o pipefail; stowage() { "${process.execPath}" "${cli()}" "$@"; }; ${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: cwd ?? ROOT,
    env: environment(env),
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

/** Starts `stowage ARGS` and does not wait. */
export function start(
  args: readonly string[],
  cwd: string,
): { child: ChildProcess; ended: Promise<Outcome> } {
  const child = spawn(process.execPath, [cli(), ...args], { cwd, env: environment() });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      texts[name] += chunk;
    });
  }
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ code, ...texts }));
  });
  return { child, ended };
}

/** Resolves when the process has said something on stderr that matches. */
export function said(child: ChildProcess, pattern: RegExp): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (chunk: string) => {
      text += chunk;
      if (pattern.test(text)) resolve();
    });
    child.on('close', () => reject(new Error(`ended without saying ${pattern}: ${text}`)));
  });
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder, removed after the tests of the file; `files` are written into it. */
export function freshFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-cli-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** Nothing of this machine's settings, but what Node needs. */
function environment(env: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  const kept = { PATH, HOME, TMPDIR, SystemRoot, LC_ALL: 'C.UTF-8' };
  const defined = Object.entries(kept).filter((entry) => entry[1] !== undefined);
  return { ...Object.fromEntries(defined), ...env };
}

let builtCli: string | undefined;

/** dist/cli.js if it is as new as the sources, as in `npm test`; else a build of the test's own, made once. */
function cli(): string {
  builtCli ??= upToDate(join(ROOT, 'dist')) ? join(ROOT, 'dist/cli.js') : privateBuild();
  return builtCli;
}

function upToDate(dist: string): boolean {
  const stamp = join(dist, '.built');
  return existsSync(stamp) && statSync(stamp).mtimeMs >= newestSourceMs();
}

function newestSourceMs(): number {
  const entries = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return Math.max(...entries.map((name) => statSync(join(ROOT, 'src', name)).mtimeMs));
}

/** Appears whole under a name of its own, so that test files that run at once do not meet. */
function privateBuild(): string {
  const cache = join(ROOT, 'node_modules/.cache/stowage-cli');
  const home = join(cache, String(newestSourceMs()));
  if (!existsSync(home)) {
    removeOldBuilds(cache);
    const partial = `${home}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    for (const name of ['package.json', 'data', 'schema', 'templates']) {
      symlinkSync(join(ROOT, name), join(partial, name));
    }
    const tsc = join(ROOT, 'node_modules/typescript/lib/tsc.js');
    spawnSync(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.json'), '--outDir', join(partial, 'dist')]);
    try {
      renameSync(partial, home);
    } catch {
      // Another test file was faster.
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return join(home, 'dist/cli.js');
}

/** Builds of yesterday's sources: nobody uses them any more. */
function removeOldBuilds(cache: string): void {
  if (!existsSync(cache)) return;
  for (const name of readdirSync(cache)) {
    const build = join(cache, name);
    if (Date.now() - statSync(build).mtimeMs > 86_400_000) rmSync(build, { recursive: true, force: true });
  }
}
