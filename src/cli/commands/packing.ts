import type { Command } from './command.ts';
import { output, RUN_FLAGS, SCENARIO, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage packing` */
export const packingCommand: Command = {
  name: 'packing',
  summary: 'How well each platform packs: utilisation, holes, inflation, compaction, and the best possible',
  operands: [SCENARIO],
  flags: {
    platforms: { about: 'Only these, separated by commas', value: 'NAMES' },
    ...SCENARIO_FLAGS,
    seed: RUN_FLAGS['seed']!,
    until: RUN_FLAGS['until']!,
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
  load: () => import('../packing.ts'),
};
