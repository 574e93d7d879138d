import { GIB } from '../units.ts';
import { type BillContext, billedRange, endOf, require } from './bill-context.ts';
import { WHOLE_SECONDS, monthParts } from './billed-time.ts';
import { type ExpiredImage, expiredImages, lifecycleProblem } from './lifecycle-policy.ts';
import { type Stretch, liveStretches } from './live-stretches.ts';
import { type Fraction, ZERO, add, fraction, least, multiply, reduce, subtract } from './money.ts';
import type { Repository } from './usage.ts';

/**
 * Posts what repositories store: a layer once per repository while any image there refers to it, whole seconds
 * of each unbroken stretch, over the real length of each month; less the free GB-months of each calendar month,
 * which the repositories use up in order of region, then id. Lifecycle policies delete images at the instant
 * they are evaluated. Source: Amazon ECR pricing page; Amazon ECR user guide, LifecyclePolicies.md.
 *
 * Returns what the policies expired, by repository.
 */
export function billRepositories(
  context: BillContext,
  repositories: readonly Repository[],
): Map<string, readonly ExpiredImage[]> {
  const expired = new Map<string, readonly ExpiredImage[]>();
  const freeLeft = { private: new Map<number, Fraction>(), public: new Map<number, Fraction>() };
  for (const repository of [...repositories].sort(byRegionThenId)) {
    const { id, visibility, lifecycle, images } = repository;
    const isKnown = images.every(({ layers }) => layers.every((digest) => repository.layers.has(digest)));
    if (!require(context, isKnown, 'unknown-layer', id)) continue;
    const problem = lifecycle && lifecycleProblem(lifecycle.rules);
    if (problem !== undefined) {
      context.problems.add(problem, id);
      continue;
    }
    if (lifecycle) expired.set(id, expiredImages(images, lifecycle.rules, lifecycle.atMs));
    postStorage(context, repository, expired.get(id) ?? [], freeLeft[visibility]);
  }
  return expired;
}

function byRegionThenId(a: Repository, b: Repository): number {
  if (a.region !== b.region) return a.region < b.region ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

function postStorage(
  context: BillContext,
  repository: Repository,
  expired: readonly ExpiredImage[],
  freeLeft: Map<number, Fraction>,
): void {
  const { rules, ledger, prices } = context;
  const { id, region, visibility } = repository;
  const free = visibility === 'private' ? rules.ecrFreeGbPrivate : rules.ecrFreeGbPublic;
  let paid = ZERO;
  for (const [month, used] of storedByMonth(context, repository, expired)) {
    const left = freeLeft.get(month) ?? free;
    const given = least(left, used);
    freeLeft.set(month, reduce(subtract(left, given)));
    paid = reduce(add(paid, subtract(used, given)));
  }
  if (paid.numerator === 0n) return;
  const line = ledger.line({
    service: 'AmazonECR',
    dimension: `ecr:${visibility}-storage`,
    region,
    az: '-',
    type: '-',
    option: '-',
    unit: 'GB-Mo',
    price: prices.need(`ecr/${region}/${visibility}`),
  });
  ledger.postExact(line, id, paid);
}

/** GB-months inside the period, by calendar month. */
function storedByMonth(
  context: BillContext,
  repository: Repository,
  expired: readonly ExpiredImage[],
): Map<number, Fraction> {
  const byMonth = new Map<number, Fraction>();
  for (const [digest, lives] of livesByLayer(context, repository, expired)) {
    const size = fraction(BigInt(repository.layers.get(digest)!), BigInt(GIB));
    for (const stretch of liveStretches(lives)) {
      const { from, to } = billedRange(context, stretch, WHOLE_SECONDS);
      for (const { month, part } of monthParts(stretch.startMs, from, to)) {
        byMonth.set(month, reduce(add(byMonth.get(month) ?? ZERO, multiply(size, part))));
      }
    }
  }
  return byMonth;
}

function livesByLayer(
  context: BillContext,
  { images, lifecycle }: Repository,
  expired: readonly ExpiredImage[],
): Map<string, Stretch[]> {
  const gone = new Set(expired.map(({ digest }) => digest));
  const lives = new Map<string, Stretch[]>();
  for (const { digest, pushedMs, deletedMs, layers } of images) {
    const ownEndMs = endOf(context, { startMs: pushedMs, endMs: deletedMs });
    const endMs = lifecycle && gone.has(digest) ? Math.min(ownEndMs, lifecycle.atMs) : ownEndMs;
    for (const layer of new Set(layers)) {
      const known = lives.get(layer);
      if (known) known.push({ startMs: pushedMs, endMs });
      else lives.set(layer, [{ startMs: pushedMs, endMs }]);
    }
  }
  return lives;
}
