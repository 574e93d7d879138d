import { createIo } from '../../src/cli/command-io.ts';
import { parseCommandLine } from '../../src/cli/command-line.ts';
import { reportFailure } from '../../src/cli/report-failure.ts';
import { Signals } from '../../src/cli/signals.ts';
import type { Outcome, SpawnOptions } from './process.ts';

/**
 * `stowage ARGS` within the process of the test, for commands that start no threads: the same parser, commands and
 * answers, without the second that a process takes to start.
 */
export async function stowageHere(
  args: readonly string[],
  { cwd = process.cwd(), env = {} }: Pick<SpawnOptions, 'cwd' | 'env'> = {},
): Promise<Outcome> {
  const said = { stdout: '', stderr: '' };
  const onto = (stream: keyof typeof said) => (text: string) => {
    said[stream] += text.endsWith('\n') ? text : `${text}\n`;
  };
  const io = {
    ...createIo({ color: 'never' }, args, new Signals()),
    ...{ out: onto('stdout'), print: onto('stdout'), note: onto('stderr') },
    ...{ suggest: () => {}, redraw: () => {}, environment: env, workingDirectory: cwd },
  };
  try {
    const { command, args: parsed } = parseCommandLine(args);
    const { main } = await command.load();
    return { code: await main(parsed, io), ...said };
  } catch (error) {
    return { code: reportFailure(error, io), ...said };
  }
}
