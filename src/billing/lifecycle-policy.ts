import { DAY } from '../units.ts';
import type { BillingProblemKind } from './billing-problem.ts';
import type { LifecycleRule, RepositoryImage } from './usage.ts';

export interface ExpiredImage {
  readonly digest: string;
  /** Of the rule that expired it. */
  readonly priority: number;
}

/** Why ECR would refuse the policy, undefined when it is legal. Source: Amazon ECR user guide, LifecyclePolicies.md. */
export function lifecycleProblem(rules: readonly LifecycleRule[]): BillingProblemKind | undefined {
  const priorities = rules.map(({ priority }) => priority);
  if (new Set(priorities).size < rules.length) return 'duplicate-priority';
  if (rules.filter(({ tagStatus }) => tagStatus === 'untagged').length > 1) return 'two-untagged-rules';
  const last = Math.max(...priorities);
  if (rules.some(({ tagStatus, priority }) => tagStatus === 'any' && priority < last)) return 'any-not-last';
  if (rules.some(({ tagStatus, tagPrefixes }) => (tagStatus === 'tagged') !== tagPrefixes.length > 0)) {
    return 'bad-tag-prefixes';
  }
  return rules.some(({ count }) => count < 1) ? 'bad-count' : undefined;
}

/**
 * The images that a policy expires at an instant, by priority of the rule, then oldest first. Each rule selects
 * among all images alive then, those that higher rules claim included; whatever a rule selects, expired or not,
 * is closed to lower ones. Equal push times: the lower digest counts as newer. Source: Amazon ECR user guide,
 * LifecyclePolicies.md.
 */
export function expiredImages(
  images: readonly RepositoryImage[],
  rules: readonly LifecycleRule[],
  atMs: number,
): ExpiredImage[] {
  const alive = images
    .filter(({ pushedMs, deletedMs }) => pushedMs <= atMs && (deletedMs === null || deletedMs > atMs))
    .sort(newestFirst);
  const claimed = new Set<string>();
  const expired: ExpiredImage[] = [];
  for (const rule of [...rules].sort((a, b) => a.priority - b.priority)) {
    const selected = alive.filter((image) => isSelected(rule, image));
    const open = tooMany(rule, selected, atMs).filter(({ digest }) => !claimed.has(digest));
    expired.push(...open.reverse().map(({ digest }) => ({ digest, priority: rule.priority })));
    for (const { digest } of selected) claimed.add(digest);
  }
  return expired;
}

function newestFirst(a: RepositoryImage, b: RepositoryImage): number {
  return b.pushedMs - a.pushedMs || (a.digest < b.digest ? -1 : 1);
}

function isSelected({ tagStatus, tagPrefixes }: LifecycleRule, { tags }: RepositoryImage): boolean {
  if (tagStatus === 'any') return true;
  if (tagStatus === 'untagged') return tags.length === 0;
  return tagPrefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix)));
}

/** Of images, newest first, those beyond the count or the age of a rule. */
function tooMany({ countType, count }: LifecycleRule, images: readonly RepositoryImage[], atMs: number) {
  if (countType === 'imageCountMoreThan') return images.slice(count);
  return images.filter(({ pushedMs }) => atMs - pushedMs > count * DAY);
}
