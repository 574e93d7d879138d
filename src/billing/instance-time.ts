import { HOUR } from '../units.ts';
import { type Granularity, SECONDS_FROM_A_MINUTE, STARTED_HOURS, billedSeconds } from './billed-time.ts';
import type { BillRules, Platform } from './usage.ts';

/** A Mac is leased for a day at least. Source: AWS EC2 user guide, Amazon EC2 Mac instances. */
const MAC: Granularity = { stepSeconds: 1, minimumSeconds: 86_400 };

/**
 * How a visit of an instance to its billed states becomes billed seconds. By the second from a minute on; SUSE
 * by started hours, as everything was before 2017-10-02; mac by the second from a day on, in every era.
 * Source: AWS News Blog, "New: Per-Second Billing for EC2 Instances and EBS Volumes"; re:Post knowledge center,
 * ec2-instance-hour-billing.
 */
export function instanceGranularity(type: string, platform: Platform, era: BillRules['era']): Granularity {
  if (type.startsWith('mac')) return MAC;
  return era === 'hourly' || platform === 'suse' ? STARTED_HOURS : SECONDS_FROM_A_MINUTE;
}

/** Whether Spot visits of the platform are billed by instance-hours, each at the price at its start. */
export function isSpotHourly(platform: Platform, era: BillRules['era']): boolean {
  return era === 'hourly' || platform === 'suse';
}

/**
 * Billed seconds of a Spot visit of `durationMs`. Ended by the user: as On-Demand. Interrupted by AWS: nothing
 * inside the first hour, later the seconds used, or the full hours where hours are billed.
 * Source: AWS EC2 user guide, "Billing for interrupted Spot Instances".
 */
export function spotSeconds(
  durationMs: number,
  endedBy: 'user' | 'aws',
  granularity: Granularity,
  isHourly: boolean,
): number {
  if (endedBy === 'user') return billedSeconds(durationMs, granularity);
  if (durationMs < HOUR) return 0;
  return isHourly ? Math.floor(durationMs / HOUR) * 3600 : Math.ceil(durationMs / 1000);
}
