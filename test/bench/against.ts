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

/**
 * The source of another commit with the benches of this one, in a folder that `close` removes: both are asked the same
 * questions. Throws when git does not know the commit.
 */
export function checkOut(revision: string): { readonly folder: string; close(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-against-'));
  const tree = join(folder, 'tree');
  git('worktree', 'add', '--detach', '--quiet', tree, revision);
  symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
  for (const part of ['bench', 'support'])
    cpSync(join('test', part), join(tree, 'test', part), { recursive: true });
  // Some rows start the command line. The packages are ours: nothing may be installed there.
  const script = "import { build } from './scripts/prepare.mjs'; await build({ force: true });";
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: tree,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${revision} cannot be built: ${stderr.trim()}`);
  return {
    folder: tree,
    close() {
      git('worktree', 'remove', '--force', tree);
      rmSync(folder, { recursive: true, force: true });
    },
  };
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
