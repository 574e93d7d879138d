import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage init` */
export const initCommand: Command = {
  name: 'init',
  summary: 'Start from a template: a scenario and the commands to go on with',
  operands: [
    { name: 'folder', about: 'made if missing; the working directory if not given', count: 'optional' },
  ],
  surplusFlag: 'template',
  flags: {
    template: { about: 'Which one; --list shows them', value: 'NAME', default: 'ecs-vs-k8s' },
    list: { about: 'List the templates' },
    force: { about: 'Replace files that exist' },
    ...output(['text', 'json']),
  },
  examples: [['init shop', 'writes shop/scenario.yaml and a schema for your editor']],
  load: () => import('../init.ts'),
};
