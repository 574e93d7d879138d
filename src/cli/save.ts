import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { RunResult } from '../experiment/result.ts';
import { writeResult } from '../experiment/result-directory.ts';
import { writeFileAtomic } from '../io/atomic-files.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { VERSION } from './version.ts';

/** The command that makes the same result again, fit for pasting into a shell. */
export function reproduceLine(io: CommandIo): string {
  return ['stowage', ...io.commandLine].map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** `--out`: OUT/scenario/platform/seed=N. */
export async function saveResult(
  args: Arguments,
  io: CommandIo,
  prepared: PreparedScenario,
  result: RunResult,
  { reproduce, wallMs }: { readonly reproduce: string; readonly wallMs: number },
): Promise<void> {
  if (args['out'] === undefined) return;
  const { summary } = result;
  const folder = join(String(args['out']), summary.scenario, summary.platform.name, `seed=${summary.seed}`);
  await writeResult(
    resolve(io.workingDirectory, folder),
    result,
    {
      engineVersion: VERSION,
      reproduce,
      startEpochMs: prepared.plan.startEpochMs,
      timing: { wallMs, node: process.version, os: `${process.platform} ${process.arch}` },
    },
    { force: args['force'] === true },
  );
  io.note(`result: ${folder}`);
}

/** `--report`: one HTML page, `report.html` when no name is given. */
export function saveReport(args: Arguments, io: CommandIo, render: () => string): void {
  const { report } = args;
  if (report === undefined) return;
  saveText(report === '' ? 'report.html' : report, args, io, render, 'report');
}

export function saveText(
  file: unknown,
  args: Arguments,
  io: CommandIo,
  render: () => string,
  noun = 'written',
): void {
  if (file === undefined) return;
  const path = resolve(io.workingDirectory, String(file));
  mkdirSync(dirname(path), { recursive: true });
  writeFileAtomic(path, new TextEncoder().encode(render()), { force: args['force'] === true });
  io.note(`${noun}: ${String(file)}`);
}
