import type { Command, Flags } from './commands.ts';

/** Flags that the commands below share with the others. */
interface SharedFlags {
  /** How a scenario is read. */
  readonly scenario: Flags;
  readonly output: (choices: readonly [string, ...string[]]) => Flags;
}

/** Commands that make many runs: sweeps, the search for a size, the weight of ties and seeds. */
export function sweepCommands({ scenario, output }: SharedFlags): readonly Command[] {
  const { check, ...scenarioFlags } = { ...scenario, check: CHECK };
  return [
    {
      name: 'sweep',
      summary:
        'Run a scenario at many points: parameters × platforms × seeds, on one machine or on thousands',
      operands: [
        {
          name: 'action',
          about: 'what to do',
          count: 'one',
          choices: ['plan', 'run', 'work', 'status', 'merge', 'cancel', 'template'],
        },
        {
          name: 'inputs',
          about: 'a scenario, a plan, or folders of results; template: its kind and a plan',
          count: 'any',
        },
      ],
      flags: {
        param: {
          about:
            "A parameter, by its path as in --set: 'a=1,2,4', 'b=0.5..0.9:0.1', 'c=256MiB..1024MiB:256MiB'",
          value: 'PATH=VALUES',
          repeats: true,
        },
        design: {
          about: 'Which points: all combinations, the i-th values together, or drawn',
          value: 'KIND',
          choices: ['grid', 'list', 'random', 'lhs', 'sobol'],
        },
        points: { about: 'Points that are drawn; of a sobol design the rows', value: 'N', isNumber: true },
        'design-seed': { about: 'Seed of the drawn points; 1 if not given', value: 'N', isNumber: true },
        platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
        seeds: {
          about: 'Replications: 1..30, or 3,7,9; the seed of the scenario if not given',
          value: 'LIST',
        },
        check,
        chunk: {
          about: 'Runs that are handed out and kept together: a time, or a number; 10s if not given',
          value: 'SIZE',
        },
        jobs: { about: 'Worker threads; as many as cores if not given', value: 'N', isNumber: true },
        budget: { about: 'Stop after this time: 2h; exit code 7 if runs are left', value: 'TIME' },
        shard: {
          about: 'work: part i of n, from 0; else from Slurm, AWS Batch, Kubernetes or CI variables',
          value: 'i/n',
        },
        shards: { about: 'work, template: number of parts', value: 'N', isNumber: true },
        target: {
          about:
            "run: in rounds of more and more of the seeds, until a metric is known so well: 'cost.total±2%'",
          value: 'GOAL',
        },
        halve: {
          about: 'run: in rounds; after each the better half of the platforms by this metric goes on',
          value: 'METRIC',
        },
        'first-seeds': {
          about: 'Seeds of the first round; every other has twice as many as the one before; 8 if not given',
          value: 'N',
          isNumber: true,
        },
        queue: {
          about:
            'run, work, status, merge, cancel: the queue that shares out the chunks, postgres://… or redis://…, or env:NAME',
          value: 'URL',
        },
        results: {
          about: 'With --queue: database of the results, if not the queue itself or the folder by --out',
          value: 'URL',
        },
        'queue-settings': {
          about:
            'Any of attempts=3, backoff=5s, lock=60s, stalled-check=30s, stalls=3, which is also the default',
          value: 'LIST',
        },
        linger: {
          about: 'work without a plan: so long it waits for another one when all are done',
          value: 'TIME',
        },
        watch: { about: 'status: go on until all is done' },
        'core-price': {
          about: 'run, work, status: an hour of one core, to say what failures have cost: 0.048 USD/h',
          value: 'USD',
        },
        only: { about: 'work: only chunks with these runs: 0-499,1500', value: 'RUNS' },
        out: { about: 'plan, merge: file to write; run, work: folder of the results', value: 'PATH' },
        files: { about: 'Folder of the scenario, if it has moved', value: 'FOLDER' },
        baseline: {
          about: 'Platform that the others are compared with; the first if not given',
          value: 'NAME',
        },
        metrics: { about: 'Metrics of the answer, separated by commas, or all', value: 'NAMES' },
        objectives: {
          about:
            'Metrics of the Pareto front; cost.total, wait.p95, tasks.interrupted and unplaced if not given',
          value: 'NAMES',
        },
        ...scenarioFlags,
        force: { about: 'Replace the file if it exists' },
        progress: {
          about: 'Progress on stderr; auto is a bar in a terminal, else plain lines',
          value: 'FORM',
          choices: ['auto', 'bar', 'plain', 'json', 'none'],
        },
        ...output(['text', 'markdown', 'json', 'csv']),
      },
      examples: [
        [
          "sweep run shop.yaml --param 'fleet[0].size.max=20..60:10' --seeds 1..10 --out sweep",
          'five sizes, ten seeds each; goes on after a stop',
        ],
        [
          "sweep plan shop.yaml --param 'fleet[0].size.max=10..60' --design lhs --points 500 --out plan.json",
          'writes down what to run, for many machines',
        ],
        ['sweep work plan.json --shard 3/16 --out part', 'the fourth of sixteen parts'],
        [
          'sweep run plan.json --queue postgres://me@db/sweeps --jobs 0',
          'for other machines, which say: sweep work --queue …',
        ],
        ['sweep template slurm plan.json --shards 100', 'a job script; also kubernetes, aws-batch, github'],
        ['sweep merge part0 part1 part2', 'checks and joins what the parts have found'],
      ],
      load: () => import('./sweep.ts'),
    },
    {
      name: 'size',
      summary: 'Find the smallest fleet that meets the checks, with a stated confidence over seeds',
      operands: [{ name: 'scenario', about: 'a file, or - for standard input', count: 'one' }],
      flags: {
        group: { about: 'Which group of instances; needed if there are several', value: 'NAME' },
        types: {
          about: 'Instance types to compare, and mixtures: m6i.large,m6i.xlarge+m5.xlarge',
          value: 'LIST',
        },
        vary: {
          about: 'size: so many instances all the time (default); max: the limit of the autoscaler',
          value: 'WHAT',
          choices: ['size', 'max'],
        },
        min: { about: 'Smallest size to look at; 1 if not given', value: 'N', isNumber: true },
        max: { about: 'Largest size; that of the group if not given', value: 'N', isNumber: true },
        platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
        seeds: { about: 'Replications: 1..30 if not given', value: 'LIST' },
        share: {
          about: 'Share of workloads that must meet all checks; 0.9 if not given',
          value: 'SHARE',
          isNumber: true,
        },
        confidence: { about: 'Of that claim; 0.95 if not given', value: 'SHARE', isNumber: true },
        check,
        jobs: { about: 'Worker threads; as many as cores if not given', value: 'N', isNumber: true },
        ...scenarioFlags,
        markdown: { about: 'Write the answer as Markdown', value: 'FILE' },
        force: { about: 'Replace the file if it exists' },
        ...output(['text', 'markdown', 'json']),
      },
      examples: [
        ["size shop.yaml --check 'wait.p95 < 60s'", 'the smallest fleet of each platform'],
        ['size shop.yaml --types m6i.xlarge,m6i.2xlarge', 'which type is cheapest at its smallest size'],
      ],
      load: () => import('./size.ts'),
    },
    {
      name: 'sensitivity',
      summary: 'Show how much of a ranking is the tie rule and the seed',
      operands: [{ name: 'scenario', about: 'a file, or - for standard input', count: 'one' }],
      flags: {
        metric: { about: 'What is ranked; cost.total if not given', value: 'NAME' },
        platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
        seeds: { about: 'Replications: 1..10 if not given', value: 'LIST' },
        jobs: { about: 'Worker threads; as many as cores if not given', value: 'N', isNumber: true },
        ...scenarioFlags,
        ...output(['text', 'markdown', 'json']),
      },
      examples: [['sensitivity shop.yaml --seeds 1..20', 'every tie rule of every platform, twenty seeds']],
      load: () => import('./sensitivity.ts'),
    },
  ];
}

const CHECK = { about: "One more check: 'wait.p95 < 30s'", value: 'EXPR', repeats: true } as const;
