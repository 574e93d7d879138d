import type { PreparedScenario } from '../experiment/prepare-scenario.ts';
import type { Arguments } from './commands.ts';
import { requirePlatform } from './scenario-input.ts';
import { usage } from './usage.ts';

/** Names of the platforms in the order of the plan, the baseline first. Errors: E5001. */
export function platformsOf(args: Arguments, { plan }: PreparedScenario): string[] {
  const known = plan.platforms.map(({ name }) => name);
  const list = args['platforms'] as string | undefined;
  const wanted = list === undefined ? known : list.split(',').map((name) => name.trim());
  for (const name of wanted) requirePlatform('--platforms', name, known);
  const twice = wanted.find((name, index) => wanted.indexOf(name) !== index);
  if (twice !== undefined) throw usage(`--platforms names ${twice} more than once`);
  const baseline = args['baseline'] as string | undefined;
  if (baseline === undefined) return wanted;
  requirePlatform('--baseline', baseline, wanted);
  return [baseline, ...wanted.filter((name) => name !== baseline)];
}
