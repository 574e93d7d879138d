import type { Command } from './command.ts';
import { output, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage sensitivity` */
export const sensitivityCommand: Command = {
  name: 'sensitivity',
  summary: 'Show how much of a ranking is the tie rule and the seed',
  operands: [{ name: 'scenario', about: 'a file, or - for standard input', count: 'one' }],
  flags: {
    metric: { about: 'What is ranked; cost.total if not given', value: 'NAME' },
    platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
    seeds: { about: 'Replications: 1..10 if not given', value: 'LIST' },
    jobs: { about: 'Worker threads; as many as cores if not given', value: 'N', isNumber: true },
    ...SCENARIO_FLAGS,
    ...output(['text', 'markdown', 'json']),
  },
  examples: [['sensitivity shop.yaml --seeds 1..20', 'every tie rule of every platform, twenty seeds']],
  load: () => import('../sensitivity.ts'),
};
