// npm run openb -- ARGS: the published experiment on the openb trace; see scenarios/gpu-sharing/openb.ts.
import { prepare, root, run } from './prepare.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

await prepare();
process.exit(
  run(
    process.execPath,
    [
      '--import',
      pathToFileURL(join(root, 'scripts', 'typescript.mjs')).href,
      join(root, 'scenarios', 'gpu-sharing', 'openb.ts'),
      ...process.argv.slice(2),
    ],
    { cwd: process.env.INIT_CWD ?? root, tolerant: true },
  ),
);
