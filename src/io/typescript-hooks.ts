import { readFile } from 'node:fs/promises';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'amaro';

/** Module hook: imports `.ts` files with their types stripped, as newer versions of Node do by themselves. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', source: transformSync(source, { mode: 'strip-only' }).code, shortCircuit: true };
};
