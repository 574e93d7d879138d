import { type BillContext, billedRange, endOf, require } from './bill-context.ts';
import { WHOLE_SECONDS, billedMonths } from './billed-time.ts';
import { type Stretch, liveStretches } from './live-stretches.ts';
import { ZERO, type Fraction, add, multiply, whole } from './money.ts';
import type { SnapshotSet } from './usage.ts';

/**
 * Posts EBS snapshots: they are incremental, so a chunk of blocks is stored, and billed, once while any
 * snapshot of its volume refers to it; whole seconds of each unbroken stretch. Source: AWS EC2 user guide of
 * 2023-06, EBSSnapshots.md.
 */
export function billSnapshots(context: BillContext, sets: readonly SnapshotSet[]): void {
  for (const set of sets) {
    const lives = livesByChunk(context, set);
    let months = ZERO;
    for (const [chunk, spans] of lives) {
      const sizeGiB = set.chunkGiB.get(chunk);
      if (!require(context, sizeGiB !== undefined, 'unknown-layer', set.id)) return;
      months = add(months, multiply(whole(sizeGiB!), storedMonths(context, spans)));
    }
    if (months.numerator === 0n) continue;
    const line = context.ledger.line({
      service: 'AmazonEBS',
      dimension: 'ebs:snapshot',
      region: set.region,
      az: '-',
      type: '-',
      option: '-',
      unit: 'GB-Mo',
      price: context.prices.need(`snapshot/${set.region}`),
    });
    context.ledger.postExact(line, set.id, months);
  }
}

function livesByChunk(context: BillContext, { snapshots }: SnapshotSet): Map<string, Stretch[]> {
  const lives = new Map<string, Stretch[]>();
  for (const snapshot of snapshots) {
    const life = { startMs: snapshot.startMs, endMs: endOf(context, snapshot) };
    for (const chunk of new Set(snapshot.chunks)) {
      const known = lives.get(chunk);
      if (known) known.push(life);
      else lives.set(chunk, [life]);
    }
  }
  return lives;
}

/** Months, inside the period, during which something is stored that lives whenever one of `lives` does. */
export function storedMonths(context: BillContext, lives: readonly Stretch[]): Fraction {
  let months = ZERO;
  for (const stretch of liveStretches(lives)) {
    const { from, to } = billedRange(context, stretch, WHOLE_SECONDS);
    months = add(months, billedMonths(stretch.startMs, from, to));
  }
  return months;
}
