import { resolve } from 'node:path';
import { readEventLog } from '../experiment/read-event-log.ts';
import { createLogChecker, formatViolation, type Violation } from '../telemetry/check-log.ts';
import { formatRecord } from '../telemetry/log-format.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { openEventLog } from './event-log-file.ts';
import { EXIT } from './exit-codes.ts';
import { formatOf } from './log-arguments.ts';
import { requireFree } from './outputs.ts';
import { usage } from './usage.ts';

/** One write for each line would take most of the time. */
const CHARACTERS_PER_WRITE = 2 ** 16;

/** Reads an event log back: prints, writes or checks it. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const file = resolve(io.workingDirectory, String(args['file']));
  const { out, verify, format } = args;
  if (out === undefined) {
    if (format !== undefined) throw usage('--format says how to write --out FILE');
    if (args['force'] === true) throw usage('--force lets --out FILE replace a file');
    return verify === true ? check(file, args, io) : print(file, io);
  }
  if (verify === true) throw usage('cannot use --verify with --out', 'one after the other');
  await copy(file, String(out), args, io);
  return EXIT.success;
}

/** Where the log is damaged, what stands before has been printed when the error is told. */
async function print(file: string, io: CommandIo): Promise<number> {
  let lines = '';
  try {
    for await (const record of readEventLog(file)) {
      lines += `${formatRecord(record)}\n`;
      if (lines.length < CHARACTERS_PER_WRITE) continue;
      const isWanted = await io.send(lines);
      lines = '';
      if (!isWanted) return EXIT.success;
    }
  } finally {
    await io.send(lines);
  }
  return EXIT.success;
}

async function copy(file: string, out: string, args: Arguments, io: CommandIo): Promise<void> {
  requireFree(out, io, args['force'] === true);
  const log = openEventLog(out, io.workingDirectory, formatOf(out, args['format']));
  try {
    for await (const record of readEventLog(file)) log.sink.write(record);
    log.finish();
  } finally {
    log.discard();
  }
  io.note(`wrote ${out}`);
}

/** What is wrong with the run is the answer. */
async function check(file: string, args: Arguments, io: CommandIo): Promise<number> {
  const checker = createLogChecker();
  let records = 0;
  for await (const record of readEventLog(file)) {
    records += 1;
    if (!checker.take(record)) break;
  }
  const violations = checker.finish();
  await answer(records, violations, args, io);
  return violations.length === 0 ? EXIT.success : EXIT.internal;
}

async function answer(
  records: number,
  violations: readonly Violation[],
  args: Arguments,
  io: CommandIo,
): Promise<void> {
  const form = formOf(args);
  if (form === 'json') {
    await printDocument(io, form, { records, violations });
    return;
  }
  for (const violation of violations) io.print(formatViolation(violation));
  io.print(`verified ${records} records: ${violations.length} violations`);
}
