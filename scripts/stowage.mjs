// npm run stowage -- ARGS: the command line from the clone.
import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

await prepare();
process.exit(
  run(process.execPath, [join(root, 'dist', 'cli.js'), ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? root,
    tolerant: true,
  }),
);
