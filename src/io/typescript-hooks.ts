import { readFile } from 'node:fs/promises';
import { createRequire, type LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';

// The last amaro that runs on Node 20 has no types of its own; this is all of it that is used.
const { transformSync } = createRequire(import.meta.url)('amaro') as {
  transformSync(source: string, options: { readonly mode: 'strip-only' }): { readonly code: string };
};

/** Module hook: imports `.ts` files with their types stripped, as newer versions of Node do by themselves. */
export const load: LoadHook = async (url, context, nextLoad) => {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context);
  const source = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', source: transformSync(source, { mode: 'strip-only' }).code, shortCircuit: true };
};
