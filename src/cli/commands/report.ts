import type { Command } from './command.ts';
import { SCENARIO_FLAGS } from './shared-flags.ts';

/** `stowage report` */
export const reportCommand: Command = {
  name: 'report',
  summary: 'One HTML page of a finished run, or of several side by side; needs no network',
  operands: [{ name: 'results', about: 'result directories, as --out writes them', count: 'many' }],
  flags: {
    out: { about: 'Where to write the page', value: 'FILE', default: 'report.html' },
    title: { about: 'Whom or what the page is for', value: 'TEXT' },
    'max-size': {
      about: 'Largest page: of longer runs the packing shows a part; 10MB if not given',
      value: 'SIZE',
    },
    force: { about: 'Replace the page if it exists' },
    files: { about: 'Folder of the scenario, if it has moved', value: 'FOLDER' },
    traces: SCENARIO_FLAGS['traces']!,
    'allow-plugins': SCENARIO_FLAGS['allow-plugins']!,
  },
  examples: [
    ['report results/shop/*/seed=42 --out shop.html', 'all platforms side by side, moving together'],
    ['report results/shop/ecs/seed=42', 'one run'],
  ],
  load: () => import('../report.ts'),
};
