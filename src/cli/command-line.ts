import parser, { type Options } from 'yargs-parser';
import { didYouMean, listed, nearestNames } from '../io/scenario/did-you-mean.ts';
import { type Arguments, type Command, COMMANDS, type Flag, type Flags, GLOBAL_FLAGS } from './commands.ts';
import { operandText, usageOf } from './help.ts';
import { shellWord } from './shell-word.ts';
import { usage } from './usage.ts';

/** A command with its arguments. */
export interface ParsedLine {
  readonly command: Command;
  readonly args: Arguments;
}

/**
 * Reads a command line; the parser of yargs takes the flags apart. (yargs itself would add its own messages, help and
 * completion, none of which are wanted here, and a tenth of the time to the first event of a run.) Two passes, for
 * flags may stand before their command: the first, which knows all flags, finds the command, the second reads it.
 * Errors: E5001.
 */
export function parseCommandLine(line: readonly string[]): ParsedLine {
  const argv = line.map((token) => (token === '--no-color' ? '--color=never' : token));
  const everything: Flags = Object.assign({}, GLOBAL_FLAGS, ...COMMANDS.map(({ flags }) => flags));
  const [name] = parse(everything, argv).words;
  if (name === undefined) {
    const names = COMMANDS.map((command) => command.name);
    throw unknownFlag(argv, everything) ?? usage('a command is missing', `use ${listed(names, 'or')}`);
  }
  const command = COMMANDS.find((known) => known.name === name);
  if (command === undefined) throw unknownCommand(name);

  const known = { ...command.flags, ...GLOBAL_FLAGS };
  const wrong = unknownFlag(argv, known) ?? valueOfSwitch(argv, known);
  if (wrong !== undefined) throw wrong;
  const { flags, words } = parse(known, argv);
  requireValues(flags, known);
  return { command, args: { ...flags, ...operandsOf(command, words.slice(1), flags) } };
}

interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  /** Everything that is neither flag nor value. */
  readonly words: readonly string[];
}

/** Values are taken as they are, for flags of the same name may differ between commands. */
function parse(flags: Flags, argv: readonly string[]): Parsed {
  const { argv: found, error } = parser.detailed([...argv], optionsOf(flags));
  if (error !== null) throw reworded(error.message);
  const { _, ...values } = found;
  return { flags: values, words: _.map(String) };
}

function optionsOf(flags: Flags): Options {
  const entries = Object.entries(flags);
  const namesOf = (isWanted: (flag: Flag) => boolean) =>
    entries.flatMap(([name, flag]) => (isWanted(flag) ? [name] : []));
  return {
    boolean: namesOf(({ value }) => value === undefined),
    number: namesOf(({ isNumber }) => isNumber === true),
    string: namesOf(({ value, isNumber }) => value !== undefined && isNumber !== true),
    array: namesOf(({ repeats }) => repeats === true),
    narg: Object.fromEntries(
      namesOf(({ value, valueIsOptional }) => value !== undefined && valueIsOptional !== true).map((name) => [
        name,
        1,
      ]),
    ),
    alias: Object.fromEntries(entries.map(([name, { alias }]) => [name, [...(alias ?? [])]])),
    default: Object.fromEntries(
      entries.flatMap(([name, { default: value, repeats }]) =>
        value === undefined ? [] : [[name, repeats === true ? [value] : value]],
      ),
    ),
    configuration: {
      'camel-case-expansion': false,
      'dot-notation': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
      'strip-aliased': true,
    },
  };
}

/** The one complaint of the parser, in our words. */
function reworded(message: string): Error {
  const starving = /^Not enough arguments following: (.+)$/.exec(message)?.[1];
  return usage(starving === undefined ? message : `${spelled(starving)} needs a value`);
}

function hintFor(word: string, names: readonly string[]): string {
  return didYouMean(word, names) ?? `use ${listed(names, 'or')}`;
}

function unknownCommand(name: string): Error {
  const near = nearestNames(
    name,
    COMMANDS.map((command) => command.name),
  );
  const hint =
    near.length > 0 ? `did you mean ${listed(near, 'or')}?` : "'stowage --help' lists the commands";
  return usage(`there is no command '${name}'`, hint);
}

