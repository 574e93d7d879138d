import { InputError } from '../errors.ts';
import { type Arguments, COMMANDS, type CommandIo, GLOBAL_OPTIONS } from './commands.ts';
import { EXIT } from './exit-codes.ts';

/** Prints a completion script: commands first, then the flags of the command typed, else files. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const shell = String(args['shell']);
  const scripts: Readonly<Record<string, () => string>> = { bash, zsh, fish };
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) {
    throw new InputError([
      { severity: 'error', code: 'E5001', message: `Cannot complete for shell '${shell}': use bash, zsh or fish` },
    ]);
  }
  io.out(script());
  return EXIT.success;
}

function flagsOf(name: string): string[] {
  const command = COMMANDS.find((known) => known.name === name)!;
  return [...Object.keys(command.options), ...Object.keys(GLOBAL_OPTIONS), 'help'].map((flag) => `--${flag}`);
}

function bash(): string {
  const cases = COMMANDS.map(({ name }) => `    ${name}) flags="${flagsOf(name).join(' ')}" ;;`);
  return `# stowage completion for bash: eval "$(stowage completion bash)"
_stowage() {
  local word="\${COMP_WORDS[COMP_CWORD]}" flags=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${COMMANDS.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _stowage stowage`;
}

function zsh(): string {
  const names = COMMANDS.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = COMMANDS.map(({ name }) => `    ${name}) compadd -- ${flagsOf(name).join(' ')} ;;`);
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
  if [[ "$words[CURRENT]" != -* ]]; then
    _files
    return
  fi
  case "$words[2]" in
${cases.join('\n')}
  esac
}
compdef _stowage stowage`;
}

function fish(): string {
  const commands = COMMANDS.map(
    ({ name, summary }) => `complete -c stowage -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
  );
  const flags = COMMANDS.flatMap(({ name }) =>
    flagsOf(name).map(
      (flag) => `complete -c stowage -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`,
    ),
  );
  return `# stowage completion for fish: stowage completion fish | source\n${[...commands, ...flags].join('\n')}`;
}

/** Inside single quotes of a shell: a plain apostrophe would end them. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ' -');
}
