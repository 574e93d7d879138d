import type { ReservedKey, SavingsPlanKey } from '../../model/offer.ts';
import { parsePriceE10 } from '../../units.ts';

/** One price of a product: On-Demand by the hour, or one of the two parts of a Reserved Instance. */
export type Term =
  | { readonly kind: 'on-demand'; readonly priceE10: bigint }
  | {
      readonly kind: 'reserved';
      readonly key: ReservedKey;
      readonly part: 'upfront' | 'hourly';
      readonly priceE10: bigint;
    };

/** A term in the words of the offer file. */
export interface TermText {
  readonly termType: string;
  readonly lease: string;
  readonly purchaseOption: string;
  readonly offeringClass: string;
  readonly unit: string;
  readonly currency: string;
  readonly price: string;
}

const PAYMENT_NAMES: Readonly<Record<string, string>> = {
  'No Upfront': 'no-upfront',
  'Partial Upfront': 'partial-upfront',
  'All Upfront': 'all-upfront',
};

/** The term, or why it is left out. A price that cannot be read gives undefined: an error of its row. */
export function termOf(text: TermText): Term | string | undefined {
  const priceE10 = parsePriceE10(text.price);
  if (priceE10 === undefined) return undefined;
  if (text.currency !== 'USD') return 'not in USD';
  if (text.termType === 'OnDemand') {
    if (text.unit !== 'Hrs') return 'not by the hour';
    // A free instance does not exist: AWS writes 0 where the price stands on another product.
    return priceE10 === 0n ? 'at a price of 0' : { kind: 'on-demand', priceE10 };
  }
  if (text.termType !== 'Reserved') return 'another kind of term';
  const key = reservedKeyOf(text);
  if (key === undefined) return 'another kind of reservation';
  const part = text.unit === 'Hrs' ? 'hourly' : text.unit === 'Quantity' ? 'upfront' : undefined;
  return part === undefined ? 'not by the hour' : { kind: 'reserved', key, part, priceE10 };
}

function reservedKeyOf({ lease, purchaseOption, offeringClass }: TermText): ReservedKey | undefined {
  const years = /^([13]) ?yr$/.exec(lease)?.[1];
  const payment = PAYMENT_NAMES[purchaseOption];
  const kind = offeringClass.toLowerCase();
  if (years === undefined || payment === undefined || (kind !== 'standard' && kind !== 'convertible')) {
    return undefined;
  }
  return `${years}y-${kind}-${payment}` as ReservedKey;
}

const PLAN_KINDS: Readonly<Record<string, string>> = { Compute: 'compute', EC2Instance: 'ec2-instance' };
const YEAR_SECONDS = 31_536_000;

/** The key of a Savings Plan as `describe-savings-plans-offering-rates` words it; undefined for other kinds. */
export function savingsPlanKeyOf(
  planType: string,
  durationSeconds: number,
  paymentOption: string,
): SavingsPlanKey | undefined {
  const kind = PLAN_KINDS[planType];
  const years = durationSeconds / YEAR_SECONDS;
  const payment = PAYMENT_NAMES[paymentOption];
  if (kind === undefined || payment === undefined || (years !== 1 && years !== 3)) return undefined;
  return `${kind}-${years}y-${payment}` as SavingsPlanKey;
}
