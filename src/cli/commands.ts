import type { CommandIo } from './command-io.ts';
import { sweepCommands } from './sweep-commands.ts';

/** One command of the line: what it does and takes. Data only, so that `--help` and `completion` load nothing else. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly operands: readonly Operand[];
  readonly flags: Flags;
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

const SCENARIO: Operand = { name: 'scenario', about: 'a file, or - for standard input', count: 'one' };

/** Forms of the answer, the first by default. */
const output = (choices: readonly [string, ...string[]], alias: readonly string[] = ['o']): Flags => ({
  output: { about: 'Form of the answer', value: 'FORM', choices, default: choices[0], alias },
  json: { about: 'The same as -o json' },
});

const scenarioFlags: Flags = {
  set: { about: 'Change a value of the scenario: --set horizon=1d', value: 'PATH=VALUE', repeats: true },
  prices: { about: 'Price list in place of the instance prices, as import prices writes it', value: 'FILE' },
  traces: { about: 'Folder that {traces} stands for; else STOWAGE_TRACES', value: 'FOLDER' },
  'allow-plugins': { about: 'Let the scenario load schedulers from files: runs their code' },
};

const runFlags: Flags = {
  ...scenarioFlags,
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

const metricsFlag: Flag = {
  about: 'Metrics of the table: all, or names or families separated by commas; a short list if not given',
  value: 'LIST',
};

const warmUpFlag: Flag = {
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

export const COMMANDS: readonly Command[] = [
  {
    name: 'init',
    summary: 'Start from a template: a scenario and the commands to go on with',
    operands: [
      { name: 'folder', about: 'made if missing; the working directory if not given', count: 'optional' },
    ],
    flags: {
      template: { about: 'Which one; --list shows them', value: 'NAME', default: 'ecs-vs-k8s' },
      list: { about: 'List the templates' },
      force: { about: 'Replace files that exist' },
      ...output(['text', 'json']),
    },
    examples: [['init shop', 'writes shop/scenario.yaml and a schema for your editor']],
    load: () => import('./init.ts'),
  },
  {
    name: 'validate',
    summary: 'Check scenarios: syntax, names, numbers; all errors in one go',
    operands: [{ ...SCENARIO, about: 'files, or - for standard input', count: 'many' }],
    flags: { ...scenarioFlags, ...output(['text', 'json', 'github'], ['o', 'format']) },
    examples: [['validate *.yaml --format github', 'findings as annotations of GitHub Actions']],
    load: () => import('./validate.ts'),
  },
  {
    name: 'plan',
    summary: 'Show the scenario with every default filled in; runs nothing',
    operands: [SCENARIO],
    flags: { ...scenarioFlags, ...output(['text', 'yaml', 'json']) },
    examples: [['plan shop.yaml -o yaml', 'the whole plan: a scenario again']],
    load: () => import('./plan.ts'),
  },
  {
    name: 'run',
    summary: 'Run one platform of a scenario',
    operands: [SCENARIO],
    flags: {
      platform: { about: 'Which one; the first if not given', value: 'NAME' },
      ...runFlags,
      metrics: metricsFlag,
      warmup: warmUpFlag,
      verify: { about: 'Prove every invariant from the event log' },
      log: { about: 'Write the event log, one JSON object a line', value: 'FILE' },
      ...output(['text', 'json', 'yaml']),
    },
    examples: [
      ['run shop.yaml --platform kubernetes --out results', 'keeps the result'],
      ["run shop.yaml --set 'fleet[0].size.max=20'", 'changes one value'],
    ],
    load: () => import('./run.ts'),
  },
  {
    name: 'compare',
    summary: 'Run all platforms of a scenario on the same workload, side by side; or finished runs',
    operands: [
      { ...SCENARIO, about: 'a file, or - for standard input; or a folder of results' },
      { name: 'results', about: 'more folders of results, as --out writes them', count: 'any' },
    ],
    flags: {
      platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
      baseline: { about: 'What the others are compared with; the first if not given', value: 'NAME' },
      ...runFlags,
      metrics: metricsFlag,
      ci: { about: 'Confidence of the intervals; 0.95 if not given', value: 'SHARE' },
      'min-effect': {
        about: 'Smaller differences are none: share of the baseline, 1% if not given',
        value: 'SHARE',
      },
      by: {
        about: 'Split the difference of the bills; as CSV it is the table',
        value: 'WHAT',
        choices: ['service', 'type', 'hour'],
      },
      'only-changed': { about: 'Leave out rows in which nothing differs' },
      seeds: {
        about:
          'Replications: 1..30, or 3,7,9, or auto until the differences are precise, auto:1% of the cost',
        value: 'LIST',
      },
      precision: {
        about:
          'For --seeds auto: half an interval, as a share or in its unit: wait.p95=500ms; cost=1% if not given',
        value: 'METRIC=VALUE',
        repeats: true,
      },
      warmup: warmUpFlag,
      'other-plans': { about: 'Compare results of different plans, too' },
      select: {
        about: 'Name the best platform instead, with a stated probability: best, or best:wait.p95',
        value: 'WHAT',
      },
      confidence: {
        about: 'For --select: probability of naming the best; 0.95 if not given',
        value: 'SHARE',
      },
      indifference: {
        about: 'For --select: smaller differences do not matter; 1% of the baseline if not given',
        value: 'SHARE',
      },
      budget: {
        about: 'For --select: replications in all, shared out where they help most (OCBA)',
        value: 'N',
        isNumber: true,
      },
      jobs: {
        about: 'Worker threads for the seeds; as many as cores if not given',
        value: 'N',
        isNumber: true,
      },
      'fail-if': {
        about: "Exit code 6 when a platform differs from the baseline like this: 'cost.total > +2%'",
        value: 'EXPR',
        repeats: true,
      },
      'exit-code': { about: 'Exit code 6 when anything is better or worse than the baseline' },
      markdown: { about: 'Write the comparison as Markdown', value: 'FILE' },
      ...output(['text', 'markdown', 'json', 'yaml', 'csv']),
    },
    examples: [
      ['compare shop.yaml --report shop.html', 'the answer, and a page that explains it'],
      ['compare shop.yaml --seeds 1..30', 'thirty workloads, paired differences with intervals'],
      ['compare before after', 'results of two folders, as --out wrote them, seed by seed'],
      ["compare shop.yaml --check 'cost.total < 900 USD'", 'a gate for CI: exit code 5 when it fails'],
    ],
    load: () => import('./compare.ts'),
  },
  ...sweepCommands({ scenario: scenarioFlags, output }),
  {
    name: 'packing',
    summary: 'How well each platform packs: utilisation, holes, inflation, compaction, and the best possible',
    operands: [SCENARIO],
    flags: {
      platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
      ...scenarioFlags,
      seed: runFlags['seed']!,
      until: runFlags['until']!,
      at: {
        about: 'Moment whose machines and tasks are packed: 6h, end; the peak of demand if not given',
        value: 'TIME',
      },
      permutations: {
        about: 'Random orders of machines and tasks; 11 if not given',
        value: 'N',
        isNumber: true,
      },
      pending: { about: 'Share of the tasks that may stay without room; 0.2% if not given', value: 'SHARE' },
      ...output(['text', 'markdown', 'json', 'yaml', 'csv']),
    },
    examples: [['packing shop.yaml', 'machines that the workload needs, and a bound']],
    load: () => import('./packing.ts'),
  },
  {
    name: 'explain',
    summary: 'Why a task went where it did, or nowhere: any decision of a finished run; or what a code means',
    operands: [
      {
        name: 'subject',
        about: 'task/ID, decision/N, unplaced, node/ID, an error code, or codes',
        count: 'one',
      },
    ],
    flags: {
      result: { about: 'Result directory, as --out wrote it', value: 'DIR' },
      at: { about: 'Time of the run: 1h30m, -10m, end; the end if not given', value: 'TIME' },
      policy: {
        about: 'Ask another policy about the same state: binpack, best-fit, a platform, ...',
        value: 'NAME',
      },
      top: { about: 'Instances, or kinds of tasks, shown; 10 if not given', value: 'N', isNumber: true },
      files: { about: 'Folder of the scenario, if it has moved', value: 'FOLDER' },
      traces: scenarioFlags['traces']!,
      'allow-plugins': scenarioFlags['allow-plugins']!,
      ...output(['text', 'wide', 'json', 'csv']),
    },
    examples: [
      ['explain unplaced --result results/shop/ecs/seed=42', 'what found no room, why, and what would help'],
      ['explain task/web/12 --result DIR --policy best-fit', 'its last decision, and what else it could be'],
    ],
    load: () => import('./explain.ts'),
  },
  {
    name: 'get',
    summary: 'List what a finished run held: tasks, nodes, services, events, costs, ...',
    operands: [
      {
        name: 'kind',
        about: 'what to list',
        count: 'one',
        choices: ['tasks', 'nodes', 'services', 'pools', 'events', 'decisions', 'costs', 'checks'],
      },
    ],
    flags: {
      result: { about: 'Result directory, as --out wrote it', value: 'DIR' },
      at: { about: 'Time of the run: 1h30m, -10m, end; the end if not given', value: 'TIME' },
      from: { about: 'Only events and decisions from then on', value: 'TIME' },
      to: { about: 'Only events and decisions up to then', value: 'TIME' },
      where: {
        about: "Only rows like this: 'wait_s>30s', 'state=pending', 'task~web'",
        value: 'EXPR',
        repeats: true,
      },
      'sort-by': { about: 'Column to sort by; NAME:desc falls', value: 'NAME' },
      by: { about: 'One row for each value of this column, with sums and means', value: 'NAME' },
      columns: { about: 'Columns to show, separated by commas', value: 'NAMES' },
      limit: { about: 'Rows at most, 0 for all; for people 50 if not given', value: 'N', isNumber: true },
      files: { about: 'Of decisions: folder of the scenario, if it has moved', value: 'FOLDER' },
      traces: scenarioFlags['traces']!,
      'allow-plugins': scenarioFlags['allow-plugins']!,
      ...output(['text', 'wide', 'json', 'yaml', 'csv']),
    },
    examples: [
      ['get nodes --result results/shop/ecs/seed=42 --at 12h', 'who held how much at noon'],
      ["get tasks --result DIR --where 'wait_s>5m' --sort-by wait_s:desc", 'who waited longest'],
      [
        'get decisions --result DIR --from 8h --to 9h --where kind=failure',
        'who found no place in that hour',
      ],
      ['get tasks --result DIR --by group -o csv', 'counts and mean waits of each service and job'],
    ],
    load: () => import('./get.ts'),
  },
  {
    name: 'describe',
    summary: 'Everything about one task, node, service or pool of a finished run, its events last',
    operands: [
      { name: 'subject', about: 'task/web/12, node/i-0000001, service/web, pool/general', count: 'one' },
    ],
    flags: {
      result: { about: 'Result directory, as --out wrote it', value: 'DIR' },
      at: { about: 'Time of the run: 1h30m, -10m, end; the end if not given', value: 'TIME' },
      ...output(['text', 'json', 'yaml']),
    },
    examples: [['describe node/i-0000001 --result DIR --at 12h', 'its room, its tasks, what happened to it']],
    load: () => import('./describe.ts'),
  },
  {
    name: 'report',
    summary: 'One HTML page of a finished run, or of several side by side; needs no network',
    operands: [{ name: 'results', about: 'result directories, as --out writes them', count: 'many' }],
    flags: {
      out: { about: 'Where to write the page', value: 'FILE', default: 'report.html' },
      title: { about: 'Whom or what the page is for', value: 'TEXT' },
      'max-size': {
        about: 'Largest page: of longer runs the packing shows a part; 10MB if not given',
        value: 'SIZE',
      },
      force: { about: 'Replace the page if it exists' },
      files: { about: 'Folder of the scenario, if it has moved', value: 'FOLDER' },
      traces: scenarioFlags['traces']!,
      'allow-plugins': scenarioFlags['allow-plugins']!,
    },
    examples: [
      ['report results/shop/*/seed=42 --out shop.html', 'all platforms side by side, moving together'],
      ['report results/shop/ecs/seed=42', 'one run'],
    ],
    load: () => import('./report.ts'),
  },
  {
    name: 'export',
    summary: 'Charts of a finished run as files, or of several side by side',
    operands: [{ name: 'results', about: 'result directories, as --out writes them', count: 'many' }],
    flags: {
      to: { about: 'Format', value: 'FORMAT', choices: ['svg'], default: 'svg' },
      out: { about: 'Folder for the files', value: 'FOLDER', default: 'charts' },
      charts: {
        about: 'Only these: cost, packing, heat, gantt, waits, instances, pending, rate, cpu, memory, gpu',
        value: 'NAMES',
      },
      at: { about: 'Time of the packing: 1h30m, -10m, end; the fullest moment if not given', value: 'TIME' },
      'from-time': { about: 'Where heat and gantt begin; the start if not given', value: 'TIME' },
      'to-time': { about: 'Where heat and gantt end; the end if not given', value: 'TIME' },
      node: { about: 'A node for gantt to show, with its neighbours; the first if not given', value: 'NAME' },
      force: { about: 'Replace files that exist' },
    },
    examples: [
      [
        'export DIR --charts heat,gantt --from-time 8h --to-time 12h',
        'how full the nodes were, and who was on them',
      ],
      ['export results/shop/ecs/seed=42 --charts packing --at 12h', 'the packing at noon, for a paper'],
    ],
    load: () => import('./export.ts'),
  },
  {
    name: 'price',
    summary: 'Bill a finished run again: other region, other prices, commitments; nothing is simulated',
    operands: [{ name: 'result', about: 'a result directory, as run --out writes it', count: 'one' }],
    flags: {
      set: {
        about: 'region=NAME, or commitments=LIST, of KIND:USD_PER_HOUR and KIND:TYPE:COUNT',
        value: 'WHAT=VALUE',
        repeats: true,
      },
      prices: { about: 'Price list to take, as import prices writes it, or builtin', value: 'FILE' },
      'best-commitment': {
        about:
          'Look for the commitment that saves most: of every kind, or of one, such as compute-1y-no-upfront',
        value: 'KIND',
        valueIsOptional: true,
      },
      ...output(['text', 'json', 'yaml', 'csv']),
    },
    examples: [
      ['price results/shop/ecs/seed=42 --set region=eu-west-1', 'the same run, billed in Ireland'],
      ['price DIR --set commitments=compute-1y-no-upfront:0.5', 'with a Savings Plan of 0.50 USD/h'],
      [
        'price results/shop/ecs/seed=42 --best-commitment',
        'which Savings Plan or reservation would have paid',
      ],
    ],
    load: () => import('./price.ts'),
  },
  {
    name: 'catalog',
    summary: 'What scenarios can name: instance types, regions, schedulers, metrics, ...',
    operands: [
      {
        name: 'list',
        about: 'which one; what there is if not given',
        count: 'optional',
        choices: [
          'instances',
          'prices',
          'spot',
          'regions',
          'policies',
          'schedulers',
          'metrics',
          'traces',
          'templates',
          'ecs',
          'kubernetes',
          'codes',
          'show',
          'compare',
          'diff',
        ],
      },
      {
        name: 'id',
        about: 'one entry of the list; several to compare; two price lists for diff',
        count: 'any',
      },
    ],
    flags: {
      ...PRICE_FLAGS,
      ...INSTANCE_FLAGS,
      limit: {
        about: 'Rows at most, 0 for all; of instances as text 40 if not given',
        value: 'N',
        isNumber: true,
      },
      ...output(['text', 'json', 'yaml', 'csv']),
    },
    examples: [
      ["catalog instances --need '4 vCPU, 16 GiB, arm64, under 0.15 USD/h'", 'types, cheapest first'],
      ['catalog compare m6i.xlarge m7g.xlarge', 'types side by side'],
      ['catalog diff builtin prices.ndjson', 'what has become cheaper or dearer'],
      ['catalog codes E1203', 'what an error code means'],
    ],
    load: () => import('./catalog.ts'),
  },
  {
    name: 'import',
    summary: 'Turn what AWS publishes into files that scenarios and --prices use',
    operands: [
      {
        name: 'kind',
        about: 'prices: the AmazonEC2 offer file, Spot price history',
        count: 'one',
        choices: ['prices'],
      },
      { name: 'files', about: 'as downloaded, packed with gzip or not', count: 'many' },
    ],
    flags: {
      out: { about: 'Where to write the list', value: 'FILE', default: 'prices.ndjson' },
      region: { about: 'Only this region', value: 'REGION', repeats: true },
      os: {
        about: 'Only this operating system',
        value: 'NAME',
        choices: ['linux', 'rhel', 'suse', 'ubuntu-pro', 'windows'],
        repeats: true,
      },
      force: { about: 'Replace the file if it exists' },
      ...output(['text', 'json', 'yaml']),
    },
    examples: [
      [
        'import prices index.csv --region eu-west-1 --os linux',
        'On-Demand and Reserved prices of one region',
      ],
      ['import prices index.json spot-history.json --out prices.ndjson', 'the same with Spot prices'],
    ],
    load: () => import('./import.ts'),
  },
  {
    name: 'schema',
    summary: 'JSON Schema (draft-07) of scenarios, or of the summary of a run',
    operands: [
      { name: 'kind', about: 'scenario if not given', count: 'optional', choices: ['scenario', 'summary'] },
    ],
    flags: {
      out: { about: 'Write it to this file', value: 'FILE' },
      force: { about: 'Replace the file if it exists' },
      ...output(['json']),
    },
    examples: [['schema --out scenario.schema.json', 'for an editor']],
    load: () => import('./schema.ts'),
  },
  {
    name: 'doctor',
    summary: 'Versions, machine and settings, to paste into a question',
    operands: [],
    flags: output(['text', 'json', 'yaml']),
    examples: [],
    load: () => import('./doctor.ts'),
  },
  {
    name: 'completion',
    summary: 'Completion script for a shell',
    operands: [{ name: 'shell', about: 'which one', count: 'one', choices: ['bash', 'zsh', 'fish'] }],
    flags: {},
    examples: [['completion bash >> ~/.bashrc', 'from the next shell on']],
    load: () => import('./completion.ts'),
  },
];

/** Flags of every command. */
export const GLOBAL_FLAGS: Flags = {
  color: { about: 'Colours', value: 'WHEN', choices: ['auto', 'always', 'never'], default: 'auto' },
  ascii: { about: 'No characters beyond ASCII' },
  help: { about: 'Show this', alias: ['h'] },
};
