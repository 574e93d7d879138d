import type { Command } from './command.ts';
import { output, SCENARIO, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage plan` */
export const planCommand: Command = {
  name: 'plan',
  summary: 'Show the scenario with every default filled in; runs nothing',
  operands: [SCENARIO],
  flags: { ...SCENARIO_FLAGS, ...output(['text', 'yaml', 'json']) },
  examples: [['plan shop.yaml -o yaml', 'the whole plan: a scenario again']],
  load: () => import('../plan.ts'),
};
