import type { Catalogue } from '../io/catalogue.ts';
import { formatScaled } from '../units.ts';
import type { AnswerColumn } from './answer-csv.ts';
import type { Listing } from './catalog.ts';
import { offersOf, type PriceRow, priceRowsOf } from './catalog-prices.ts';

/** A price that one list has and the other has not, or at another amount. */
export interface PriceChange {
  readonly change: 'added' | 'removed' | 'changed';
  readonly price: PriceRow;
  readonly beforeE10: bigint | null;
  readonly afterE10: bigint | null;
  /** Against before; null unless changed. */
  readonly percent: number | null;
}

/**
 * `catalog diff A B`: what has come, gone or changed from one list to the other. Only what both lists are about is
 * compared: a region, system, tenancy or way to buy that one of them does not have at all is named below, not listed
 * price by price.
 */
export function diffLists(
  before: Catalogue,
  after: Catalogue,
  region: string | undefined,
): Listing<PriceChange> {
  const [left, right] = [before, after].map((catalogue) => {
    const offers = offersOf(catalogue).filter((offer) => region === undefined || offer.region === region);
    return offers.flatMap(priceRowsOf);
  }) as [PriceRow[], PriceRow[]];
  const [leftScopes, rightScopes] = [left, right].map((rows) => new Set(rows.map(scopeOf))) as [
    Set<string>,
    Set<string>,
  ];
  const old = new Map(left.map((row) => [`${scopeOf(row)} ${row.type}`, row]));
  const rows: PriceChange[] = [];
  for (const price of right) {
    if (!leftScopes.has(scopeOf(price))) continue;
    const key = `${scopeOf(price)} ${price.type}`;
    const was = old.get(key);
    old.delete(key);
    const afterE10 = price.hourlyE10;
    if (was === undefined) rows.push({ change: 'added', price, beforeE10: null, afterE10, percent: null });
    else if (was.hourlyE10 !== afterE10) {
      const percent = (Number(afterE10 - was.hourlyE10) / Number(was.hourlyE10)) * 100;
      rows.push({ change: 'changed', price, beforeE10: was.hourlyE10, afterE10, percent });
    }
  }
  for (const price of old.values()) {
    if (!rightScopes.has(scopeOf(price))) continue;
    rows.push({ change: 'removed', price, beforeE10: price.hourlyE10, afterE10: null, percent: null });
  }
  rows.sort(byPlaceThenType);
  const count = (change: PriceChange['change']) => rows.filter((row) => row.change === change).length;
  const apart = [...onlyIn(leftScopes, rightScopes, before), ...onlyIn(rightScopes, leftScopes, after)];
  const names = [before, after].map(({ id, date }) => `${id} of ${date}`);
  return {
    columns: COLUMNS,
    rows,
    footer: [
      `From ${names[0]} to ${names[1]}: ${count('added')} added, ${count('removed')} removed, ${count('changed')} changed.`,
      ...apart,
    ].join('\n'),
  };
}

function scopeOf({ region, os, tenancy, purchase }: PriceRow): string {
  return [region, os, tenancy, purchase].join(' ');
}

/** `Only in aws-2026-08: 30 of region, system, tenancy and way to buy, such as eu-west-1 linux shared on-demand.` */
function onlyIn(these: ReadonlySet<string>, others: ReadonlySet<string>, { id }: Catalogue): string[] {
  const alone = [...these].filter((scope) => !others.has(scope));
  if (alone.length === 0) return [];
  return [`Only in ${id}, not compared: ${alone.length} combinations, such as ${alone[0]!}.`];
}

function byPlaceThenType(a: PriceChange, b: PriceChange): number {
  const [left, right] = [a, b].map(({ price }) => `${price.region} ${price.type} ${scopeOf(price)}`) as [
    string,
    string,
  ];
  return left < right ? -1 : 1;
}

const usd = (priceE10: bigint | null) => (priceE10 === null ? null : Number(formatScaled(priceE10, 10)));
const usdText = (priceE10: bigint | null) => (priceE10 === null ? '' : (Number(priceE10) / 1e10).toFixed(6));

const COLUMNS: readonly AnswerColumn<PriceChange>[] = [
  { title: '', align: 'left', name: 'change', value: ({ change }) => change },
  { title: 'region', align: 'left', name: 'region', value: ({ price }) => price.region },
  { title: 'type', align: 'left', name: 'type', value: ({ price }) => price.type },
  { title: 'system', align: 'left', name: 'os', value: ({ price }) => price.os },
  { title: 'tenancy', align: 'left', name: 'tenancy', value: ({ price }) => price.tenancy },
  { title: 'bought as', align: 'left', name: 'purchase', value: ({ price }) => price.purchase },
  {
    title: 'before',
    align: 'right',
    name: 'before_usd_per_hour',
    value: ({ beforeE10 }) => usd(beforeE10),
    text: ({ beforeE10 }) => usdText(beforeE10),
  },
  {
    title: 'after',
    align: 'right',
    name: 'after_usd_per_hour',
    value: ({ afterE10 }) => usd(afterE10),
    text: ({ afterE10 }) => usdText(afterE10),
  },
  {
    title: 'change',
    align: 'right',
    name: 'change_percent',
    value: ({ percent }) => percent,
    text: ({ percent }) =>
      percent === null ? '' : `${percent > 0 ? '+' : '−'}${Math.abs(percent).toFixed(2)}%`,
  },
];
