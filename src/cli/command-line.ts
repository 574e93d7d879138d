import yargs, { type Argv, type Options } from 'yargs';
import { didYouMean, listed, nearestNames } from '../io/scenario/did-you-mean.ts';
import { type Arguments, type Command, COMMANDS, GLOBAL_OPTIONS, type Operand } from './commands.ts';
import { usage } from './usage.ts';
import { VERSION } from './version.ts';

/** What was typed: a command with its arguments, or a text to be printed. */
export type ParsedLine =
  | { readonly kind: 'command'; readonly command: Command; readonly args: Arguments }
  | { readonly kind: 'text'; readonly text: string };

/** Lines of help are not longer, however wide the terminal. */
const HELP_WIDTH = 100;

/**
 * Reads a command line; yargs takes flags apart and lays out the help. Two passes, for flags may stand before their
 * command: the first, which knows all flags, finds the command, the second reads it. Errors: E5001.
 */
export async function parseCommandLine(argv: readonly string[], width: number): Promise<ParsedLine> {
  const everything = Object.assign({}, ...COMMANDS.map(({ options }) => withoutChoices(options)));
  const overview = parse(parser({ ...everything, ...GLOBAL_OPTIONS, version: { type: 'boolean' } }), argv);
  const [first, ...operands] = overview._.map(String);
  const wantsHelp = overview['help'] === true || first === 'help';
  const name = first === 'help' ? operands[0] : first;
  if (overview['version'] === true) return { kind: 'text', text: VERSION };
  if (name === undefined) {
    if (wantsHelp) return { kind: 'text', text: await overviewText(width) };
    const flag = unknownFlag(argv, { ...everything, ...GLOBAL_OPTIONS });
    throw flag ?? usage('a command is missing', `use ${listed(COMMANDS.map((known) => known.name), 'or')}`);
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw unknownCommand(name);
  if (wantsHelp) return { kind: 'text', text: await helpText(command, width) };

  const options = { ...command.options, ...GLOBAL_OPTIONS };
  const wrong = unknownFlag(argv, options) ?? wrongBoolean(argv, options);
  if (wrong !== undefined) throw wrong;
  const { _, $0: _program, ...flags } = parse(parser(options), argv);
  refuseRepetition(flags, options);
  return { kind: 'command', command, args: { ...flags, ...operandsOf(command, _.slice(1).map(String)) } };
}

type Parsed = Record<string, unknown> & { readonly _: readonly (string | number)[]; readonly $0: string };

function parser(options: Readonly<Record<string, Options>>): Argv {
  return yargs()
    .scriptName('stowage')
    .locale('en')
    .parserConfiguration({
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
      'strip-aliased': true,
    })
    .options(options)
    .help(false)
    .version(false)
    .exitProcess(false)
    .showHelpOnFail(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    });
}

function parse(by: Argv, argv: readonly string[]): Parsed {
  try {
    return by.parseSync([...argv]) as Parsed;
  } catch (error) {
    throw reworded(error instanceof Error ? error.message : String(error));
  }
}

/** The two complaints of yargs that are left, in our words. */
function reworded(message: string): Error {
  const starving = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  if (starving !== undefined) return usage(`${spelled(starving)} needs a value`);
  const invalid = /Argument: (.+), Given: "?(.*?)"?, Choices: (.+)/.exec(message);
  if (invalid === null) return usage(message);
  const [, name, given, choices] = invalid as unknown as [string, string, string, string];
  const known = choices.split(', ').map((choice) => JSON.parse(choice) as string);
  return usage(`cannot use ${spelled(name)} '${given}'`, hintFor(given, known));
}

function hintFor(word: string, names: readonly string[]): string {
  return didYouMean(word, names) ?? `use ${listed(names, 'or')}`;
}

function withoutChoices(options: Readonly<Record<string, Options>>): Record<string, Options> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { choices: _choices, default: _default, ...option }]) => [name, option]),
  );
}

function unknownCommand(name: string): Error {
  const near = nearestNames(
    name,
    COMMANDS.map((command) => command.name),
  );
  const hint = near.length > 0 ? `did you mean ${listed(near, 'or')}?` : "'stowage --help' lists the commands";
  return usage(`there is no command '${name}'`, hint);
}

/** `--seed`, `-o`. */
function spelled(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** Flags as typed, up to `--`. A value that begins with a dash must be joined to its flag: `--x=-y`. */
function typedFlags(argv: readonly string[]): { readonly typed: string; readonly name: string; readonly value?: string }[] {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).flatMap((token) => {
    const match = /^(--?[A-Za-z][^=]*)(?:=(.*))?$/s.exec(token);
    if (match === null) return [];
    const [, typed, value] = match as unknown as [string, string, string | undefined];
    return [{ typed, name: typed.replace(/^--?/, ''), ...(value === undefined ? {} : { value }) }];
  });
}

function namesOf(options: Readonly<Record<string, Options>>): string[] {
  return Object.entries(options).flatMap(([name, { alias }]) => [name, ...[alias ?? []].flat()]);
}

