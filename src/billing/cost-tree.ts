import type { Ledger, LineKey } from './ledger.ts';
import { Total, compare, toDecimal, toNumber, totalOf } from './money.ts';

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
  /** Of what has no further level: quantities by unit and price, in order of first use. */
  readonly quantities: Map<string, Total>;
}

/** Decimals of a quantity in a detail: a thousandth of an hour is 3.6 s. */
const QUANTITY_PLACES = 3;
/** Every price has at most so many decimals. */
const PRICE_PLACES = 10;
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
      totalOf(branch.quantities, quantityLabel(line)).add(quantity);
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

function quantityLabel({ unit, price }: LineKey): string {
  return `${unit} at ${toDecimal(price, PRICE_PLACES)}`;
}

function nodeOf(name: string, { amount, children, quantities }: Branch): CostNode {
  const branches = [...children].map(([childName, branch]) => {
    return { childName, branch, cost: branch.amount.value() };
  });
  return {
    name,
    usd: toNumber(amount.value()),
    detail: [...quantities]
      .map(([label, quantity]) => `${toDecimal(quantity.value(), QUANTITY_PLACES)} ${label}`)
      .join(', '),
    children: branches
      .sort((a, b) => compare(b.cost, a.cost) || (a.childName < b.childName ? -1 : 1))
      .map(({ childName, branch }) => nodeOf(childName, branch)),
  };
}
