// npm run conformance -- SUITE DIR: every *.jsonl of DIR against the engine.
import { prepare, run } from './prepare.mjs';
import { join } from 'node:path';

await prepare();
process.exit(
  run(
    process.execPath,
    ['--import', './scripts/typescript.mjs', join('test', 'conformance', 'run.ts'), ...process.argv.slice(2)],
    { tolerant: true },
  ),
);
