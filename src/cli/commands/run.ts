import type { Command } from './command.ts';
import { METRICS_FLAG, output, RUN_FLAGS, SCENARIO, WARM_UP_FLAG } from './shared-flags.ts';

/** `stowage run` */
export const runCommand: Command = {
  name: 'run',
  summary: 'Run one platform of a scenario',
  operands: [SCENARIO],
  surplusFlag: 'out',
  flags: {
    platform: { about: 'Which one; the first if not given', value: 'NAME' },
    ...RUN_FLAGS,
    metrics: METRICS_FLAG,
    warmup: WARM_UP_FLAG,
    verify: { about: 'Prove every invariant from the event log' },
    log: { about: 'Write the event log: one JSON object a line, or binary if named .slog', value: 'FILE' },
    'log-format': {
      about: 'Whatever the name of the log says',
      value: 'FORMAT',
      choices: ['ndjson', 'binary'],
    },
    'log-sample': { about: 'Log a share of the tasks only, each with its whole life: 1/100', value: 'SHARE' },
    ...output(['text', 'json', 'yaml']),
  },
  examples: [
    ['run shop.yaml --platform kubernetes --out results', 'keeps the result'],
    ['run shop.yaml --log shop.slog', 'keeps the event log; stowage log reads it'],
    ["run shop.yaml --set 'fleet[0].size.max=20'", 'changes one value'],
  ],
  load: () => import('../run.ts'),
};
