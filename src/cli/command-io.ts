import { styleText } from 'node:util';
import { maskSecrets } from '../experiment/sweep/queue/queue-address.ts';
import { finishText, type Paint } from '../report/text-layout.ts';
import type { Arguments } from './commands.ts';
import type { Signals } from './signals.ts';

/** The only way out for commands: stdout is the answer, stderr is everything else. */
export interface CommandIo {
  /** Data as it is: JSON, YAML, CSV, schemas, scripts. */
  readonly out: (text: string) => void;
  /** The same for more than memory holds: resolves when more may come; to false when nobody reads it any more. */
  readonly send: (text: string) => Promise<boolean>;
  /** The answer as text for people: `--ascii` applies. */
  readonly print: (text: string) => void;
  /** Progress, warnings, what was written: text for people on stderr. */
  readonly note: (text: string) => void;
  /** What to do next; said in a terminal only. */
  readonly suggest: (commands: readonly string[]) => void;
  /** Redraws the last line of stderr; an empty text clears it. */
  readonly redraw: (text: string) => void;
  /** Colours for stdout, or leaves text alone. */
  readonly paint: Paint;
  /** The same for stderr. */
  readonly paintNote: Paint;
  readonly ascii: boolean;
  readonly width: number;
  readonly stderrIsTerminal: boolean;
  readonly signals: Signals;
  readonly nowMs: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly readStdin: () => AsyncIterable<Uint8Array>;
  /** As typed but for passwords, for the reproduce line. */
  readonly commandLine: readonly string[];
}

const STYLES = { heading: 'bold', good: 'green', bad: 'red', warning: 'yellow', dim: 'dim' } as const;
/** Width where the output is no terminal and COLUMNS is not set. */
const PLAIN_WIDTH = 100;

/** The process as commands see it. */
export function createIo(args: Arguments, commandLine: readonly string[], signals: Signals): CommandIo {
  const { env, stdout, stderr } = process;
  const ascii = args['ascii'] === true || !isUtf8(env);
  const forPeople = (text: string) =>
    finishText([text.replace(/\n$/, '')], { ascii, width: 0, paint: plain });
  const note = (text: string) => void stderr.write(forPeople(text));
  return {
    out: (text) => void stdout.write(text.endsWith('\n') ? text : `${text}\n`),
    send: (text) =>
      new Promise((resolve) => stdout.write(text, (error) => resolve(error === undefined || error === null))),
    print: (text) => void stdout.write(forPeople(text)),
    note,
    suggest: (commands) => {
      if (stderr.isTTY === true) note(`next: ${commands.join('\n      ')}`);
    },
    redraw: (text) => void stderr.write(`\r\u001b[2K${text}`),
    paint: paintFor(stdout, args['color'], env),
    paintNote: paintFor(stderr, args['color'], env),
    ascii,
    width: stdout.columns || Number(env['COLUMNS']) || PLAIN_WIDTH,
    stderrIsTerminal: stderr.isTTY === true,
    signals,
    nowMs: () => Date.now(),
    environment: env,
    workingDirectory: process.cwd(),
    readStdin: () => process.stdin,
    commandLine: commandLine.map(maskSecrets),
  };
}

const plain: Paint = (_role, text) => text;

/**
 * Colours if the stream is a terminal that has them and NO_COLOR is not set; FORCE_COLOR overrides that (0 and false
 * say no), and what was typed, `--color`, overrides both.
 */
function paintFor(
  stream: { readonly isTTY?: boolean },
  color: unknown,
  { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv,
): Paint {
  const byStream = stream.isTTY === true && TERM !== 'dumb' && (NO_COLOR ?? '') === '';
  const byEnvironment =
    (FORCE_COLOR ?? '') === '' ? byStream : FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  const paints = color === 'always' || (color !== 'never' && byEnvironment);
  return paints ? (role, text) => styleText(STYLES[role], text, { validateStream: false }) : plain;
}

/** Where nothing is set (containers, Windows) terminals understand UTF-8. */
function isUtf8({ LC_ALL, LC_CTYPE, LANG }: NodeJS.ProcessEnv): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG || '';
  return locale === '' || /utf-?8/i.test(locale);
}
