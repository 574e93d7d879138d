import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage describe` */
export const describeCommand: Command = {
  name: 'describe',
  summary: 'Everything about one task, node, service or pool of a finished run, its events last',
  operands: [
    { name: 'subject', about: 'task/web/12, node/i-0000001, service/web, pool/general', count: 'one' },
  ],
  surplusFlag: 'result',
  flags: {
    result: { about: 'Result directory, as --out wrote it', value: 'DIR' },
    at: { about: 'Time of the run: 1h30m, -10m, end; the end if not given', value: 'TIME' },
    ...output(['text', 'json', 'yaml']),
  },
  examples: [['describe node/i-0000001 --result DIR --at 12h', 'its room, its tasks, what happened to it']],
  load: () => import('../describe.ts'),
};
