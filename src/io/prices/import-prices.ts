import { open } from 'node:fs/promises';
import { gunzipSync, constants } from 'node:zlib';
import type { PriceList } from '../../model/offer.ts';
import { fileError } from '../gzip.ts';
import { OfferCollector, type OfferFilter } from './offer-collector.ts';
import { type OnRead, readOfferCsv } from './offer-csv.ts';
import { readPriceJson } from './price-json.ts';

/** What an import took and left. */
export interface ImportedPrices {
  readonly list: PriceList;
  readonly kept: number;
  /** Prices left out, by reason, most frequent first. */
  readonly dropped: readonly { readonly reason: string; readonly prices: number }[];
}

/**
 * Reads price lists that somebody has downloaded into one list: any number of files, packed with gzip or not; the first
 * byte that is no blank tells JSON from CSV. Errors: those of `readOfferCsv` and `readPriceJson`.
 */
export async function importPrices(
  files: readonly string[],
  filter: OfferFilter,
  onRead: (file: string, bytes: number) => void = () => {},
): Promise<ImportedPrices> {
  const collector = new OfferCollector(filter);
  for (const file of files) {
    const onBytes: OnRead = (bytes) => onRead(file, bytes);
    if (await isJson(file)) await readPriceJson(file, collector, onBytes);
    else await readOfferCsv(file, collector, onBytes);
  }
  const dropped = [...collector.dropped]
    .map(([reason, prices]) => ({ reason, prices }))
    .sort((a, b) => b.prices - a.prices || (a.reason < b.reason ? -1 : 1));
  return { list: collector.list(), kept: collector.kept, dropped };
}

const HEAD_BYTES = 4096;

async function isJson(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const head = unpackedHead(buffer.subarray(0, bytesRead));
      return /^\uFEFF?\s*[{[]/.test(head.toString('utf8'));
    } finally {
      await handle.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw fileError('E4001', file, `Cannot read the file: ${reason}`);
  }
}

/** The start of a packed file is a packed file that ends too early: what there is of it will do. */
function unpackedHead(head: Buffer): Buffer {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