/** `--seed`, `-o`. */
function spelled(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** Flags as typed, up to `--`. A value that begins with a dash must be joined to its flag: `--x=-y`. */
function typedFlags(
  argv: readonly string[],
): { readonly typed: string; readonly name: string; readonly value?: string }[] {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).flatMap((token) => {
    const match = /^(--?[A-Za-z][^=]*)(?:=(.*))?$/s.exec(token);
    if (match === null) return [];
    const [, typed, value] = match as unknown as [string, string, string | undefined];
    return [{ typed, name: typed.replace(/^--?/, ''), ...(value === undefined ? {} : { value }) }];
  });
}

function namesOf(flags: Flags): string[] {
  return Object.entries(flags).flatMap(([name, { alias }]) => [name, ...(alias ?? [])]);
}

function unknownFlag(argv: readonly string[], flags: Flags): Error | undefined {
  const known = namesOf(flags);
  const isSwitch = (name: string) => flags[name] !== undefined && flags[name].value === undefined;
  const unknown = typedFlags(argv).find(
    ({ name }) => !known.includes(name) && !(name.startsWith('no-') && isSwitch(name.slice(3))),
  );
  if (unknown === undefined) return undefined;
  const { typed, name } = unknown;
  const owners = COMMANDS.filter((command) => namesOf(command.flags).includes(name)).map(
    (command) => command.name,
  );
  if (owners.length > 0)
    return usage(`there is no flag ${typed} here`, `it belongs to ${listed(owners, 'and')}`);
  // One letter is near to everything.
  const names = known.filter((other) => other.length > 1);
  const near = name.length === 1 ? [] : nearestNames(name, names).map(spelled);
  return usage(
    `there is no flag ${typed}`,
    near.length === 0 ? undefined : `did you mean ${listed(near, 'or')}?`,
  );
}

/** yargs takes every word but true for false. */
function valueOfSwitch(argv: readonly string[], flags: Flags): Error | undefined {
  const wrong = typedFlags(argv).find(
    ({ name, value }) => value !== undefined && flags[name] !== undefined && flags[name].value === undefined,
  );
  return wrong && usage(`cannot use ${wrong.typed}=${wrong.value}`, `${wrong.typed} takes no value`);
}

function requireValues(values: Readonly<Record<string, unknown>>, flags: Flags): void {
  for (const [name, { repeats, isNumber, valueIsOptional, choices }] of Object.entries(flags)) {
    const value = values[name];
    if (value === undefined) continue;
    const flag = spelled(name);
    if (repeats !== true && Array.isArray(value)) throw usage(`${flag} is given more than once`);
    if (isNumber === true && Number.isNaN(value)) throw usage(`cannot use ${flag}: its value is no number`);
    for (const given of [value].flat()) {
      if (given === '' && valueIsOptional !== true) throw usage(`${flag} needs a value`);
      if (choices?.includes(given as string) === false) {
        throw usage(`cannot use ${flag} '${String(given)}'`, hintFor(String(given), choices));
      }
    }
  }
}

function operandsOf(
  command: Command,
  given: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Arguments {
  const { operands } = command;
  const args: Record<string, unknown> = {};
  operands.forEach((operand, index) => {
    const value = given[index];
    if (value === undefined && (operand.count === 'one' || operand.count === 'many')) {
      throw usage(`${operandText(operand)} is missing`, `stowage ${usageOf(command)}`);
    }
    if (value !== undefined && operand.choices !== undefined && !operand.choices.includes(value)) {
      throw usage(`there is no ${operand.name} '${value}'`, hintFor(value, operand.choices));
    }
    const isList = operand.count === 'many' || operand.count === 'any';
    if (value !== undefined) args[operand.name] = isList ? given.slice(index) : value;
  });
  const last = operands.at(-1)?.count;
  const extra = last === 'many' || last === 'any' ? undefined : given[operands.length];
  if (extra !== undefined) {
    throw usage(`cannot use '${extra}': one argument too many`, surplusHint(command, given, extra, flags));
  }
  return args;
}

/** The line with the argument too many behind the flag that it is likely to be meant for; otherwise what is taken. */
function surplusHint(
  command: Command,
  given: readonly string[],
  extra: string,
  flags: Readonly<Record<string, unknown>>,
): string {
  const { name, operands, surplusFlag } = command;
  const byDefault = surplusFlag === undefined ? undefined : command.flags[surplusFlag]!.default;
  const isFree = surplusFlag !== undefined && flags[surplusFlag] === byDefault;
  if (!isFree || given.length > operands.length + 1) return `stowage ${usageOf(command)}`;
  const words = [name, ...given.slice(0, operands.length), spelled(surplusFlag), extra];
  return `stowage ${words.map(shellWord).join(' ')}`;
}
