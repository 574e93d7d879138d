#!/usr/bin/env node
import { hideBin } from 'yargs/helpers';
import { createIo } from './cli/command-io.ts';
import { parseCommandLine } from './cli/command-line.ts';
import { EXIT } from './cli/exit-codes.ts';
import { reportFailure } from './cli/report-failure.ts';
import { Signals } from './cli/signals.ts';

/** The command line: arguments to files. The only part that prints, reads the environment or the wall clock. */
const argv = hideBin(process.argv);
const signals = new Signals();
signals.listen((text) => process.stderr.write(text), process.exit);
for (const stream of [process.stdout, process.stderr]) stream.on('error', endOnWriteError);

const io = createIo(colorOf(argv), argv, signals);
try {
  const parsed = await parseCommandLine(argv, io.width);
  if (parsed.kind === 'text') io.print(parsed.text);
  else {
    const { main } = await parsed.command.load();
    process.exitCode = await main(parsed.args, createIo(parsed.args, argv, signals));
  }
} catch (error) {
  process.exitCode = reportFailure(error, io);
}

/** Before the line is parsed, and where it cannot be. */
function colorOf(line: readonly string[]): Record<string, unknown> {
  const at = line.indexOf('--color');
  const value = at < 0 ? line.find((token) => token.startsWith('--color='))?.slice(8) : line[at + 1];
  return { color: value, ascii: line.includes('--ascii') };
}

/** A reader that has seen enough (`stowage catalog instances | head`) is no error; a full disk is. */
function endOnWriteError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(EXIT.success);
  try {
    process.stderr.write(`error[E4002]: Cannot write the output: ${error.message}\n`);
  } finally {
    process.exit(EXIT.files);
  }
}
