import type { Command } from './command.ts';
import { output, RUN_FLAGS, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage size` */
export const sizeCommand: Command = {
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
    check: RUN_FLAGS['check']!,
    jobs: { about: 'Worker threads; as many as cores if not given', value: 'N', isNumber: true },
    ...SCENARIO_FLAGS,
    markdown: { about: 'Write the answer as Markdown', value: 'FILE' },
    force: { about: 'Replace the file if it exists' },
    ...output(['text', 'markdown', 'json']),
  },
  examples: [
    ["size shop.yaml --check 'wait.p95 < 60s'", 'the smallest fleet of each platform'],
    ['size shop.yaml --types m6i.xlarge,m6i.2xlarge', 'which type is cheapest at its smallest size'],
  ],
  load: () => import('../size.ts'),
};
