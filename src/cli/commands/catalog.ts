import type { Command } from './command.ts';
import { INSTANCE_FLAGS, output, PRICE_FLAGS } from './shared-flags.ts';

/** `stowage catalog` */
export const catalogCommand: Command = {
  name: 'catalog',
  summary: 'What scenarios can name: instance types, regions, schedulers, metrics, ...',
  operands: [
    {
      name: 'list',
      about: 'which one; what there is if not given',
      count: 'optional',
      choices: [
        'instances',
        'prices',
        'spot',
        'regions',
        'policies',
        'schedulers',
        'metrics',
        'traces',
        'templates',
        'ecs',
        'kubernetes',
        'codes',
        'show',
        'compare',
        'diff',
      ],
    },
    {
      name: 'id',
      about: 'one entry of the list; several to compare; two price lists for diff',
      count: 'any',
    },
  ],
  flags: {
    ...PRICE_FLAGS,
    ...INSTANCE_FLAGS,
    limit: {
      about: 'Rows at most, 0 for all; of instances as text 40 if not given',
      value: 'N',
      isNumber: true,
    },
    ...output(['text', 'json', 'yaml', 'csv']),
  },
  examples: [
    ["catalog instances --need '4 vCPU, 16 GiB, arm64, under 0.15 USD/h'", 'types, cheapest first'],
    ['catalog compare m6i.xlarge m7g.xlarge', 'types side by side'],
    ['catalog diff builtin prices.ndjson', 'what has become cheaper or dearer'],
    ['catalog codes E1203', 'what an error code means'],
  ],
  load: () => import('../catalog.ts'),
};
