import type { CommandIo } from '../command-io.ts';

/** One command of the line: what it does and takes. Data only, so that `--help` and `completion` load nothing else. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly flags: Flags;
  /** The flag whose value an argument too many is likely to be: `get services RESULT`. */
  readonly surplusFlag?: string;
  /** Command lines without the program's name, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, about: string])[];
  readonly load: () => Promise<{ readonly main: (args: Arguments, io: CommandIo) => Promise<number> }>;
}

/** What a command takes by its place: `<scenario>`. */
export interface Operand {
  readonly name: string;
  readonly about: string;
  /** `many` is one or more, `any` none or more. */
  readonly count: 'one' | 'optional' | 'many' | 'any';
  readonly choices?: readonly string[];
}

/** By long name, without dashes. */
export type Flags = Readonly<Record<string, Flag>>;

export interface Flag {
  readonly about: string;
  /** What help writes for the value: `FILE`. A flag without it is a switch, which `--no-` turns off. */
  readonly value?: string;
  /** The flag alone means something too: it gives the empty text. */
  readonly valueIsOptional?: true;
  readonly isNumber?: true;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** May be given several times; its argument is a list. */
  readonly repeats?: true;
  /** Other names. */
  readonly alias?: readonly string[];
}

/** Parsed flags and operands by name. A flag that was not given and has no default is missing. */
export type Arguments = Readonly<Record<string, unknown>>;
