import type { CommandIo } from './command-io.ts';
import { type Arguments, type Command, COMMANDS, GLOBAL_FLAGS } from './commands.ts';
import { EXIT } from './exit-codes.ts';

/** Prints a completion script: commands first, then the flags, values and words of the command typed, else files. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const scripts = { bash, zsh, fish };
  io.out(scripts[args['shell'] as keyof typeof scripts]());
  return EXIT.success;
}

interface CompletedFlag {
  /** `--output`, `-o`. */
  readonly spellings: readonly string[];
  readonly about: string;
  readonly choices: readonly string[];
  /** Is the next word its value? */
  readonly takesValue: boolean;
}

function flagsOf(command: Command): CompletedFlag[] {
  return Object.entries({ ...command.flags, ...GLOBAL_FLAGS }).map(([name, flag]) => ({
    spellings: [name, ...(flag.alias ?? [])].map((spelling) =>
      spelling.length === 1 ? `-${spelling}` : `--${spelling}`,
    ),
    about: flag.about,
    choices: flag.choices ?? [],
    takesValue: flag.value !== undefined && flag.valueIsOptional !== true,
  }));
}

/** Words that may stand first after the command; none where files do. */
function firstWords({ operands }: Command): readonly string[] {
  return operands[0]?.choices ?? [];
}

function bash(): string {
  const cases = COMMANDS.map((command) => {
    const flags = flagsOf(command);
    const values = flags
      .filter(({ choices }) => choices.length > 0)
      .map(({ spellings, choices }) => `        ${spellings.join('|')}) words="${choices.join(' ')}" ;;`);
    return [
      `    ${command.name})`,
      `      flags="${flags.flatMap(({ spellings }) => spellings).join(' ')}"`,
      `      [ "$COMP_CWORD" -eq 2 ] && words="${firstWords(command).join(' ')}"`,
      '      case "$before" in',
      ...values,
      '      esac ;;',
    ].join('\n');
  });
  return `# stowage completion for bash: eval "$(stowage completion bash)"
_stowage() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags="" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${COMMANDS.map(({ name }) => name).join(' ')} --help --version" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi ;;
  esac
}
complete -o filenames -F _stowage stowage`;
}

function zsh(): string {
  const names = COMMANDS.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = COMMANDS.map((command) => {
    const flags = flagsOf(command);
    const values = flags
      .filter(({ choices }) => choices.length > 0)
      .map(
        ({ spellings, choices }) =>
          `        ${spellings.join('|')}) compadd -- ${choices.join(' ')}; return ;;`,
      );
    const words = firstWords(command);
    return [
      `    ${command.name})`,
      '      case "$words[CURRENT-1]" in',
      ...values,
      '      esac',
      `      if [[ "$words[CURRENT]" == -* ]]; then compadd -- ${flags.flatMap(({ spellings }) => spellings).join(' ')}; return; fi`,
      ...(words.length > 0
        ? [`      if (( CURRENT == 3 )); then compadd -- ${words.join(' ')}; return; fi`]
        : []),
      '      ;;',
    ].join('\n');
  });
  return `#compdef stowage
# stowage completion for zsh: eval "$(stowage completion zsh)"
_stowage() {
  local -a commands=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
  esac
  _files
}
compdef _stowage stowage`;
}

function fish(): string {
  const commands = COMMANDS.map(
    ({ name, summary }) =>
      `complete -c stowage -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
  );
  const flags = COMMANDS.flatMap((command) => {
    const inside = `complete -c stowage -n '__fish_seen_subcommand_from ${command.name}'`;
    const words = firstWords(command);
    return [
      ...(words.length > 0 ? [`${inside} -f -a '${words.join(' ')}'`] : []),
      ...flagsOf(command).map(({ spellings, about, choices, takesValue }) => {
        const names = spellings.map((name) =>
          name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
        );
        const value = choices.length > 0 ? ` -x -a '${choices.join(' ')}'` : takesValue ? ' -r' : '';
        return `${inside} ${names.join(' ')}${value} -d '${quoted(about)}'`;
      }),
    ];
  });
  return `# stowage completion for fish: stowage completion fish | source\n${[...commands, ...flags].join('\n')}`;
}

/** Inside single quotes of a shell a plain apostrophe would end them; zsh takes a colon for the end of a name. */
function quoted(text: string): string {
  return text.replaceAll("'", '').replaceAll(':', ' -');
}
