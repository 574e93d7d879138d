import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { WarmUpWish } from '../experiment/warm-up.ts';
import type { Arguments } from './commands.ts';
import { timeOf } from './time-argument.ts';

/** `--warmup`, as options take it. Errors: E5001. */
export function warmUpOf(args: Arguments, { plan }: PreparedScenario): { readonly warmUp?: WarmUpWish } {
  const text = args['warmup'] as string | undefined;
  if (text === undefined) return {};
  return { warmUp: text === 'auto' ? 'auto' : { fromMs: timeOf('--warmup', text, plan) } };
}
