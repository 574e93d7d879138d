import type { Options } from 'yargs';
import type { CommandIo } from './command-io.ts';

/** One command of the line: what it does and takes. Data only, so that `--help` and `completion` load nothing else. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly options: Readonly<Record<string, Options>>;
  /** Command lines without the program's name, and what they do. */
  readonly examples: readonly (readonly [commandLine: string, about: string])[];
  readonly load: () => Promise<{ readonly main: (args: Arguments, io: CommandIo) => Promise<number> }>;
}

/** What a command takes by its place: `<scenario>`. */
export interface Operand {
  readonly name: string;
  readonly about: string;
  /** `many` is one or more. */
  readonly count: 'one' | 'optional' | 'many';
  readonly choices?: readonly string[];
}

/** Parsed flags and operands by name. A flag that was not given and has no default is missing. */
export type Arguments = Readonly<Record<string, unknown>>;

const SCENARIO: Operand = { name: 'scenario', about: 'a file, or - for standard input', count: 'one' };

/** A flag with one value. */
const text = (describe: string, more: Options = {}): Options => ({
  type: 'string',
  nargs: 1,
  describe,
  ...more,
});
const flag = (describe: string): Options => ({ type: 'boolean', describe });
const choice = (choices: readonly string[], describe: string, more: Options = {}): Options => ({
  choices,
  nargs: 1,
  describe,
  ...more,
});

/** Forms of the answer, the first by default. */
const output = (choices: readonly string[], more: Options = {}): Record<string, Options> => ({
  output: choice(choices, 'Form of the answer', { alias: 'o', default: choices[0], ...more }),
  json: flag('The same as -o json'),
});

const scenarioOptions: Readonly<Record<string, Options>> = {
  set: text('Change a value of the scenario: --set horizon=1d (repeat)', { array: true }),
  traces: text('Folder that {traces} stands for; else STOWAGE_TRACES'),
  'allow-plugins': flag('Let the scenario load schedulers from files: runs their code'),
};

const runOptions: Readonly<Record<string, Options>> = {
  ...scenarioOptions,
  seed: text('Root of all random streams, in place of the seed in the scenario'),
  until: text('End of the run, in place of the horizon: 6h'),
  check: text("One more check: 'wait.p95 < 30s' (repeat)", { array: true }),
  'fail-on': choice(
    ['checks', 'unplaced', 'warnings', 'never'],
    'What makes the exit code 5, beside failed checks (repeat)',
    { array: true, default: ['checks'], defaultDescription: 'checks' },
  ),
  out: text('Write result directories below this folder'),
  report: { type: 'string', describe: 'Write one HTML page: a file name, or none for report.html' },
  force: flag('Replace results and files that exist'),
  fingerprint: flag('Print the fingerprints, nothing else'),
  progress: choice(
    ['auto', 'bar', 'plain', 'json', 'none'],
    'Progress on stderr: a bar in a terminal, else plain lines',
    { default: 'auto' },
  ),
};

const catalogOptions: Readonly<Record<string, Options>> = {
  region: text('Region of the prices', { defaultDescription: 'us-east-1' }),
  family: text('m6i, c7g, ...'),
  'min-cpu': { type: 'number', nargs: 1, describe: 'vCPUs, at least' },
  'max-cpu': { type: 'number', nargs: 1, describe: 'vCPUs, at most' },
  'min-memory': text('Memory, at least: 16GiB'),
  'max-price': text('USD per hour, at most: 0.15'),
  arch: choice(['amd64', 'arm64'], 'Processor architecture'),
  gpu: flag('Only types with GPUs; --no-gpu: only types without'),
};

/** Flags that narrow the list of instances; the other lists have no use for them. */
export const INSTANCE_FLAGS: readonly string[] = Object.keys(catalogOptions);

