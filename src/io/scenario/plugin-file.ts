import type { Path } from './locate.ts';
import type { Resolving } from './resolving.ts';
import { mayRun } from './scheduler-options.ts';

/** May code of this file be run, and does it lie beside the scenario? Reports why not: E1207, E1208. */
export function isPluginFile(use: string, path: Path, { context, problems }: Resolving): boolean {
  if (!mayRun(use, path, context.allowPlugins, problems)) return false;
  if (!isOutsideFolder(use)) return true;
  const hint = 'name a file below it, like ./my-policy.ts';
  problems.error('E1208', path, `"${use}" is not inside the folder of the scenario`, { hint });
  return false;
}

/** Does the name mean a file that is not below the folder of the scenario? */
export function isOutsideFolder(use: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(use) || use.startsWith('/') || use.split(/[\\/]/).includes('..');
}
