import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage log` */
export const logCommand: Command = {
  name: 'log',
  summary: 'Read an event log back, whatever its format: as JSON lines, as another file, or checked',
  operands: [{ name: 'file', about: 'as run --log writes it, packed with gzip or not', count: 'one' }],
  surplusFlag: 'out',
  flags: {
    verify: { about: 'Prove every invariant from it' },
    out: {
      about: 'Write it to this file: one JSON object a line, or binary if named .slog',
      value: 'FILE',
    },
    format: { about: 'Whatever the name of --out says', value: 'FORMAT', choices: ['ndjson', 'binary'] },
    force: { about: 'Replace the file if it exists' },
    ...output(['text', 'json']),
  },
  examples: [
    ['log shop.slog | grep \'"task":17,\'', 'what became of one task'],
    ['log shop.slog --verify', 'proves the run right, or says what is wrong with it'],
  ],
  load: () => import('../log.ts'),
};
