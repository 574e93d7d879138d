import type { BillInput } from '../billing/bill.ts';
import { secondsBefore, SECONDS_FROM_A_MINUTE, billedSeconds } from '../billing/billed-time.ts';
import { HOUR } from '../units.ts';

/** Billed On-Demand seconds by type, for every clock-hour that the run touches; hours without use are empty. */
export type UsageHours = readonly ReadonlyMap<string, number>[];

/**
 * What commitments could cover in each clock-hour (UTC): On-Demand Linux on shared hardware, in billed seconds, as the
 * bill counts them. Seconds that the 60 s minimum adds behind the last hour are left out: no commitment reaches them.
 */
export function usageHours({ startEpochMs, endMs, instances }: Omit<BillInput, 'book'>): UsageHours {
  const firstHour = Math.floor(startEpochMs / HOUR);
  const endHour = Math.max(firstHour + 1, Math.ceil((startEpochMs + endMs) / HOUR));
  const hours = Array.from({ length: endHour - firstHour }, () => new Map<string, number>());
  for (const { typeName, runningFromMs, endMs: goneMs, terms = {} } of instances) {
    const { option = 'od', platform = 'linux', tenancy = 'default' } = terms;
    if (option !== 'od' || platform !== 'linux' || tenancy !== 'default') continue;
    const startMs = startEpochMs + runningFromMs;
    const seconds = billedSeconds(goneMs - runningFromMs, SECONDS_FROM_A_MINUTE);
    let before = 0;
    for (let hour = Math.floor(startMs / HOUR); hour < endHour && before < seconds; hour++) {
      const until = secondsBefore(startMs, seconds, (hour + 1) * HOUR);
      const found = hours[hour - firstHour]!;
      found.set(typeName, (found.get(typeName) ?? 0) + until - before);
      before = until;
    }
  }
  return hours;
}
