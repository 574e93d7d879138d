import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage schema` */
export const schemaCommand: Command = {
  name: 'schema',
  summary: 'JSON Schema (draft-07) of scenarios, or of the summary of a run',
  operands: [
    { name: 'kind', about: 'scenario if not given', count: 'optional', choices: ['scenario', 'summary'] },
  ],
  surplusFlag: 'out',
  flags: {
    out: { about: 'Write it to this file', value: 'FILE' },
    force: { about: 'Replace the file if it exists' },
    ...output(['json']),
  },
  examples: [['schema --out scenario.schema.json', 'for an editor']],
  load: () => import('../schema.ts'),
};
