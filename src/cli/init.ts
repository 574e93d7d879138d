import { join, resolve } from 'node:path';
import { InputError } from '../errors.ts';
import { exists, existsAlready } from '../io/atomic-files.ts';
import { didYouMean } from '../io/scenario/did-you-mean.ts';
import { textTable } from '../report/text-layout.ts';
import { formOf, printDocument } from './answer.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { makeFolder, writeText } from './outputs.ts';
import { shellWord } from './shell-word.ts';
import { schemaText } from './schema.ts';
import { listTemplates, readTemplateFile, type Template } from './templates.ts';
import { usage } from './usage.ts';

const SCENARIO = 'scenario.yaml';
const SCHEMA = 'scenario.schema.json';
/** For editors with the YAML language server, and for JetBrains. */
const HEAD = `# yaml-language-server: $schema=${SCHEMA}\n# $schema: ${SCHEMA}\n`;

/** Copies a template and says what to do next. Existing files stay, all of them, unless --force. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const templates = listTemplates();
  if (args['list'] === true) {
    await printList(templates, args, io);
    return EXIT.success;
  }
  const wanted = String(args['template']);
  const template = templates.find(({ name }) => name === wanted);
  if (template === undefined) {
    const names = templates.map(({ name }) => name);
    throw usage(`there is no template '${wanted}'`, didYouMean(wanted, names));
  }
  const folder = (args['folder'] as string | undefined) ?? '.';
  const files = new Map(
    template.files.map((file) => {
      const text = readTemplateFile(template.name, file);
      return [join(folder, file), file === SCENARIO ? HEAD + text : text];
    }),
  );
  files.set(join(folder, SCHEMA), schemaText('scenario'));
  const force = args['force'] === true;
  makeFolder(resolve(io.workingDirectory, folder), folder);
  const inTheWay = [...files.keys()].filter((file) => exists(resolve(io.workingDirectory, file)));
  if (inTheWay.length > 0 && !force) {
    throw new InputError(
      inTheWay.flatMap((file) => existsAlready(file, 'keep it, or allow it with --force').diagnostics),
    );
  }
  for (const [file, text] of files) writeText(file, text, io, force);

  const scenario = shellWord(join(folder, SCENARIO));
  const next = [
    `stowage validate ${scenario}`,
    `stowage compare ${scenario}`,
    `stowage compare ${scenario} --report`,
  ];
  const written = [...files.keys()];
  if (formOf(args) === 'json')
    await printDocument(io, 'json', { template: template.name, files: written, next });
  else {
    io.note(`wrote ${written.join(', ')}; next:`);
    for (const line of next) io.print(line);
  }
  return EXIT.success;
}

async function printList(templates: readonly Template[], args: Arguments, io: CommandIo): Promise<void> {
  if (formOf(args) === 'json') {
    await printDocument(io, 'json', templates);
    return;
  }
  const columns = [
    { title: 'template', align: 'left' },
    { title: 'about', align: 'left' },
  ] as const;
  const rows = templates.map(({ name, about }) => [name, about]);
  for (const line of textTable(columns, rows, io.paint)) io.print(line);
}
