#!/usr/bin/env node
import * as nodeModule from 'node:module';
import { createIo } from './cli/command-io.ts';
import { EXIT } from './cli/exit-codes.ts';
import { textAskedFor } from './cli/help.ts';
import { reportFailure } from './cli/report-failure.ts';
import { Signals } from './cli/signals.ts';

/** The command line: arguments to files. The only part that prints, reads the environment or the wall clock. */
const argv = process.argv.slice(2);
// From Node 22.1 on: compiled code is kept in the folder for temporary files, or wherever NODE_COMPILE_CACHE says, and
// the next start takes it from there. Where that cannot be written, nothing happens.
(nodeModule as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();

const signals = new Signals();
signals.listen((text) => process.stderr.write(text), process.exit);
for (const stream of [process.stdout, process.stderr]) stream.on('error', endOnWriteError);

const io = createIo(colorOf(argv), argv, signals);
try {
  const text = textAskedFor(argv, io.width);
  if (text !== null) io.print(text);
  else {
    // Help gets by without reading the line.
    const { parseCommandLine } = await import('./cli/command-line.ts');
    const { command, args } = parseCommandLine(argv);
    const { main } = await command.load();
    process.exitCode = await main(args, createIo(args, argv, signals));
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

/**
 * A reader that has seen enough (`stowage catalog instances | head`) is no error: what is left goes nowhere, and the exit
 * code is that of the work. A full disk is one.
 */
function endOnWriteError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
  try {
    process.stderr.write(`error[E4002]: Cannot write the output: ${error.message}\n`);
  } finally {
    process.exit(EXIT.files);
  }
}
