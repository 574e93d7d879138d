import type { Command } from './command.ts';
import { output, SCENARIO, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage validate` */
export const validateCommand: Command = {
  name: 'validate',
  summary: 'Check scenarios: syntax, names, numbers; all errors in one go',
  operands: [{ ...SCENARIO, about: 'files, or - for standard input', count: 'many' }],
  flags: { ...SCENARIO_FLAGS, ...output(['text', 'json', 'github'], ['o', 'format']) },
  examples: [['validate *.yaml --format github', 'findings as annotations of GitHub Actions']],
  load: () => import('../validate.ts'),
};
