import { type Charge, amountOf } from './ledger.ts';
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
  /** Of leaves: quantities by unit and price, in order of first use. */
  readonly quantities: Map<string, Total>;
}

/** Decimals of a quantity in a detail: a thousandth of an hour is 3.6 s. */
const QUANTITY_PLACES = 3;
/** Every price has at most so many decimals. */
const PRICE_PLACES = 10;

/**
 * The charges as a tree below `total`; `pathOf` names the levels of a charge. Children are ordered by cost,
 * dearest first, then by name.
 */
export function costTree(
  charges: readonly Charge[],
  pathOf: (charge: Charge) => readonly string[],
): CostNode {
  const root = newBranch();
  for (const charge of charges) {
    const amount = amountOf(charge);
    root.amount.add(amount);
    let branch = root;
    for (const name of pathOf(charge)) {
      let child = branch.children.get(name);
      if (!child) {
        child = newBranch();
        branch.children.set(name, child);
      }
      child.amount.add(amount);
      branch = child;
    }
    totalOf(branch.quantities, quantityLabel(charge)).add(charge.quantity);
  }
  return nodeOf('total', root);
}

function newBranch(): Branch {
  return { amount: new Total(), children: new Map(), quantities: new Map() };
}

function quantityLabel({ unit, price }: Charge): string {
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
