import { type Loss, sumLosses } from '../../experiment/sweep/losses.ts';
import {
  decimal,
  formatDurationMs,
  formatScaled,
  formatUsd,
  HOUR,
  parsePriceE10,
  SECOND,
} from '../../units.ts';
import type { CommandIo } from '../command-io.ts';
import type { Arguments } from '../commands.ts';
import { usage } from '../usage.ts';

/** What failures have cost, as documents have it. */
export interface FailureCost {
  readonly failedRuns: number;
  readonly failedAttempts: number;
  readonly vanishedWorkers: number;
  /** Of one core. */
  readonly machineMs: number;
  /** US dollars; null without `--core-price`. */
  readonly usd: number | null;
}

/** `--core-price`: 1e-10 USD for an hour of one core; null when it was not given. Errors: E5001. */
export function corePriceOf(args: Arguments): bigint | null {
  const text = args['core-price'] as string | undefined;
  if (text === undefined) return null;
  const priceE10 = parsePriceE10(text);
  if (priceE10 === undefined)
    throw usage(
      `cannot use --core-price '${text}'`,
      "write US dollars for an hour of one core: '0.048 USD/h'",
    );
  return priceE10;
}

/** Machine time in money, rounded down to 1e-10 USD. */
export function failureCost(losses: readonly Loss[], priceE10: bigint | null): FailureCost {
  const sum = sumLosses(losses);
  const usdE10 = priceE10 === null ? null : (BigInt(Math.round(sum.machineMs)) * priceE10) / BigInt(HOUR);
  return { ...sum, usd: usdE10 === null ? null : Number(formatScaled(usdE10, 10)) };
}

/** Says what failures have cost, if anything has failed. */
export function noteFailureCost(losses: readonly Loss[], args: Arguments, io: CommandIo): void {
  if (losses.length === 0) return;
  io.note(failureText(failureCost(losses, corePriceOf(args))));
}

/** In one line. */
export function failureText({
  failedRuns,
  failedAttempts,
  vanishedWorkers,
  machineMs,
  usd,
}: FailureCost): string {
  const counted = (count: number, one: string, many: string) =>
    count === 0 ? [] : [`${decimal(count, 0)} ${count === 1 ? one : many}`];
  const what = [
    ...counted(failedRuns, 'run', 'runs'),
    ...counted(failedAttempts, 'attempt at a chunk', 'attempts at chunks'),
    ...counted(vanishedWorkers, 'worker that vanished', 'workers that vanished'),
  ];
  const money = usd === null ? '' : `, ${formatUsd(usd)}`;
  return `failures so far have cost ${machineTime(machineMs)} of one core${money}: ${what.join(', ')}`;
}

/** Tenths of a second below a minute, then whole seconds. */
export function machineTime(ms: number): string {
  if (ms < 60 * SECOND) return `${decimal(ms / SECOND, 1)} s`;
  return formatDurationMs(Math.round(ms / SECOND) * SECOND);
}
