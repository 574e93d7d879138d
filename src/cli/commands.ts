import type { Options } from 'yargs';
import type { Paint } from '../report/text-layout.ts';

/** One command of the line: what it does and takes. Data only, so that `--help` and `completion` load nothing else. */
export interface Command {
  readonly name: string;
  /** As yargs wants it: `run <scenario>`. */
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Options>>;
  readonly load: () => Promise<{ readonly main: (args: Arguments, io: CommandIo) => Promise<number> }>;
}

/** Parsed flags by name; positional arguments too. */
export type Arguments = Readonly<Record<string, unknown>>;

/** The only way out for commands: stdout is the answer, stderr is everything else. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly note: (text: string) => void;
  /** Colours for the terminal, or leaves text alone. */
  readonly paint: Paint;
  readonly ascii: boolean;
  readonly width: number;
  readonly stderrIsTerminal: boolean;
  /** Set after the first Ctrl-C or SIGTERM. */
  readonly stopRequested: () => 'SIGINT' | 'SIGTERM' | null;
  readonly nowMs: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  /** As typed, for the reproduce line. */
  readonly commandLine: readonly string[];
}

const scenarioOptions: Readonly<Record<string, Options>> = {
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Change a value of the scenario: --set horizon=1d (repeat)',
  },
  traces: { type: 'string', nargs: 1, describe: 'Folder that {traces} stands for; else STOWAGE_TRACES' },
  'allow-plugins': { type: 'boolean', default: false, describe: 'Let the scenario load schedulers from files' },
};

const output = (choices: readonly string[]): Record<string, Options> => ({
  output: { alias: 'o', choices, default: choices[0], nargs: 1, describe: 'Form of the answer' },
  json: { type: 'boolean', default: false, describe: 'The same as -o json' },
});

const runOptions: Readonly<Record<string, Options>> = {
  ...scenarioOptions,
  seed: { type: 'number', nargs: 1, describe: 'Root of all random streams, in place of the scenario’s' },
  until: { type: 'string', nargs: 1, describe: 'Stop the clock here in place of the horizon: 6h' },
  out: { type: 'string', nargs: 1, describe: 'Write result directories below this folder' },
  report: { type: 'string', describe: 'Write one HTML page: a file name, or none for report.html' },
  force: { type: 'boolean', default: false, describe: 'Replace results that exist' },
  check: { type: 'string', array: true, nargs: 1, describe: "A check of its own: 'wait.p95 < 30s' (repeat)" },
  'fail-on': {
    choices: ['unplaced', 'checks', 'never'],
    default: 'checks',
    nargs: 1,
    describe: 'What makes the exit code 5',
  },
  verify: { type: 'boolean', default: false, describe: 'Prove every invariant from the event log' },
  fingerprint: { type: 'boolean', default: false, describe: 'Print fingerprints, nothing else' },
  progress: { choices: ['auto', 'plain', 'none'], default: 'auto', nargs: 1, describe: 'Progress on stderr' },
};

export const COMMANDS: readonly Command[] = [
  {
    name: 'init',
    usage: 'init [folder]',
    summary: 'Start from a template: a scenario and the next three commands',
    options: {
      template: { type: 'string', nargs: 1, default: 'ecs-vs-k8s', describe: 'Which one; --list shows them' },
      list: { type: 'boolean', default: false, describe: 'List the templates' },
      force: { type: 'boolean', default: false, describe: 'Replace files that exist' },
    },
    load: () => import('./init.ts'),
  },
  {
    name: 'validate',
    usage: 'validate <scenario..>',
    summary: 'Check scenarios: syntax, names, numbers; all errors in one go',
    options: {
      ...scenarioOptions,
      format: { choices: ['text', 'json', 'github'], default: 'text', nargs: 1, describe: 'Form of the findings' },
    },
    load: () => import('./validate.ts'),
  },
  {
    name: 'plan',
    usage: 'plan <scenario>',
    summary: 'Show the scenario with every default filled in; runs nothing',
    options: { ...scenarioOptions, ...output(['text', 'yaml', 'json']) },
    load: () => import('./plan.ts'),
  },
  {
    name: 'run',
    usage: 'run <scenario>',
    summary: 'Run one platform of a scenario',
    options: {
      platform: { type: 'string', nargs: 1, describe: 'Its name; the first one if not given' },
      ...runOptions,
      log: { type: 'string', nargs: 1, describe: 'Write the event log here, one JSON object a line' },
      ...output(['text', 'json']),
    },
    load: () => import('./run.ts'),
  },
  {
    name: 'compare',
    usage: 'compare <scenario>',
    summary: 'Run all platforms of a scenario on the same workload, side by side',
    options: {
      platforms: { type: 'string', nargs: 1, describe: 'Only these, separated by commas; the first is the baseline' },
      ...runOptions,
      markdown: { type: 'string', nargs: 1, describe: 'Write the comparison as Markdown to this file' },
      ...output(['text', 'markdown', 'json', 'csv']),
    },
    load: () => import('./compare.ts'),
  },
  {
    name: 'catalog',
    usage: 'catalog <list> [id]',
    summary: 'Instance types, regions, schedulers, metrics, trace formats, templates, codes',
    options: {
      region: { type: 'string', nargs: 1, default: 'us-east-1', describe: 'Region of the prices' },
      family: { type: 'string', nargs: 1, describe: 'm6i, c7g, ...' },
      'min-cpu': { type: 'number', nargs: 1, describe: 'vCPUs, at least' },
      'max-cpu': { type: 'number', nargs: 1, describe: 'vCPUs, at most' },
      'min-memory': { type: 'string', nargs: 1, describe: '16GiB, at least' },
      'max-price': { type: 'string', nargs: 1, describe: 'USD per hour, at most: 0.15' },
      arch: { choices: ['amd64', 'arm64'], nargs: 1, describe: 'Processor architecture' },
      gpu: { type: 'boolean', describe: 'Only with (or, --no-gpu, without) GPUs' },
      limit: { type: 'number', nargs: 1, default: 40, describe: 'Rows at most; 0 for all' },
      ...output(['text', 'json', 'csv']),
    },
    load: () => import('./catalog.ts'),
  },
  {
    name: 'schema',
    usage: 'schema [what]',
    summary: 'JSON Schema (draft-07) of scenarios or of summary.json',
    options: { out: { type: 'string', nargs: 1, describe: 'Write it to this file' } },
    load: () => import('./schema.ts'),
  },
  {
    name: 'doctor',
    usage: 'doctor',
    summary: 'Versions, machine and settings, to paste into a question',
    options: output(['text', 'json']),
    load: () => import('./doctor.ts'),
  },
  {
    name: 'completion',
    usage: 'completion <shell>',
    summary: 'Completion script for bash, zsh or fish',
    options: {},
    load: () => import('./completion.ts'),
  },
];

/** Flags of every command. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  color: { choices: ['auto', 'always', 'never'], default: 'auto', nargs: 1, describe: 'Colour in the terminal' },
  ascii: { type: 'boolean', default: false, describe: 'No characters beyond ASCII' },
};