export const COMMANDS: readonly Command[] = [
  {
    name: 'init',
    summary: 'Start from a template: a scenario and the commands to go on with',
    operands: [{ name: 'folder', about: 'made if missing; the working directory if not given', count: 'optional' }],
    options: {
      template: text('Which one; --list shows them', { default: 'ecs-vs-k8s' }),
      list: flag('List the templates'),
      force: flag('Replace files that exist'),
      ...output(['text', 'json']),
    },
    examples: [['init shop', 'writes shop/scenario.yaml and a schema for your editor']],
    load: () => import('./init.ts'),
  },
  {
    name: 'validate',
    summary: 'Check scenarios: syntax, names, numbers; all errors in one go',
    operands: [{ ...SCENARIO, about: 'files, or - for standard input', count: 'many' }],
    options: { ...scenarioOptions, ...output(['text', 'json', 'github'], { alias: ['o', 'format'] }) },
    examples: [['validate *.yaml --format github', 'findings as annotations of GitHub Actions']],
    load: () => import('./validate.ts'),
  },
  {
    name: 'plan',
    summary: 'Show the scenario with every default filled in; runs nothing',
    operands: [SCENARIO],
    options: { ...scenarioOptions, ...output(['text', 'yaml', 'json']) },
    examples: [['plan shop.yaml -o yaml', 'the whole plan: a scenario again']],
    load: () => import('./plan.ts'),
  },
  {
    name: 'run',
    summary: 'Run one platform of a scenario',
    operands: [SCENARIO],
    options: {
      platform: text('Its name; the first one if not given'),
      ...runOptions,
      verify: flag('Prove every invariant from the event log'),
      log: text('Write the event log to this file, one JSON object a line'),
      ...output(['text', 'json', 'yaml']),
    },
    examples: [
      ['run shop.yaml --platform kubernetes --out results', 'keeps the result'],
      ['run shop.yaml --set platforms.kubernetes.queue=strict', 'changes one value'],
    ],
    load: () => import('./run.ts'),
  },
  {
    name: 'compare',
    summary: 'Run all platforms of a scenario on the same workload, side by side',
    operands: [SCENARIO],
    options: {
      platforms: text('Only these, separated by commas'),
      baseline: text('What the others are compared with; the first one if not given'),
      ...runOptions,
      markdown: text('Write the comparison as Markdown to this file'),
      ...output(['text', 'markdown', 'json', 'yaml', 'csv']),
    },
    examples: [
      ['compare shop.yaml --report shop.html', 'the answer, and a page that explains it'],
      ["compare shop.yaml --check 'cost.total < 900 USD'", 'a gate for CI: exit code 5 when it fails'],
    ],
    load: () => import('./compare.ts'),
  },
  {
    name: 'catalog',
    summary: 'What scenarios can name: instance types, regions, schedulers, metrics, ...',
    operands: [
      {
        name: 'list',
        about: 'which one; all their names if not given',
        count: 'optional',
        choices: ['instances', 'regions', 'schedulers', 'metrics', 'traces', 'templates', 'codes'],
      },
      { name: 'id', about: 'one entry of the list', count: 'optional' },
    ],
    options: {
      ...catalogOptions,
      limit: { type: 'number', nargs: 1, describe: 'Rows at most; 0 for all', defaultDescription: '40 as text' },
      ...output(['text', 'json', 'yaml', 'csv']),
    },
    examples: [
      ['catalog instances --min-cpu 4 --max-price 0.2', 'types, cheapest first'],
      ['catalog codes E1203', 'what an error code means'],
    ],
    load: () => import('./catalog.ts'),
  },
  {
    name: 'schema',
    summary: 'JSON Schema (draft-07) of scenarios, or of the summary of a run',
    operands: [
      { name: 'what', about: 'scenario if not given', count: 'optional', choices: ['scenario', 'summary'] },
    ],
    options: { out: text('Write it to this file'), force: flag('Replace the file if it exists'), ...output(['json']) },
    examples: [['schema --out scenario.schema.json', 'for an editor']],
    load: () => import('./schema.ts'),
  },
  {
    name: 'doctor',
    summary: 'Versions, machine and settings, to paste into a question',
    operands: [],
    options: output(['text', 'json', 'yaml']),
    examples: [],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'completion',
    summary: 'Completion script for a shell',
    operands: [{ name: 'shell', about: 'which one', count: 'one', choices: ['bash', 'zsh', 'fish'] }],
    options: {},
    examples: [['completion bash >> ~/.bashrc', 'from the next shell on']],
    load: () => import('./completion.ts'),
  },
];

/** Flags of every command. */
export const GLOBAL_OPTIONS: Readonly<Record<string, Options>> = {
  color: choice(['auto', 'always', 'never'], 'Colour', { default: 'auto' }),
  ascii: flag('No characters beyond ASCII'),
  help: { type: 'boolean', alias: 'h', describe: 'Show this' },
};
