import type { Command } from './command.ts';

/** `stowage completion` */
export const completionCommand: Command = {
  name: 'completion',
  summary: 'Completion script for a shell',
  operands: [{ name: 'shell', about: 'which one', count: 'one', choices: ['bash', 'zsh', 'fish'] }],
  flags: {},
  examples: [['completion bash >> ~/.bashrc', 'from the next shell on']],
  load: () => import('../completion.ts'),
};
