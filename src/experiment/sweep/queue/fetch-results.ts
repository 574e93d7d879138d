import { isFinished, keepPacked, makePartsFolder } from '../part-files.ts';
import type { QueueAddress } from './queue-address.ts';
import { withTable } from './result-place.ts';

/**
 * Copies the results of a plan from its table into a folder, as the part files that they would be had they been made
 * there; parts that are whole stay. One chunk is in memory at a time. Returns the number of chunks in the table; damaged
 * ones are left out, and so are missing in the folder. Errors: E4002, E4009, E4010.
 */
export async function fetchResults(address: QueueAddress, planHash: string, folder: string): Promise<number> {
  makePartsFolder(folder);
  return withTable(address, planHash, async (table) => {
    const rows = await table.list();
    for (const row of rows) {
      if (isFinished(folder, row)) continue;
      const packed = await table.packed(row);
      if (packed !== null) keepPacked(folder, row, packed);
    }
    return rows.length;
  });
}
