import { didYouMean, listed } from '../io/scenario/did-you-mean.ts';
import type { CommandIo } from './command-io.ts';
import type { Arguments } from './commands.ts';
import { PLANNING_FLAGS } from './sweep/planning-flags.ts';
import { usage } from './usage.ts';

type Action = 'plan' | 'run' | 'work' | 'status' | 'merge' | 'cancel' | 'template';

/** What a machine adds. */
const MACHINE = ['traces', 'allow-plugins'] as const;
const WORKING = [...MACHINE, 'jobs', 'budget', 'out', 'files', 'progress', 'core-price'] as const;
const QUEUE = ['queue', 'results'] as const;
const ROUNDS = ['target', 'halve', 'first-seeds'] as const;
const ANSWERING = ['baseline', 'metrics', 'objectives'] as const;

/** Flags and forms of the answer by action: the others have no use for them. */
const ACTIONS: Readonly<
  Record<
    Action,
    {
      readonly flags: readonly string[];
      readonly forms: readonly string[];
      readonly load: () => Promise<Main>;
    }
  >
> = {
  plan: {
    flags: [...PLANNING_FLAGS, ...MACHINE, 'out', 'force'],
    forms: ['text', 'json'],
    load: async () => (await import('./sweep/plan-action.ts')).planAction,
  },
  run: {
    flags: [...PLANNING_FLAGS, ...WORKING, ...QUEUE, 'queue-settings', ...ROUNDS, ...ANSWERING],
    forms: ['text', 'markdown', 'json', 'csv'],
    load: async () => (await import('./sweep/run-action.ts')).runAction,
  },
  work: {
    flags: [...WORKING, ...QUEUE, 'queue-settings', 'linger', 'shard', 'shards', 'only'],
    forms: ['text', 'json'],
    load: async () => (await import('./sweep/work-action.ts')).workAction,
  },
  status: {
    flags: ['queue', 'watch', 'core-price'],
    forms: ['text', 'json'],
    load: async () => (await import('./sweep/status-action.ts')).statusAction,
  },
  merge: {
    flags: [...ANSWERING, ...QUEUE, 'out', 'force'],
    forms: ['text', 'markdown', 'json', 'csv'],
    load: async () => (await import('./sweep/merge-action.ts')).mergeAction,
  },
  cancel: {
    flags: ['queue'],
    forms: ['text'],
    load: async () => (await import('./sweep/cancel-action.ts')).cancelAction,
  },
  template: {
    flags: ['shards'],
    forms: ['text'],
    load: async () => (await import('./sweep/template-action.ts')).templateAction,
  },
};

type Main = (args: Arguments, io: CommandIo) => Promise<number>;

/** Flags of every action. */
const EVERYWHERE = ['action', 'inputs', 'output', 'json', 'color', 'ascii', 'help'];

/** Makes, does and reads sweeps. */
export async function main(args: Arguments, io: CommandIo): Promise<number> {
  const action = args['action'] as Action;
  const { flags, forms, load } = ACTIONS[action];
  const wrong = Object.keys(args).find((name) => !flags.includes(name) && !EVERYWHERE.includes(name));
  if (wrong !== undefined) {
    const owners = Object.entries(ACTIONS).filter(([, other]) => other.flags.includes(wrong));
    throw usage(
      `sweep ${action} has no use for --${wrong}`,
      `it belongs to sweep ${listed(
        owners.map(([name]) => name),
        'and',
      )}`,
    );
  }
  const lonely = ['queue-settings', 'watch', 'linger', ...(action === 'merge' ? [] : ['results'])].find(
    (name) => args[name] !== undefined && args['queue'] === undefined,
  );
  if (lonely !== undefined) throw usage(`--${lonely} is for sweeps through a --queue`);
  const form = args['json'] === true ? 'json' : String(args['output']);
  if (!forms.includes(form)) {
    throw usage(
      `sweep ${action} has no form ${form}`,
      didYouMean(form, forms) ?? `use ${listed(forms, 'or')}`,
    );
  }
  return (await load())(args, io);
}
