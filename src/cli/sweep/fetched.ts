import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchResults } from '../../experiment/sweep/queue/fetch-results.ts';
import type { QueueAddress } from '../../experiment/sweep/queue/queue-address.ts';

/** The results of a table as part files in a folder of their own, as long as `use` takes. null: no table, no folder. */
export async function withFetched<Value>(
  table: QueueAddress | null,
  planHash: string,
  use: (folders: readonly string[]) => Promise<Value>,
): Promise<Value> {
  if (table === null) return use([]);
  const folder = mkdtempSync(join(tmpdir(), 'stowage-sweep-'));
  try {
    await fetchResults(table, planHash, folder);
    return await use([folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
