import { defineConfig } from 'vitest/config';

/** They look at the heap of their process, where another file's rubbish would hide a leak. */
const OF_THE_HEAP = [
  'test/properties/allocation.test.ts',
  'test/properties/state-size.test.ts',
  'test/io/traces/flat-memory.test.ts',
  'test/experiment/flat-memory.test.ts',
];

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs, not for what is slow: other programs may have the machine.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        // No test changes what another one sees, so that modules are loaded once for each worker, not for each file.
        test: { name: 'all', include: ['test/**/*.test.ts'], exclude: OF_THE_HEAP, isolate: false },
      },
      { extends: true, test: { name: 'heap', include: OF_THE_HEAP } },
    ],
  },
});
