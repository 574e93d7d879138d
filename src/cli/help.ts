import { listed } from '../io/scenario/did-you-mean.ts';
import { wrapText } from '../report/text-layout.ts';
import { type Command, COMMANDS, type Flag, type Flags, GLOBAL_FLAGS, type Operand } from './commands.ts';
import { VERSION } from './version.ts';

/** Lines of help are not longer, however wide the terminal. */
const MAX_WIDTH = 100;
/** Names wider than this stand on a line of their own. */
const MAX_NAMES = 28;

/**
 * The help or the version, if the line asks for it: `--help`, `run --help`, `help run`, `--version`. Looked for before
 * anything else is read or loaded: help is for those whose line is wrong.
 */
export function textAskedFor(argv: readonly string[], width: number): string | null {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  if (words.includes('--version')) return VERSION;
  if (!words.includes('--help') && !words.includes('-h') && words[0] !== 'help') return null;
  const command = COMMANDS.find(({ name }) => words.includes(name));
  return command === undefined ? overviewHelp(width) : commandHelp(command, width);
}

type Row = readonly [name: string, about: string];

/** What `stowage --help` shows. */
function overviewHelp(terminalWidth: number): string {
  const width = Math.min(MAX_WIDTH, terminalWidth);
  return [
    'stowage <command> [flags]',
    'One workload on Amazon ECS and on Kubernetes, one EC2 bill.',
    section(
      'Commands',
      COMMANDS.map((command): Row => [usageOf(command), command.summary]),
      width,
    ),
    section('Flags', flagRows({ ...GLOBAL_FLAGS, version: { about: 'Show the version' } }), width),
    [
      ...wrapText("'stowage <command> --help' tells more. A first scenario: stowage init", width),
      ...wrapText(
        'Exit codes: 0 success, 1 a bug, 2 usage, 3 invalid input, 4 files, 5 a check failed, 6 beyond --fail-if, 7 incomplete, 8 not reproducible, 130 and 143 interrupted, ' +
          'with a valid partial result',
        width,
      ),
    ].join('\n'),
  ].join('\n\n');
}

/** What `stowage COMMAND --help` shows. */
function commandHelp(command: Command, terminalWidth: number): string {
  const width = Math.min(MAX_WIDTH, terminalWidth);
  const operands = command.operands.map((operand): Row => {
    const { choices } = operand;
    return [
      operandText(operand),
      operand.about + (choices === undefined ? '' : `: ${listed(choices, 'or')}`),
    ];
  });
  const examples = command.examples.flatMap(([line, about]) => [`  stowage ${line}`, `      ${about}`]);
  return [
    `stowage ${usageOf(command)} [flags]`,
    wrapText(command.summary, width).join('\n'),
    operands.length === 0 ? '' : section('', operands, width),
    Object.keys(command.flags).length === 0 ? '' : section('Flags', flagRows(command.flags), width),
    section('Everywhere', flagRows(GLOBAL_FLAGS), width),
    examples.length === 0 ? '' : `Examples:\n${examples.join('\n')}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** `run <scenario>`. */
export function usageOf({ name, operands }: Pick<Command, 'name' | 'operands'>): string {
  return [name, ...operands.map(operandText)].join(' ');
}

/** `<scenario>`, `<scenario...>`, `[folder]`, `[id...]`. */
export function operandText({ name, count }: Operand): string {
  const text = count === 'many' || count === 'any' ? `${name}...` : name;
  return count === 'one' || count === 'many' ? `<${text}>` : `[${text}]`;
}

function flagRows(flags: Flags): Row[] {
  return Object.entries(flags).map(([name, flag]) => {
    const short = flag.alias?.find((alias) => alias.length === 1);
    const others = (flag.alias ?? []).filter((alias) => alias.length > 1).map((alias) => `, --${alias}`);
    return [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${others.join('')}${valueText(flag)}`,
      aboutFlag(flag),
    ];
  });
}

function valueText({ value, valueIsOptional }: Flag): string {
  if (value === undefined) return '';
  return valueIsOptional === true ? ` [${value}]` : ` ${value}`;
}

function aboutFlag({ about, choices, default: byDefault, repeats }: Flag): string {
  const isDefault = (choice: string) => (choice === byDefault ? `${choice} (default)` : choice);
  const values =
    choices !== undefined
      ? `: ${listed(choices.map(isDefault), 'or')}`
      : byDefault === undefined
        ? ''
        : `; ${byDefault} if not given`;
  return `${about}${values}${repeats === true ? '; may be repeated' : ''}`;
}

/** Two columns, the second wrapped. */
function section(title: string, rows: readonly Row[], width: number): string {
  const names = Math.min(MAX_NAMES, Math.max(...rows.map(([name]) => name.length)));
  const indent = ' '.repeat(names + 4);
  const lines = rows.flatMap(([name, about]) => {
    const text = wrapText(about, width, indent);
    if (name.length > names) return [`  ${name}`, ...text];
    return [`  ${name.padEnd(names)}  ${text[0]!.slice(indent.length)}`, ...text.slice(1)];
  });
  return [...(title === '' ? [] : [`${title}:`]), ...lines].join('\n');
}
