// npm start: the main comparison on the embedded scenario, with table and report.
import { join } from 'node:path';
import { prepare, run } from './prepare.mjs';

await prepare();
process.exit(
  run(
    process.execPath,
    [
      join('dist', 'cli.js'),
      'compare',
      join('scenarios', 'azure-day', 'scenario.yaml'),
      '--report',
      join('out', 'azure-day.html'),
      '--force',
      ...process.argv.slice(2),
    ],
    { tolerant: true },
  ),
);
