// npm run bench [-- --json]: benchmarks of the built engine.
import { prepare, run } from './prepare.mjs';
import { join } from 'node:path';

await prepare();
process.exit(
  run(
    process.execPath,
    [
      '--expose-gc',
      '--import',
      './scripts/typescript.mjs',
      join('test', 'bench', 'run.ts'),
      ...process.argv.slice(2),
    ],
    { tolerant: true },
  ),
);
