import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { writeFileAtomic } from '../io/atomic-files.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { scenarioJsonSchemaText } from '../io/scenario/json-schema.ts';
import type { Arguments, CommandIo } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { usage } from './scenario-input.ts';
import { listTemplates, readTemplateFile } from './templates.ts';

const SCHEMA = 'scenario.schema.json';
/** For editors with the YAML language server, and for JetBrains. */
const HEAD = `# yaml-language-server: $schema=${SCHEMA}\n# $schema: ${SCHEMA}\n`;

/** Copies a template and says what to do next. Existing files stay, unless --force. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const templates = listTemplates();
  if (args['list'] === true) {
    for (const { name, about } of templates) io.out(`${name.padEnd(14)} ${about}`);
    return EXIT.success;
  }
  const wanted = String(args['template']);
  const template = templates.find(({ name }) => name === wanted);
  if (template === undefined) {
    const names = templates.map(({ name }) => name);
    throw usage(`There is no template '${wanted}': use ${names.join(', ')}`, didYouMean(wanted, names));
  }
  const folder = resolve(io.workingDirectory, (args['folder'] as string | undefined) ?? '.');
  mkdirSync(folder, { recursive: true });
  const files: [string, string][] = template.files.map((file) => {
    const text = readTemplateFile(template.name, file);
    return [file, file === 'scenario.yaml' ? HEAD + text : text];
  });
  files.push([SCHEMA, scenarioJsonSchemaText()]);
  for (const [file, text] of files) {
    writeFileAtomic(join(folder, file), new TextEncoder().encode(text), { force: args['force'] === true });
  }
  const scenario = relative(io.workingDirectory, join(folder, 'scenario.yaml'));
  io.note(`Wrote ${files.map(([file]) => file).join(', ')}${folder === io.workingDirectory ? '' : ` to ${relative(io.workingDirectory, folder)}`}. Next:`);
  io.out(`stowage validate ${scenario}\nstowage compare ${scenario}\nstowage compare ${scenario} --report report.html`);
  return EXIT.success;
}
