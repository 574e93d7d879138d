import type { Command } from './command.ts';
import { output, SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage get` */
export const getCommand: Command = {
  name: 'get',
  summary: 'List what a finished run held: tasks, nodes, services, events, costs, ...',
  operands: [
    {
      name: 'kind',
      about: 'what to list',
      count: 'one',
      choices: ['tasks', 'nodes', 'services', 'pools', 'events', 'decisions', 'costs', 'checks'],
    },
  ],
  surplusFlag: 'result',
  flags: {
    result: { about: 'Result directory, as --out wrote it', value: 'DIR' },
    at: { about: 'Time of the run: 1h30m, -10m, end; the end if not given', value: 'TIME' },
    from: { about: 'Only events and decisions from then on', value: 'TIME' },
    to: { about: 'Only events and decisions up to then', value: 'TIME' },
    where: {
      about: "Only rows like this: 'wait_s>30s', 'state=pending', 'task~web'",
      value: 'EXPR',
      repeats: true,
    },
    'sort-by': { about: 'Column to sort by; NAME:desc falls', value: 'NAME' },
    by: { about: 'One row for each value of this column, with sums and means', value: 'NAME' },
    columns: { about: 'Columns to show, separated by commas', value: 'NAMES' },
    limit: { about: 'Rows at most, 0 for all; for people 50 if not given', value: 'N', isNumber: true },
    files: { about: 'Of decisions: folder of the scenario, if it has moved', value: 'FOLDER' },
    traces: SCENARIO_FLAGS['traces']!,
    'allow-plugins': SCENARIO_FLAGS['allow-plugins']!,
    ...output(['text', 'wide', 'json', 'yaml', 'csv']),
  },
  examples: [
    ['get nodes --result results/shop/ecs/seed=42 --at 12h', 'who held how much at noon'],
    ["get tasks --result DIR --where 'wait_s>5m' --sort-by wait_s:desc", 'who waited longest'],
    ['get decisions --result DIR --from 8h --to 9h --where kind=failure', 'who found no place in that hour'],
    ['get tasks --result DIR --by group -o csv', 'counts and mean waits of each service and job'],
  ],
  load: () => import('../get.ts'),
};