function unknownFlag(argv: readonly string[], options: Readonly<Record<string, Options>>): Error | undefined {
  const known = namesOf(options);
  const isKnown = (name: string) => known.includes(name) || known.includes(name.replace(/^no-/, ''));
  const unknown = typedFlags(argv).find(({ name }) => !isKnown(name));
  if (unknown === undefined) return undefined;
  const { typed, name } = unknown;
  const elsewhere = COMMANDS.filter((command) => namesOf(command.options).includes(name));
  if (elsewhere.length > 0) {
    return usage(`there is no flag ${typed} here`, `it belongs to ${listed(elsewhere.map((command) => command.name), 'and')}`);
  }
  const near = nearestNames(name, known).map(spelled);
  return usage(`there is no flag ${typed}`, near.length === 0 ? undefined : `did you mean ${listed(near, 'or')}?`);
}

/** yargs takes every other word for false. */
function wrongBoolean(argv: readonly string[], options: Readonly<Record<string, Options>>): Error | undefined {
  const wrong = typedFlags(argv).find(
    ({ name, value }) => options[name]?.type === 'boolean' && value !== undefined && !/^(?:true|false)$/.test(value),
  );
  return wrong && usage(`cannot use ${wrong.typed} '${wrong.value}'`, `${wrong.typed} takes no value`);
}

function refuseRepetition(flags: Readonly<Record<string, unknown>>, options: Readonly<Record<string, Options>>): void {
  for (const [name, { array, type }] of Object.entries(options)) {
    const value = flags[name];
    if (array !== true && Array.isArray(value)) throw usage(`${spelled(name)} is given more than once`);
    if (type === 'number' && Number.isNaN(value)) throw usage(`cannot use ${spelled(name)}: it needs a number`);
    if (value === '' && name !== 'report') throw usage(`${spelled(name)} needs a value`);
  }
}

function operandsOf({ name, operands }: Command, given: readonly string[]): Arguments {
  const args: Record<string, unknown> = {};
  operands.forEach((operand, index) => {
    const value = given[index];
    if (value === undefined && operand.count !== 'optional') {
      throw usage(`${operandText(operand)} is missing`, `stowage ${usageOf({ name, operands })}`);
    }
    if (value !== undefined && operand.choices !== undefined && !operand.choices.includes(value)) {
      throw usage(`there is no ${operand.name} '${value}'`, hintFor(value, operand.choices));
    }
    if (value !== undefined) args[operand.name] = operand.count === 'many' ? given.slice(index) : value;
  });
  const extra = operands.at(-1)?.count === 'many' ? undefined : given[operands.length];
  if (extra !== undefined) throw usage(`cannot use '${extra}': one argument too many`, `stowage ${usageOf({ name, operands })}`);
  return args;
}

function operandText({ name, count }: Operand): string {
  return count === 'one' ? `<${name}>` : count === 'many' ? `<${name}...>` : `[${name}]`;
}

function usageOf({ name, operands }: Pick<Command, 'name' | 'operands'>): string {
  return [name, ...operands.map(operandText)].join(' ');
}

/** Two columns, the second wrapped. */
function columns(rows: readonly (readonly [string, string])[], width: number): string {
  const first = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.flatMap(([name, about]) => {
    const [head = '', ...rest] = wrapped(about, width - first - 4);
    return [`  ${name.padEnd(first)}  ${head}`, ...rest.map((line) => `${' '.repeat(first + 4)}${line}`)];
  });
  return lines.join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

async function overviewText(terminalWidth: number): Promise<string> {
  const width = Math.min(HELP_WIDTH, terminalWidth);
  const rows = COMMANDS.map((command) => [usageOf(command), command.summary] as const);
  return parser({ ...GLOBAL_OPTIONS, version: { type: 'boolean', describe: 'Show the version' } })
    .usage(
      [
        'stowage <command> [flags]',
        'One workload on Amazon ECS and on Kubernetes, one EC2 bill.',
        `Commands:\n${columns(rows, width)}`,
      ].join('\n\n'),
    )
    .updateStrings({ 'Options:': 'Flags:' })
    .epilogue(
      "'stowage <command> --help' tells more. A new start: stowage init\n" +
        'Exit codes: 0 success, 1 a bug, 2 usage, 3 invalid input, 4 files, 5 a check failed,\n' +
        '130 and 143 interrupted, with a valid partial result',
    )
    .wrap(width)
    .getHelp();
}

async function helpText(command: Command, terminalWidth: number): Promise<string> {
  const width = Math.min(HELP_WIDTH, terminalWidth);
  const rows = command.operands.map((operand) => {
    const choices = operand.choices === undefined ? '' : `: ${listed(operand.choices, 'or')}`;
    return [operandText(operand), `${operand.about}${choices}`] as const;
  });
  const head = [`stowage ${usageOf(command)} [flags]`, command.summary];
  if (rows.length > 0) head.push(columns(rows, width));
  const help = parser({ ...command.options, ...GLOBAL_OPTIONS })
    .usage(head.join('\n\n'))
    .updateStrings({ 'Options:': 'Flags:' })
    .group(Object.keys(GLOBAL_OPTIONS), 'Everywhere:')
    .group(Object.keys(command.options), 'Flags:')
    .wrap(width);
  for (const [line, about] of command.examples) help.example(`stowage ${line}`, about);
  return help.getHelp();
}
