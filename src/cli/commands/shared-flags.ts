import type { Flag, Flags, Operand } from './command.ts';

/** What most commands are about. */
export const SCENARIO: Operand = { name: 'scenario', about: 'a file, or - for standard input', count: 'one' };

/** Forms of the answer, the first by default. */
export const output = (choices: readonly [string, ...string[]], alias: readonly string[] = ['o']): Flags => ({
  output: { about: 'Form of the answer', value: 'FORM', choices, default: choices[0], alias },
  json: { about: 'The same as -o json' },
});

/** How a scenario is read. */
export const SCENARIO_FLAGS: Flags = {
  set: { about: 'Change a value of the scenario: --set horizon=1d', value: 'PATH=VALUE', repeats: true },
  prices: { about: 'Price list in place of the instance prices, as import prices writes it', value: 'FILE' },
  traces: { about: 'Folder that {traces} stands for; else STOWAGE_TRACES', value: 'FOLDER' },
  'allow-plugins': { about: 'Let the scenario load schedulers from files: runs their code' },
};

/** What a run takes beside its scenario. */
export const RUN_FLAGS: Flags = {
  ...SCENARIO_FLAGS,
  seed: { about: 'Root of all random streams, in place of the seed in the scenario', value: 'N' },
  until: { about: 'End of the run, in place of the horizon: 6h', value: 'TIME' },
  check: { about: "One more check: 'wait.p95 < 30s'", value: 'EXPR', repeats: true },
  'fail-on': {
    about: 'What makes the exit code 5 beside failed checks',
    value: 'WHAT',
    choices: ['checks', 'unplaced', 'warnings', 'never'],
    default: 'checks',
    repeats: true,
  },
  out: { about: 'Write result directories below this folder', value: 'FOLDER' },
  report: { about: 'Write one HTML page; report.html if not named', value: 'FILE', valueIsOptional: true },
  force: { about: 'Replace results and files that exist' },
  fingerprint: { about: 'Print the fingerprints, nothing else' },
  progress: {
    about: 'Progress on stderr; auto is a bar in a terminal, else plain lines',
    value: 'FORM',
    choices: ['auto', 'bar', 'plain', 'json', 'none'],
    default: 'auto',
  },
};

/** Which metrics a table shows. */
export const METRICS_FLAG: Flag = {
  about: 'Metrics of the table: all, or names or families separated by commas; a short list if not given',
  value: 'LIST',
};

/** Which part of a run is left out of its statistics. */
export const WARM_UP_FLAG: Flag = {
  about: 'Start that waits leave out: 2h, or auto as MSER-5 finds it in each run',
  value: 'TIME',
  alias: ['warm-up'],
};

/** Flags of every list that shows prices. */
export const PRICE_FLAGS: Flags = {
  region: { about: 'Region of the prices; us-east-1 if not given', value: 'REGION' },
  prices: { about: 'Price list to use, as import prices writes it', value: 'FILE' },
};

/** Flags that narrow the list of instances; the other lists have no use for them. */
export const INSTANCE_FLAGS: Flags = {
  need: { about: "In words: '4 vCPU, 16 GiB, arm64, under 0.15 USD/h'", value: 'TEXT' },
  family: { about: 'Types of one family: m6i', value: 'NAME' },
  'min-cpu': { about: 'vCPUs, at least', value: 'N', isNumber: true },
  'max-cpu': { about: 'vCPUs, at most', value: 'N', isNumber: true },
  'min-memory': { about: 'Memory, at least: 16GiB', value: 'SIZE' },
  'max-price': { about: 'USD per hour, at most: 0.15', value: 'USD' },
  arch: { about: 'Processor architecture', value: 'NAME', choices: ['amd64', 'arm64'] },
  gpu: { about: 'Only types with GPUs; --no-gpu: only types without' },
  sort: {
    about: 'Order of the list',
    value: 'BY',
    choices: ['price', 'cpu', 'memory', 'price-per-cpu', 'price-per-memory', 'name'],
  },
};

/** Flags of every command. */
export const GLOBAL_FLAGS: Flags = {
  color: { about: 'Colours', value: 'WHEN', choices: ['auto', 'always', 'never'], default: 'auto' },
  ascii: { about: 'No characters beyond ASCII' },
  help: { about: 'Show this', alias: ['h'] },
};
