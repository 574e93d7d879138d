// npm test: every test, browser tests included; closes with the runner's summary.
import { join } from 'node:path';
import { prepare, root, run } from './prepare.mjs';

await prepare();
process.exit(
  run(
    process.execPath,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', ...process.argv.slice(2)],
    {
      tolerant: true,
    },
  ),
);
