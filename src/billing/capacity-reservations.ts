import { type BillContext, endOf } from './bill-context.ts';
import { onDemandLine } from './instances.ts';
import { instanceKey } from './price-book.ts';
import type { CapacityReservation, InstanceUse, Usage } from './usage.ts';

/**
 * Posts what capacity reservations hold free: at the On-Demand price, whole seconds of the integral of count
 * less the matching On-Demand instances that run, over the part of its life inside the period. Commitments do
 * not touch it. Source: AWS EC2 user guide of 2023-06, capacity-reservations-pricing-billing.md.
 */
export function billCapacityReservations(context: BillContext, usage: Usage): void {
  for (const reservation of usage.capacityReservations ?? []) {
    const matching = (usage.instances ?? []).filter((use) => matches(reservation, use));
    const unusedMs = unusedTimeMs(context, reservation, matching);
    if (unusedMs === 0) continue;
    const price = context.prices.need(instanceKey('ec2', reservation));
    const line = { ...onDemandLine(reservation, price), dimension: 'ec2:unused-reservation' };
    context.ledger.post(context.ledger.line(line), reservation.id, Math.ceil(unusedMs / 1000), 3600);
  }
}

function matches(reservation: CapacityReservation, use: InstanceUse): boolean {
  return (
    use.option === 'od' &&
    use.region === reservation.region &&
    use.zone === reservation.zone &&
    use.type === reservation.type &&
    use.platform === reservation.platform &&
    use.tenancy === reservation.tenancy
  );
}

/** Instance-milliseconds reserved and not used. */
function unusedTimeMs(
  context: BillContext,
  reservation: CapacityReservation,
  instances: readonly InstanceUse[],
): number {
  const { period } = context.rules;
  const fromMs = Math.max(reservation.startMs, period.startMs);
  const toMs = Math.min(endOf(context, reservation), period.endMs);
  if (toMs <= fromMs) return 0;
  const clamp = (ms: number) => Math.min(toMs, Math.max(fromMs, ms));
  const changes = instances.flatMap(({ visits }) =>
    visits.flatMap((visit) => [
      { atMs: clamp(visit.startMs), by: 1 },
      { atMs: clamp(endOf(context, visit)), by: -1 },
    ]),
  );
  changes.push({ atMs: toMs, by: 0 });
  changes.sort((a, b) => a.atMs - b.atMs);
  let running = 0;
  let doneMs = fromMs;
  let unusedMs = 0;
  for (const { atMs, by } of changes) {
    unusedMs += Math.max(0, reservation.count - running) * (atMs - doneMs);
    running += by;
    doneMs = atMs;
  }
  return unusedMs;
}
