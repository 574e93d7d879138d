import { summaryJsonSchema } from '../experiment/summary-schema.ts';
import { scenarioJsonSchemaText } from '../io/scenario/json-schema.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { saveText } from './save.ts';
import { usage } from './scenario-input.ts';

const SCHEMAS: Readonly<Record<string, () => string>> = {
  scenario: scenarioJsonSchemaText,
  summary: () => `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`,
};

/** Prints or writes a JSON Schema. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const what = (args['what'] as string | undefined) ?? 'scenario';
  const text = Object.hasOwn(SCHEMAS, what) ? SCHEMAS[what] : undefined;
  if (text === undefined) throw usage(`There is no schema '${what}': use ${Object.keys(SCHEMAS).join(' or ')}`);
  if (args['out'] === undefined) io.out(text());
  else saveText(args['out'], { force: true }, io, text);
  return EXIT.success;
}
