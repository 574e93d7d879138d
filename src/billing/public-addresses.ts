import { type BillContext, billedRange } from './bill-context.ts';
import { SECONDS_FROM_A_MINUTE, secondsBefore } from './billed-time.ts';
import type { PublicAddress } from './usage.ts';

/** Public IPv4 addresses cost nothing before. Source: AWS News Blog, "New: AWS Public IPv4 Address Charge". */
const CHARGED_FROM_MS = Date.UTC(2024, 1, 1);

/** Posts public IPv4 addresses, in use or idle. Those that the customer brought along are free. */
export function billAddresses(context: BillContext, addresses: readonly PublicAddress[]): void {
  for (const address of addresses) {
    if (!address.isOwn) postAddress(context, address);
  }
}

/** Posts one address for its life: by the second from a minute on, seconds that begin before 2024-02-01 free. */
export function postAddress(context: BillContext, address: PublicAddress): void {
  const { id, region, zone, startMs } = address;
  const { from, to } = billedRange(context, address, SECONDS_FROM_A_MINUTE);
  const chargedFrom = Math.max(from, secondsBefore(startMs, to, CHARGED_FROM_MS));
  if (to <= chargedFrom) return;
  const line = context.ledger.line({
    service: 'AmazonVPC',
    dimension: 'ipv4:hours',
    region,
    az: zone,
    type: '-',
    option: '-',
    unit: 'Hrs',
    price: context.prices.need(`ipv4/${region}`),
  });
  context.ledger.post(line, id, to - chargedFrom, 3600);
}
