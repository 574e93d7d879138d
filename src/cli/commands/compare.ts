import type { Command } from './command.ts';
import { METRICS_FLAG, output, RUN_FLAGS, SCENARIO, WARM_UP_FLAG } from './shared-flags.ts';

/** `stowage compare` */
export const compareCommand: Command = {
  name: 'compare',
  summary: 'Run all platforms of a scenario on the same workload, side by side; or finished runs',
  operands: [
    { ...SCENARIO, about: 'a file, or - for standard input; or a folder of results' },
    { name: 'results', about: 'more folders of results, as --out writes them', count: 'any' },
  ],
  flags: {
    platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
    baseline: { about: 'What the others are compared with; the first if not given', value: 'NAME' },
    ...RUN_FLAGS,
    metrics: METRICS_FLAG,
    ci: { about: 'Confidence of the intervals; 0.95 if not given', value: 'SHARE' },
    'min-effect': {
      about: 'Smaller differences are none: share of the baseline, 1% if not given',
      value: 'SHARE',
    },
    by: {
      about: 'Split the difference of the bills; as CSV it is the table',
      value: 'WHAT',
      choices: ['service', 'type', 'hour', 'cause'],
    },
    'only-changed': { about: 'Leave out rows in which nothing differs' },
    seeds: {
      about: 'Replications: 1..30, or 3,7,9, or auto until the differences are precise, auto:1% of the cost',
      value: 'LIST',
    },
    precision: {
      about:
        'For --seeds auto: half an interval, as a share or in its unit: wait.p95=500ms; cost=1% if not given',
      value: 'METRIC=VALUE',
      repeats: true,
    },
    warmup: WARM_UP_FLAG,
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
    ['compare before after', 'results in two folders, seed by seed'],
    ["compare shop.yaml --check 'cost.total < 900 USD'", 'a gate for CI: exit code 5 when it fails'],
  ],
  load: () => import('../compare.ts'),
};
