import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // No test changes what another one sees, so that modules are loaded once for each worker, not for each file.
    isolate: false,
    testTimeout: 60_000,
  },
});
