import { accessSync, constants } from 'node:fs';
import { availableParallelism, freemem, tmpdir, totalmem } from 'node:os';
import { loadCatalogue } from '../io/catalogue.ts';
import { stripControl } from '../io/terminal-text.ts';
import { GIB } from '../units.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { VERSION } from './version.ts';

/** Prints what a question about stowage should come with. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const catalogue = loadCatalogue();
  const traces = io.environment['STOWAGE_TRACES'];
  const facts = {
    stowage: VERSION,
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    catalogue: { id: catalogue.id, date: catalogue.date },
    traces: traces ?? null,
    terminalColumns: process.stdout.isTTY === true ? io.width : null,
    ascii: io.ascii,
    workingDirectoryIsWritable: isWritable(io.workingDirectory),
    temporaryDirectoryIsWritable: isWritable(tmpdir()),
  };
  const form = formOf(args);
  if (form === 'json' || form === 'yaml') {
    await printDocument(io, form, facts);
    return EXIT.success;
  }
  const gib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;
  const columns = facts.terminalColumns === null ? 'no terminal' : `${facts.terminalColumns} columns`;
  const lines = {
    stowage: VERSION,
    node: `${facts.node} (V8 ${facts.v8})`,
    platform: facts.platform,
    cores: facts.cores,
    memory: `${gib(facts.memoryBytes)}, ${gib(facts.freeMemoryBytes)} free`,
    catalogue: `${catalogue.id} of ${catalogue.date}`,
    traces: traces === undefined ? 'not set (STOWAGE_TRACES or --traces)' : stripControl(traces),
    output: `${columns}, ${io.ascii ? 'ASCII' : 'UTF-8'}`,
    'working folder': facts.workingDirectoryIsWritable ? 'writable' : 'not writable',
    'temporary folder': facts.temporaryDirectoryIsWritable ? 'writable' : 'not writable',
  };
  for (const [name, value] of Object.entries(lines)) io.print(`${name.padEnd(16)}  ${value}`);
  return EXIT.success;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
