import { InputError } from '../../../errors.ts';
import type { QueueAddress } from './queue-address.ts';

/** Packages that only sweeps beyond one machine need; users install them if they want that. */
export interface QueuePackages {
  readonly bullmq: () => Promise<typeof import('bullmq')>;
  readonly ioredis: () => Promise<unknown>;
  readonly pg: () => Promise<typeof import('pg')>;
}

/** As Node finds them. */
export const INSTALLED: QueuePackages = {
  bullmq: () => import('bullmq'),
  ioredis: () => import('ioredis'),
  pg: () => import('pg'),
};

/** What the npm line names: versions that are known to work. */
const WANTED: Readonly<Record<keyof QueuePackages, string>> = {
  bullmq: 'bullmq@6',
  ioredis: 'ioredis',
  pg: 'pg@8',
};

/** Loads BullMQ and the client of the database. Errors: E4010 with the line that installs what is missing. */
export async function requirePackages(
  { kind }: Pick<QueueAddress, 'kind'>,
  packages: QueuePackages = INSTALLED,
): Promise<typeof import('bullmq')> {
  const names = ['bullmq', kind === 'postgres' ? 'pg' : 'ioredis'] as const;
  const missing: string[] = [];
  for (const name of names) {
    if (!(await isInstalled(packages[name]))) missing.push(name);
  }
  if (missing.length > 0) throw notInstalled(missing as (keyof QueuePackages)[]);
  return packages.bullmq();
}

/** The PostgreSQL client by itself. Errors: E4010. */
export async function requirePg(packages: QueuePackages = INSTALLED): Promise<typeof import('pg')> {
  if (!(await isInstalled(packages.pg))) throw notInstalled(['pg']);
  return packages.pg();
}

async function isInstalled(load: () => Promise<unknown>): Promise<boolean> {
  try {
    await load();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return false;
    throw error;
  }
}

function notInstalled(names: readonly (keyof QueuePackages)[]): InputError {
  const message = `Sweeps through a queue need ${names.join(' and ')}, which ${names.length === 1 ? 'is' : 'are'} not installed`;
  const hint = `npm install ${names.map((name) => WANTED[name]).join(' ')}`;
  return new InputError([{ severity: 'error', code: 'E4010', message, hint }]);
}
