import type { InstanceKind } from './usage.ts';
import { type Fraction, type Money, ZERO } from './money.ts';
import type { Problems } from './billing-problem.ts';

/** A price that falls with the amount: each holds up to a cumulative bound; the last has none. */
export interface PriceTier {
  readonly upTo: Fraction | null;
  readonly price: Money;
}

/**
 * A price list: USD by key.
 *
 * | Key | Per |
 * |---|---|
 * | `ec2/REGION/TYPE/PLATFORM/TENANCY` | hour On-Demand |
 * | `sp-ec2/...`, `sp-compute/...` with the same rest | hour at the Savings Plan rate |
 * | `sp-compute/fargate/REGION/PLATFORM/vcpu`, `/gb` | hour at the Savings Plan rate |
 * | `fargate/REGION/PLATFORM/vcpu`, `/gb`; `fargate-spot/...`; `fargate/REGION/ephemeral` | hour |
 * | `ebs/REGION/TYPE/gb`, `/iops` (may have tiers), `/mibps`; `snapshot/REGION` | month |
 * | `ebs/REGION/standard/million-io` | million requests |
 * | `lb/REGION/KIND/hour`, `/lcu`, `/nlcu`, `/gb`; `ipv4/REGION`; `nat/REGION/hour`, `/gb` | hour, unit, GB |
 * | `transfer/REGION/az`; `transfer/FROM/TO`; `transfer/REGION/internet` (may have tiers) | GB |
 * | `eks/REGION/standard`, `/extended`; `ecs-anywhere/REGION` | hour |
 * | `eks-auto-fraction`, `ecs-managed-fraction` | USD of On-Demand price |
 * | `ecr/REGION/private`, `/public` | GB-month |
 * | `cloudwatch/REGION/KIND`; `/logs-ingest`, `/logs-scan`, `/logs-store` | month; GB; GB-month |
 * | `credits/REGION/PLATFORM` | vCPU-hour of surplus CPU credits |
 */
export interface PriceBook {
  readonly get: (key: string) => Money | readonly PriceTier[] | undefined;
}

/** `prefix` is `ec2`, `sp-ec2` or `sp-compute`. */
export function instanceKey(
  prefix: 'ec2' | 'sp-ec2' | 'sp-compute',
  { region, type, platform, tenancy }: InstanceKind,
): string {
  return `${prefix}/${region}/${type}/${platform}/${tenancy}`;
}

/** Looks prices up for one bill. A price that is needed and not known is a problem, never zero. */
export class Prices {
  readonly #book: PriceBook;
  readonly #problems: Problems;

  constructor(book: PriceBook, problems: Problems) {
    this.#book = book;
    this.#problems = problems;
  }

  /** The price, undefined when the book has none. */
  find(key: string): Money | undefined {
    const entry = this.#book.get(key);
    return entry === undefined || isTiers(entry) ? undefined : entry;
  }

  /** The price; when there is none, `missing-price` is noted and the answer is of no importance. */
  need(key: string): Money {
    const price = this.find(key);
    if (price === undefined) this.#problems.add('missing-price', key);
    return price ?? ZERO;
  }

  /** The tiers of a price; a plain price is one without bound. */
  tiers(key: string): readonly PriceTier[] {
    const entry = this.#book.get(key);
    if (entry === undefined) {
      this.#problems.add('missing-price', key);
      return [];
    }
    return isTiers(entry) ? entry : [{ upTo: null, price: entry }];
  }
}

function isTiers(entry: Money | readonly PriceTier[]): entry is readonly PriceTier[] {
  return Array.isArray(entry);
}
