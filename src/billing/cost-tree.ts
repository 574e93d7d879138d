import type { Ledger, LineKey } from './ledger.ts';
import {
  type Fraction,
  type Money,
  Total,
  compare,
  divide,
  multiply,
  subtract,
  sum,
  toDecimal,
  toNumber,
} from './money.ts';

/** One level of the bill: total → part → pool → type. */
export interface CostNode {
  readonly name: string;
  readonly usd: number;
  /** Quantities and unit prices of leaves: `1234.5 Hrs at 0.192`. Empty for inner nodes. */
  readonly detail: string;
  readonly children: readonly CostNode[];
}

interface Branch {
  readonly amount: Total;
  readonly children: Map<string, Branch>;
  /** Of what has no further level: quantities by unit, then price, in order of first use. */
  readonly quantities: Map<string, Map<string, PricedQuantity>>;
}

interface PricedQuantity {
  readonly price: Money;
  readonly quantity: Total;
}

/** Decimals of a quantity in a detail: a thousandth of an hour is 3.6 s. */
const QUANTITY_PLACES = 3;
/** Every price has at most so many decimals. */
const PRICE_PLACES = 10;
const MEAN_PLACES = 6;
/** More prices than this are told as a range: Spot has one for every change of the market. */
const PRICES_SHOWN = 4;
/** Child for what a level has itself, when it has further levels too: the hours of an instance type or balancer. */
const OWN = 'hours';
/** Between the names of a path: a character that no name has. */
const SEPARATOR = '\u001f';

/**
 * A ledger as a tree below `total`; `pathOf` names the levels of a posting. Children are ordered by cost,
 * dearest first, then by name.
 */
export function costTree(
  ledger: Ledger,
  pathOf: (line: LineKey, resource: string) => readonly string[],
): CostNode {
  const root = newBranch();
  const parts = ledger.parts((resource, line) => pathOf(line, resource).join(SEPARATOR));
  for (const [path, lineParts] of parts) {
    for (const { line, quantity, amount } of lineParts) {
      root.amount.add(amount);
      let branch = root;
      for (const name of path.split(SEPARATOR)) {
        branch = childOf(branch, name);
        branch.amount.add(amount);
      }
      quantityAt(branch, line).add(quantity);
    }
  }
  return nodeOf('total', root);
}

function newBranch(): Branch {
  return { amount: new Total(), children: new Map(), quantities: new Map() };
}

function childOf({ children }: Branch, name: string): Branch {
  let child = children.get(name);
  if (!child) {
    child = newBranch();
    children.set(name, child);
  }
  return child;
}

function quantityAt({ quantities }: Branch, { unit, price }: LineKey): Total {
  let byPrice = quantities.get(unit);
  if (byPrice === undefined) {
    byPrice = new Map();
    quantities.set(unit, byPrice);
  }
  const key = toDecimal(price, PRICE_PLACES);
  let entry = byPrice.get(key);
  if (entry === undefined) {
    entry = { price, quantity: new Total() };
    byPrice.set(key, entry);
  }
  return entry.quantity;
}

/** `1234.5 Hrs at 0.192`; of many prices the range and the mean by quantity. */
function detailOf(unit: string, byPrice: ReadonlyMap<string, PricedQuantity>): string {
  const entries = [...byPrice.values()].map(({ price, quantity }) => ({ price, quantity: quantity.value() }));
  const text = (quantity: Fraction, at: string) => `${toDecimal(quantity, QUANTITY_PLACES)} ${unit} at ${at}`;
  if (entries.length <= PRICES_SHOWN) {
    return entries.map(({ price, quantity }) => text(quantity, toDecimal(price, PRICE_PLACES))).join(', ');
  }
  const prices = entries.map(({ price }) => price).sort(compare);
  const quantity = sum(entries.map((entry) => entry.quantity));
  const mean = divide(sum(entries.map((entry) => multiply(entry.price, entry.quantity))), quantity);
  const [lowest, highest] = [prices[0]!, prices.at(-1)!].map((price) => toDecimal(price, PRICE_PLACES));
  return text(quantity, `${lowest} to ${highest}, mean ${toDecimal(mean, MEAN_PLACES)}`);
}

function nodeOf(name: string, { amount, children, quantities }: Branch): CostNode {
  const branches = [...children].map(([childName, branch]) => {
    return { childName, branch, cost: branch.amount.value() };
  });
  if (children.size > 0 && quantities.size > 0) {
    const own = subtract(amount.value(), sum(branches.map(({ cost }) => cost)));
    const branch: Branch = { amount: new Total(), children: new Map(), quantities };
    branch.amount.add(own);
    branches.push({ childName: OWN, branch, cost: own });
  }
  return {
    name,
    usd: toNumber(amount.value()),
    detail:
      children.size > 0 ? '' : [...quantities].map(([unit, byPrice]) => detailOf(unit, byPrice)).join(', '),
    children: branches
      .sort((a, b) => compare(b.cost, a.cost) || (a.childName < b.childName ? -1 : 1))
      .map(({ childName, branch }) => nodeOf(childName, branch)),
  };
}
