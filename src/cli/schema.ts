import { readFileSync } from 'node:fs';
import { packageFile } from '../io/package-file.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { writeText } from './outputs.ts';

/** A JSON Schema as the package ships it. */
export function schemaText(kind: 'scenario' | 'summary'): string {
  return readFileSync(packageFile(`schema/${kind}.schema.json`), 'utf8');
}

/** Prints or writes a JSON Schema. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const text = schemaText((args['kind'] as 'scenario' | 'summary' | undefined) ?? 'scenario');
  const file = args['out'] as string | undefined;
  if (file === undefined) {
    io.out(text);
    return EXIT.success;
  }
  writeText(file, text, io, args['force'] === true);
  io.note(`wrote ${file}`);
  return EXIT.success;
}
