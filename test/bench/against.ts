import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { middle, type Row } from './bench.ts';

/** A row here and there, measured by turns. */
export interface Comparison {
  readonly here: Row;
  readonly there: Row;
  /** Time there over time here, of processor time: above 1 is faster here. */
  readonly speedUp: number;
  readonly sameAnswer: boolean;
}

export interface OtherCommit {
  readonly folder: string;
  /** Its source lacks what the benches here ask for: it runs its own, which may lack rows or ask other questions. */
  readonly hasOwnBenches: boolean;
  close(): void;
}

const PARTS = ['bench', 'support'];

/**
 * The source of another commit with the benches of this one, in a folder that `close` removes: both are asked the same
 * questions, where its source can answer them. Throws when git does not know the commit, or it has no benches.
 */
export function checkOut(revision: string): OtherCommit {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-against-'));
  const tree = join(folder, 'tree');
  const close = () => {
    git('worktree', 'remove', '--force', tree);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    git('worktree', 'add', '--detach', '--quiet', tree, revision);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  try {
    return { folder: tree, hasOwnBenches: prepare(tree, revision), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Makes it ready to run; true when it keeps its own benches. */
function prepare(tree: string, revision: string): boolean {
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
  // Some rows start the command line. The packages are ours: nothing may be installed there.
  const script = "import { build } from './scripts/prepare.mjs'; await build({ force: true });";
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: tree,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${revision} cannot be built: ${stderr.trim()}`);
  for (const part of PARTS) cpSync(join('test', part), join(tree, 'test', part), { recursive: true });
  if (listsItsRows(tree)) return false;
  const folders = PARTS.map((part) => join('test', part));
  git('-C', tree, 'clean', '--force', '-d', '--quiet', '--', ...folders);
  git('-C', tree, 'checkout', '--quiet', '--', ...folders);
  if (!listsItsRows(tree)) throw new Error(`${revision} has no benches that run`);
  return true;
}

function listsItsRows(tree: string): boolean {
  const script = ['--import', './scripts/typescript.mjs', 'test/bench/run.ts', '--list'];
  return spawnSync(process.execPath, script, { cwd: tree, encoding: 'utf8' }).status === 0;
}

/** Measures by turns, so that what else goes on in the machine meets both alike. */
export function compare(runs: number, there: string, measureIn: (folder: string) => Row): Comparison {
  const rows = { here: [] as Row[], there: [] as Row[] };
  for (let turn = 0; turn < runs; turn++) {
    rows.there.push(measureIn(there));
    rows.here.push(measureIn('.'));
  }
  const middleRow = (all: readonly Row[]): Row => {
    const seconds = middle(all.map(({ cpuSeconds }) => cpuSeconds));
    return all.find(({ cpuSeconds }) => cpuSeconds === seconds)!;
  };
  const [here, other] = [middleRow(rows.here), middleRow(rows.there)];
  return {
    here,
    there: other,
    speedUp: other.cpuSeconds / here.cpuSeconds,
    sameAnswer: other.checksum === here.checksum,
  };
}

function git(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr.trim()}`);
}
