import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage import` */
export const importCommand: Command = {
  name: 'import',
  summary: 'Turn what AWS publishes into files that scenarios and --prices use',
  operands: [
    {
      name: 'kind',
      about: 'prices: the AmazonEC2 offer file, Spot price history',
      count: 'one',
      choices: ['prices'],
    },
    { name: 'files', about: 'as downloaded, packed with gzip or not', count: 'many' },
  ],
  flags: {
    out: { about: 'Where to write the list', value: 'FILE', default: 'prices.ndjson' },
    region: { about: 'Only this region', value: 'REGION', repeats: true },
    os: {
      about: 'Only this operating system',
      value: 'NAME',
      choices: ['linux', 'rhel', 'suse', 'ubuntu-pro', 'windows'],
      repeats: true,
    },
    force: { about: 'Replace the file if it exists' },
    ...output(['text', 'json', 'yaml']),
  },
  examples: [
    ['import prices index.csv --region eu-west-1 --os linux', 'On-Demand and Reserved prices of one region'],
    ['import prices index.json spot-history.json --out prices.ndjson', 'the same with Spot prices'],
  ],
  load: () => import('../import.ts'),
};
