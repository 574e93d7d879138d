import type { Command } from './command.ts';
import { output, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage explain` */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'Why a task went where it did, or nowhere: any decision of a finished run; or what a code means',
  operands: [
    {
      name: 'subject',
      about: 'task/ID, decision/N, unplaced, node/ID, an error code, or codes',
      count: 'one',
    },
  ],
  surplusFlag: 'result',
  flags: {
    result: { about: 'Result directory, as --out wrote it', value: 'DIR' },
    at: { about: 'Time of the run: 1h30m, -10m, end; the end if not given', value: 'TIME' },
    policy: {
      about: 'Ask another policy about the same state: binpack, best-fit, a platform, ...',
      value: 'NAME',
    },
    top: { about: 'Instances, or kinds of tasks, shown; 10 if not given', value: 'N', isNumber: true },
    files: { about: 'Folder of the scenario, if it has moved', value: 'FOLDER' },
    traces: SCENARIO_FLAGS['traces']!,
    'allow-plugins': SCENARIO_FLAGS['allow-plugins']!,
    ...output(['text', 'wide', 'json', 'csv']),
  },
  examples: [
    ['explain unplaced --result results/shop/ecs/seed=42', 'what found no room, why, and what would help'],
    ['explain task/web/12 --result DIR --policy best-fit', 'its last decision, and what else it could be'],
  ],
  load: () => import('../explain.ts'),
};
