import type { Command } from './command.ts';
import { output } from './shared-flags.ts';

/** `stowage doctor` */
export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Versions, machine and settings, to paste into a question',
  operands: [],
  flags: output(['text', 'json', 'yaml']),
  examples: [],
  load: () => import('../doctor.ts'),
};
