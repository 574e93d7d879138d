#!/usr/bin/env node
import { styleText } from 'node:util';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { type Arguments, type Command, COMMANDS, type CommandIo, GLOBAL_OPTIONS } from './cli/commands.ts';
import { EXIT } from './cli/exit-codes.ts';
import { nearestNames } from './io/scenario/did-you-mean.ts';
import { VERSION } from './cli/version.ts';

/**
 * The command line: arguments to files. The only part that prints, reads the environment or the wall clock.
 * yargs parses and exits with 1 by itself, so it is kept from exiting and its complaints become exit code 2.
 */
class UsageError extends Error {}

const STYLES = { heading: 'bold', good: 'green', bad: 'red', warning: 'yellow', dim: 'dim' } as const;

let stopRequested: 'SIGINT' | 'SIGTERM' | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second signal does not wait for the run to come to a point where it can be written.
    if (stopRequested !== null) process.exit(signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
    stopRequested = signal;
  });
}
// A reader that has seen enough (`stowage catalog types | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.success);
  throw error;
});

function createIo(args: Arguments, commandLine: readonly string[]): CommandIo {
  const { env, stdout, stderr } = process;
  const color = args['color'];
  const forced = env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '' && env['FORCE_COLOR'] !== '0';
  const wanted = stdout.isTTY === true && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '';
  const paints = color === 'always' || (color !== 'never' && (forced || wanted));
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return {
    out: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    note: (text) => void stderr.write(text.endsWith('\n') ? text : `${text}\n`),
    paint: (role, text) => (paints ? styleText(STYLES[role], text, { validateStream: false }) : text),
    ascii: args['ascii'] === true || !/utf-?8/i.test(locale || 'UTF-8'),
    width: stdout.columns ?? 100,
    stderrIsTerminal: stderr.isTTY === true,
    stopRequested: () => stopRequested,
    nowMs: () => Date.now(),
    environment: env,
    workingDirectory: process.cwd(),
    commandLine,
  };
}

async function main(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.success;
  const parser = yargs([...argv])
    .scriptName('stowage')
    .usage('$0 <command> [options]\n\nOne workload on Amazon ECS and on Kubernetes, one EC2 bill.')
    .options(GLOBAL_OPTIONS)
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .strict()
    .demandCommand(1, 'A command is missing')
    .exitProcess(false)
    .showHelpOnFail(false)
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .epilogue('stowage COMMAND --help tells more. Exit codes are in the README.')
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  for (const command of COMMANDS) {
    parser.command(
      command.usage,
      command.summary,
      (builder) => builder.options(command.options),
      async (args) => {
        refuseRepetition(command, args);
        const { main: execute } = await command.load();
        exitCode = await execute(args, createIo(args, argv));
      },
    );
  }
  await parser.parseAsync();
  return exitCode;
}

/** yargs makes a list of a flag that is given twice; commands expect one value. */
function refuseRepetition(command: Command, args: Arguments): void {
  for (const [flag, { array }] of Object.entries({ ...GLOBAL_OPTIONS, ...command.options })) {
    if (array !== true && Array.isArray(args[flag])) throw new UsageError(`--${flag} is given more than once`);
  }
}

function usageText(message: string, argv: readonly string[]): string {
  const lines = [`stowage: ${message.split('\n')[0]}`];
  const unknown = /^Unknown (?:arguments?|commands?): (.+)$/m.exec(message)?.[1]?.split(', ')[0];
  const typed = unknown ?? argv.find((arg) => !arg.startsWith('-'));
  if (typed !== undefined && unknown !== undefined) {
    const command = COMMANDS.find(({ name }) => argv.includes(name));
    const flags = [...Object.keys(command?.options ?? {}), ...Object.keys(GLOBAL_OPTIONS)];
    const near = nearestNames(typed, command === undefined ? COMMANDS.map(({ name }) => name) : flags);
    const shown = near.map((name) => (command === undefined ? name : `--${name}`));
    if (shown.length > 0) lines.push(`Did you mean ${shown.join(' or ')}?`);
  }
  lines.push("'stowage --help' lists commands and flags.");
  return lines.join('\n');
}

const argv = hideBin(process.argv);
try {
  process.exitCode = await main(argv);
} catch (error) {
  if (error instanceof UsageError || (error instanceof Error && error.name === 'YError')) {
    process.stderr.write(`${usageText(error.message, argv)}\n`);
    process.exitCode = EXIT.usage;
  } else {
    const { reportFailure } = await import('./cli/report-failure.ts');
    process.exitCode = reportFailure(error, argv, (text) => process.stderr.write(text), (text) => process.stdout.write(text));
  }
}
