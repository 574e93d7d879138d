import type { SecondRange } from './bill-context.ts';
import type { LineKey } from './ledger.ts';
import type { Money } from './money.ts';
import type { InstanceUse } from './usage.ts';

/** Billed seconds of a visit; second k begins at `startMs + 1000 k`. */
export interface BilledVisit extends SecondRange {
  readonly startMs: number;
}

/** On-Demand use that commitments may cover: an instance, or the vCPUs or the memory of a Fargate task. */
export interface CoverableUse {
  readonly id: string;
  readonly account: string;
  /** Null for Fargate, which Reserved Instances do not touch. */
  readonly host: InstanceUse | null;
  readonly visits: readonly BilledVisit[];
  /** Units of the price (hours, vCPU-hours, GB-hours) that one billed second makes: `units / per`. */
  readonly perSecond: { readonly units: number; readonly per: number };
  /** On-Demand, USD per unit. */
  readonly price: Money;
  /** Line of what nothing covers. */
  readonly line: number;
  /** Where the rates of Savings Plans stand, by kind of plan; null: not eligible. */
  readonly rateKeys: { readonly ec2: string | null; readonly compute: string };
  /** Line of what Savings Plans cover, at the rate. */
  readonly covered: LineKey;
  /** Among uses of one id and equal saving and rate: lower first. */
  readonly tieOrder: number;
}
