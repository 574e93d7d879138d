import type { Command } from './command.ts';

/** `stowage export` */
export const exportCommand: Command = {
  name: 'export',
  summary: 'Charts of a finished run as files, or of several side by side',
  operands: [{ name: 'results', about: 'result directories, as --out writes them', count: 'many' }],
  flags: {
    to: { about: 'Format', value: 'FORMAT', choices: ['svg'], default: 'svg' },
    out: { about: 'Folder for the files', value: 'FOLDER', default: 'charts' },
    charts: {
      about: 'Only these: cost, packing, heat, gantt, waits, instances, pending, rate, cpu, memory, gpu',
      value: 'NAMES',
    },
    at: { about: 'Time of the packing: 1h30m, -10m, end; the fullest moment if not given', value: 'TIME' },
    'from-time': { about: 'Where heat and gantt begin; the start if not given', value: 'TIME' },
    'to-time': { about: 'Where heat and gantt end; the end if not given', value: 'TIME' },
    node: { about: 'A node for gantt to show, with its neighbours; the first if not given', value: 'NAME' },
    force: { about: 'Replace files that exist' },
  },
  examples: [
    [
      'export DIR --charts heat,gantt --from-time 8h --to-time 12h',
      'how full the nodes were, and who was on them',
    ],
    ['export results/shop/ecs/seed=42 --charts packing --at 12h', 'the packing at noon, for a paper'],
  ],
  load: () => import('../export.ts'),
};
