import { expect, test } from 'vitest';
import {
  INSTALLED,
  type QueuePackages,
  requirePackages,
  requirePg,
} from '../../../../src/experiment/sweep/queue/load-packages.ts';

const missing = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ERR_MODULE_NOT_FOUND' }));
const without = (...names: (keyof QueuePackages)[]): QueuePackages => ({
  ...INSTALLED,
  ...Object.fromEntries(names.map((name) => [name, missing])),
});

test.each([
  ['postgres', without('bullmq', 'pg', 'ioredis'), 'bullmq and pg, which are', 'npm install bullmq@6 pg@8'],
  ['postgres', without('pg', 'ioredis'), 'pg, which is', 'npm install pg@8'],
  ['redis', without('pg', 'ioredis'), 'ioredis, which is', 'npm install ioredis'],
] as const)(
  'requirePackages() for %s says the line that installs what is missing',
  async (kind, packages, what, line) => {
    await expect(requirePackages({ kind }, packages)).rejects.toMatchObject({
      diagnostics: [
        { code: 'E4010', message: `Sweeps through a queue need ${what} not installed`, hint: line },
      ],
    });
  },
);

test('requirePackages() needs nothing of the other database', async () => {
  expect(await requirePackages({ kind: 'redis' }, without('pg'))).toHaveProperty('Worker');
  expect(await requirePackages({ kind: 'postgres' }, without('ioredis'))).toHaveProperty(
    'createPostgresBackend',
  );
  await expect(requirePg(without('pg'))).rejects.toThrow('E4010');
});

test('requirePackages() does not take a package that is broken for one that is missing', async () => {
  const broken = () => Promise.reject(new SyntaxError('broken'));
  await expect(requirePackages({ kind: 'redis' }, { ...INSTALLED, bullmq: broken })).rejects.toThrow(
    'broken',
  );
});
