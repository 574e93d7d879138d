import { accessSync, constants } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { loadCatalogue } from '../io/catalogue.ts';
import { GIB } from '../units.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { VERSION } from './version.ts';

/** Prints what a question about stowage should come with. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const catalogue = loadCatalogue();
  const facts: Record<string, string> = {
    stowage: VERSION,
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cores: String(availableParallelism()),
    memory: `${(totalmem() / GIB).toFixed(1)} GiB, ${(freemem() / GIB).toFixed(1)} free`,
    catalogue: `${catalogue.id} of ${catalogue.date}`,
    traces: io.environment['STOWAGE_TRACES'] ?? 'not set (STOWAGE_TRACES, --traces)',
    terminal: `${process.stdout.isTTY === true ? `${io.width} columns` : 'none'}, ${io.ascii ? 'ASCII' : 'UTF-8'}`,
    'working directory': isWritable(io.workingDirectory) ? 'writable' : 'not writable',
  };
  if (args['json'] === true || args['output'] === 'json') {
    io.out(JSON.stringify(facts, null, 2));
  } else {
    for (const [name, value] of Object.entries(facts)) io.out(`${name.padEnd(18)} ${value}`);
  }
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
