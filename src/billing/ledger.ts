import {
  type Fraction,
  type Money,
  Total,
  compare,
  multiply,
  reduce,
  scaled,
  sum,
  totalOf,
} from './money.ts';

/** What AWS would print: service, usage, where, what, how bought, at which price. `-`: does not apply. */
export interface LineKey {
  readonly service: string;
  readonly dimension: string;
  readonly region: string;
  readonly az: string;
  readonly type: string;
  readonly option: string;
  /** Of the quantity; the price is USD per unit. */
  readonly unit: string;
  /** One price is always written with one denominator: it is part of the key. */
  readonly price: Money;
}

/** One resource's use of one thing. */
export interface Charge extends LineKey {
  readonly quantity: Fraction;
  /** The instance, volume or balancer it is for. */
  readonly resource: string;
  /** The instance group of the resource, `-` if none. */
  readonly pool: string;
}

/** All charges that agree in the key: amount = price × quantity. */
export interface BillLine extends LineKey {
  readonly quantity: Fraction;
  readonly amount: Money;
  /** As printed: rounded half to even, each line by itself. */
  readonly cents: bigint;
}

/** Fields by which a bill can be cut; the parts of every cut sum to the total exactly. */
export type Cut = 'service' | 'region' | 'az' | 'type' | 'option' | 'resource' | 'pool';

/** Collects charges in exact fractions. Charges of quantity 0 leave no trace. */
export class Ledger {
  readonly #charges: Charge[] = [];

  /** Everything posted, in order of posting. */
  get charges(): readonly Charge[] {
    return this.#charges;
  }

  post(charge: Charge): void {
    if (charge.quantity.numerator !== 0n) this.#charges.push(charge);
  }

  /** One line per key, ordered by the fields of the key: text by UTF-16 code unit, prices by value. */
  lines(): BillLine[] {
    const quantities = new Map<string, { key: LineKey; quantity: Total }>();
    for (const charge of this.#charges) {
      const id = lineId(charge);
      let line = quantities.get(id);
      if (!line) {
        line = { key: charge, quantity: new Total() };
        quantities.set(id, line);
      }
      line.quantity.add(charge.quantity);
    }
    return [...quantities.values()]
      .map(({ key, quantity }) => billLine(key, quantity.value()))
      .sort(compareKeys);
  }

  total(): Money {
    return sum(this.#charges.map(amountOf));
  }

  /** Total of the charges by the value of one field, in order of first appearance. */
  totals(cut: Cut): Map<string, Money> {
    const totals = new Map<string, Total>();
    for (const charge of this.#charges) totalOf(totals, charge[cut]).add(amountOf(charge));
    return new Map([...totals].map(([value, total]) => [value, total.value()]));
  }
}

/** What a charge costs. */
export function amountOf(charge: Pick<Charge, 'price' | 'quantity'>): Money {
  return multiply(charge.price, charge.quantity);
}

function billLine(key: LineKey, quantity: Fraction): BillLine {
  const { service, dimension, region, az, type, option, unit } = key;
  const price = reduce(key.price);
  const amount = reduce(multiply(price, quantity));
  return {
    service,
    dimension,
    region,
    az,
    type,
    option,
    unit,
    price,
    quantity,
    amount,
    cents: scaled(amount, 2),
  };
}

const TEXT_FIELDS = ['service', 'dimension', 'region', 'az', 'type', 'option', 'unit'] as const;

function lineId(key: LineKey): string {
  const { service, dimension, region, az, type, option, unit, price } = key;
  return [service, dimension, region, az, type, option, unit, price.numerator, price.denominator].join(
    '\u001f',
  );
}

function compareKeys(a: LineKey, b: LineKey): number {
  for (const field of TEXT_FIELDS) {
    if (a[field] !== b[field]) return a[field] < b[field] ? -1 : 1;
  }
  return compare(a.price, b.price);
}
