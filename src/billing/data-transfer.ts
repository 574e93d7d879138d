import { GIB } from '../units.ts';
import { type BillContext, isInPeriod, require } from './bill-context.ts';
import { monthOf } from './billed-time.ts';
import { type Fraction, ZERO, add, compare, fraction, least, reduce, subtract } from './money.ts';
import type { PriceTier } from './price-book.ts';
import { type Place, TRANSFER_KINDS, type Transfer } from './usage.ts';

/** GB that left for the internet in one calendar month: of the account, and from each region. */
interface InternetMonth {
  freeLeft: Fraction;
  readonly sentFrom: Map<string, Fraction>;
}

/**
 * Posts data transfer. Inside a zone, into AWS, and between an application load balancer and its targets it is
 * free; between zones both sides pay, by public address also inside a zone; to another region the sender pays;
 * to the internet it is priced in tiers by month and region, after the free amount of the account, which counts
 * towards the tiers. Source: Amazon EC2 On-Demand pricing page, "Data Transfer".
 */
export function billTransfers(context: BillContext, transfers: readonly Transfer[]): void {
  const months = new Map<number, InternetMonth>();
  for (const transfer of [...transfers].sort(byTimeThenId)) {
    if (!require(context, TRANSFER_KINDS.includes(transfer.kind), 'unknown-kind', transfer.id)) continue;
    if (transfer.kind === 'internet-out') billInternet(context, transfer, months);
    else if (transfer.to !== null) billInside(context, transfer, transfer.to);
  }
}

function byTimeThenId(a: Transfer, b: Transfer): number {
  return a.atMs - b.atMs || (a.id < b.id ? -1 : 1);
}

/** Bytes that stay inside AWS. */
function billInside(context: BillContext, transfer: Transfer, to: Place): void {
  const { kind, from, bytes } = transfer;
  if (kind === 'internet-in' || kind === 'alb-target') return;
  const quantity = fraction(BigInt(bytes), BigInt(GIB));
  if (from.region !== to.region) {
    const price = context.prices.need(`transfer/${from.region}/${to.region}`);
    post(context, transfer, from, 'transfer:region-out', { price, quantity });
  } else if (from.zone !== to.zone || kind === 'public-ip') {
    const price = context.prices.need(`transfer/${from.region}/az`);
    post(context, transfer, from, 'transfer:az-out', { price, quantity });
    post(context, transfer, to, 'transfer:az-in', { price, quantity });
  }
}

function billInternet(context: BillContext, transfer: Transfer, months: Map<number, InternetMonth>): void {
  const { from, bytes, atMs } = transfer;
  const tiers = context.prices.tiers(`transfer/${from.region}/internet`);
  const month = monthOf(atMs);
  const used = months.get(month) ?? { freeLeft: context.rules.internetFreeGb, sentFrom: new Map() };
  months.set(month, used);

  const amount = fraction(BigInt(bytes), BigInt(GIB));
  const free = least(amount, used.freeLeft);
  used.freeLeft = reduce(subtract(used.freeLeft, free));
  const sent = used.sentFrom.get(from.region) ?? ZERO;
  const total = reduce(add(sent, amount));
  used.sentFrom.set(from.region, total);
  for (const { price, quantity } of inTiers(tiers, add(sent, free), total)) {
    post(context, transfer, from, 'transfer:internet-out', { price, quantity });
  }
}

/** What lies between two amounts, split at the bounds of the tiers. */
function inTiers(tiers: readonly PriceTier[], from: Fraction, to: Fraction) {
  let done = from;
  return tiers.flatMap(({ upTo, price }) => {
    const until = upTo === null ? to : least(to, upTo);
    if (compare(until, done) <= 0) return [];
    const quantity = subtract(until, done);
    done = until;
    return [{ price, quantity }];
  });
}

function post(
  context: BillContext,
  { id, atMs }: Transfer,
  { region, zone }: Place,
  dimension: string,
  { price, quantity }: { readonly price: Fraction; readonly quantity: Fraction },
): void {
  if (!isInPeriod(context, atMs)) return;
  const service = 'AWSDataTransfer';
  const key = { service, dimension, region, az: zone, type: '-', option: '-', unit: 'GB', price };
  context.ledger.postExact(context.ledger.line(key), id, quantity);
}
