import { type BillContext, type SecondRange, isInPeriod } from './bill-context.ts';
import { billedMonths } from './billed-time.ts';
import { burstableShape, creditBill } from './cpu-credits.ts';
import type { LineKey } from './ledger.ts';
import { type Fraction, type Money, ZERO, add, fraction, multiply, whole } from './money.ts';
import type { InstanceUse } from './usage.ts';

/** Metrics that detailed monitoring publishes of an instance. Source: Amazon CloudWatch pricing page. */
const MONITORED_METRICS = 7;

export interface FeeTime {
  readonly startMs: number;
  readonly endMs: number;
  /** Seconds that an On-Demand visit is billed. */
  readonly onDemand: SecondRange;
  /** Started hours, in seconds. */
  readonly software: SecondRange;
  /** On-Demand, USD per hour. */
  readonly price: () => Money;
}

/**
 * Posts the fees on one visit of an instance: Marketplace software by started hours; EKS Auto Mode and ECS
 * Managed Instances as a fraction of the On-Demand price, whatever the instance was bought as; the metrics of
 * detailed monitoring over the month.
 * Source: Amazon EKS pricing, Auto Mode; Amazon ECS pricing, Managed Instances; Amazon CloudWatch pricing.
 */
export function postInstanceFees(context: BillContext, use: InstanceUse, time: FeeTime): void {
  const { prices, ledger } = context;
  const { startMs, onDemand, software } = time;
  const hours = (range: SecondRange, key: Pick<LineKey, 'service' | 'dimension' | 'price'>) => {
    const line = { ...key, region: use.region, az: use.zone, type: use.type, option: '-', unit: 'Hrs' };
    ledger.post(ledger.line(line), use.id, range.to - range.from, 3600);
  };
  if (use.softwarePerHour !== undefined && software.to > software.from) {
    hours(software, { service: 'AWSMarketplace', dimension: 'software:hours', price: use.softwarePerHour });
  }
  if (use.cpuUse !== undefined) postCredits(context, use, use.cpuUse, time.endMs - startMs, time.endMs);
  if (onDemand.to === onDemand.from) return;
  if (use.eksAutoMode) {
    const price = multiply(time.price(), prices.need('eks-auto-fraction'));
    hours(onDemand, { service: 'AmazonEKS', dimension: 'eks:auto-mode', price });
  }
  if (use.ecsManaged) {
    const price = multiply(time.price(), prices.need('ecs-managed-fraction'));
    hours(onDemand, { service: 'AmazonECS', dimension: 'ecs:managed-instances', price });
  }
  if (use.detailedMonitoring) {
    const line = ledger.line({
      service: 'AmazonCloudWatch',
      dimension: 'cloudwatch:metric',
      region: use.region,
      az: use.zone,
      type: '-',
      option: '-',
      unit: 'Metric-Mo',
      price: prices.need(`cloudwatch/${use.region}/metric`),
    });
    const months = billedMonths(startMs, onDemand.from, onDemand.to);
    ledger.postExact(line, use.id, multiply(whole(MONITORED_METRICS), months));
  }
}

/**
 * Surplus CPU credits of a visit, at an even use of the CPU: all of them on the bill that holds its end, in
 * vCPU-hours. Types without credits owe none.
 */
function postCredits(
  context: BillContext,
  use: InstanceUse,
  cpuUse: Fraction,
  durationMs: number,
  endMs: number,
): void {
  const shape = burstableShape(use.type);
  if (shape === null || !isInPeriod(context, endMs - 1)) return;
  const percent = multiply(cpuUse, whole(100));
  const { overCap, atEnd } = creditBill({
    ...shape,
    usdPerVcpuHour: ZERO,
    balance: ZERO,
    segments: [{ seconds: Math.ceil(durationMs / 1000), percent }],
    isTerminated: true,
  });
  const vcpuHours = multiply(add(overCap, atEnd), fraction(1n, 60n));
  if (vcpuHours.numerator === 0n) return;
  const { ledger, prices } = context;
  const platform =
    use.platform === 'windows' ? 'windows' : use.type.startsWith('t4g') ? 'linux-arm' : 'linux';
  const line = ledger.line({
    service: 'AmazonEC2',
    dimension: 'ec2:credits',
    region: use.region,
    az: use.zone,
    type: use.type,
    option: use.option,
    unit: 'vCPU-Hrs',
    price: prices.need(`credits/${use.region}/${platform}`),
  });
  ledger.postExact(line, use.id, vcpuHours);
}
