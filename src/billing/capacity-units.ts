import { GIB } from '../units.ts';
import { type Fraction, ZERO, add, compare, fraction } from './money.ts';
import { type AlbTraffic, NLB_PROTOCOLS, type NlbProtocol, type NlbTraffic } from './usage.ts';

/** One unit is so many of each in an hour; a dimension is used up by amount / its part of a unit. */
interface UnitHour {
  readonly newConnections: bigint;
  /** Sum over 60 minutes of the connections active in each. */
  readonly activeMinutes: bigint;
}

function unitHour(newPerSecond: number, active: number): UnitHour {
  return { newConnections: BigInt(3600 * newPerSecond), activeMinutes: BigInt(60 * active) };
}

const BYTES_PER_UNIT = BigInt(GIB);
/** A unit carries 0.4 GB to Lambda functions. */
const LAMBDA_WEIGHT = { numerator: 5n, denominator: 2n };
const ALB = unitHour(25, 3000);
const RULE_EVALUATIONS_PER_UNIT = 3600n * 1000n;
/** Rules evaluated free of charge for every request. */
const FREE_RULES = 10;
const NLB: Readonly<Record<NlbProtocol, UnitHour>> = {
  tcp: unitHour(800, 100_000),
  udp: unitHour(400, 50_000),
  tls: unitHour(50, 3000),
};

/**
 * LCUs of an hour of an application load balancer: the largest of new connections (25/s), active connections
 * (3,000 per minute), bytes (1 GB, to Lambda 0.4 GB) and rule evaluations (1,000/s, ten rules free), averaged
 * over a full hour. Source: Elastic Load Balancing pricing page.
 */
export function albCapacityUnits(traffic: AlbTraffic): Fraction {
  const evaluations = BigInt(traffic.requests) * BigInt(Math.max(0, traffic.rules - FREE_RULES));
  const toLambda = fraction(
    BigInt(traffic.lambdaBytes) * LAMBDA_WEIGHT.numerator,
    BYTES_PER_UNIT * LAMBDA_WEIGHT.denominator,
  );
  return largest([
    fraction(BigInt(traffic.newConnections), ALB.newConnections),
    fraction(BigInt(traffic.activeConnectionMinutes), ALB.activeMinutes),
    add(fraction(BigInt(traffic.bytes), BYTES_PER_UNIT), toLambda),
    fraction(evaluations, RULE_EVALUATIONS_PER_UNIT),
  ]);
}

/**
 * NLCUs of an hour of a network load balancer: the largest dimension of each protocol, then the sum over the
 * protocols. Source: Elastic Load Balancing pricing page.
 */
export function nlbCapacityUnits(traffic: NlbTraffic): Fraction {
  let units = ZERO;
  for (const protocol of NLB_PROTOCOLS) {
    const flows = traffic[protocol];
    if (flows === undefined) continue;
    const unit = NLB[protocol];
    const used = largest([
      fraction(BigInt(flows.newFlows), unit.newConnections),
      fraction(BigInt(flows.activeFlowMinutes), unit.activeMinutes),
      fraction(BigInt(flows.bytes), BYTES_PER_UNIT),
    ]);
    units = add(units, used);
  }
  return units;
}

function largest(values: readonly Fraction[]): Fraction {
  return values.reduce((most, value) => (compare(value, most) > 0 ? value : most), ZERO);
}
