import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expiredImages, lifecycleProblem } from '../../src/billing/lifecycle-policy.ts';
import type { LifecycleRule, RepositoryImage } from '../../src/billing/usage.ts';
import { DAY } from '../../src/units.ts';

function image(digest: string, pushedDay: number, tags: readonly string[] = []): RepositoryImage {
  return { digest, tags, pushedMs: pushedDay * DAY, deletedMs: null, layers: [] };
}

function rule(priority: number, rest: Partial<LifecycleRule> = {}): LifecycleRule {
  return { priority, tagStatus: 'any', tagPrefixes: [], countType: 'imageCountMoreThan', count: 1, ...rest };
}

const tagged = (priority: number, prefix: string) =>
  rule(priority, { tagStatus: 'tagged', tagPrefixes: [prefix] });

test('expiredImages() closes what a higher rule selects to lower ones, expired or not', () => {
  const images = [
    image('a', 1, ['beta-1', 'prod-1']),
    image('b', 2, ['beta-2', 'prod-2']),
    image('c', 3, ['beta-3']),
  ];
  // prod keeps b and expires a; beta would keep c and expire b and a, but both are closed.
  expect(expiredImages(images, [tagged(1, 'prod'), tagged(2, 'beta')], 4 * DAY)).toEqual([
    { digest: 'a', priority: 1 },
  ]);
});

test.each<{ name: string; rules: LifecycleRule[]; problem: string | undefined }>([
  { name: 'nothing wrong', rules: [tagged(1, 'p'), rule(2)], problem: undefined },
  { name: 'two of a priority', rules: [tagged(1, 'p'), rule(1)], problem: 'duplicate-priority' },
  {
    name: 'two for untagged',
    rules: [rule(1, { tagStatus: 'untagged' }), rule(2, { tagStatus: 'untagged' })],
    problem: 'two-untagged-rules',
  },
  { name: 'any before others', rules: [rule(1), tagged(2, 'p')], problem: 'any-not-last' },
  { name: 'tagged without prefix', rules: [rule(1, { tagStatus: 'tagged' })], problem: 'bad-tag-prefixes' },
  { name: 'prefix without tagged', rules: [rule(1, { tagPrefixes: ['p'] })], problem: 'bad-tag-prefixes' },
  { name: 'a count of 0', rules: [rule(1, { count: 0 })], problem: 'bad-count' },
])('lifecycleProblem() finds $name', ({ rules, problem }) => {
  expect(lifecycleProblem(rules)).toBe(problem);
});

test('expiredImages() expires nothing twice, nothing young, and keeps as many as it should', () => {
  const images = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
  fc.assert(
    fc.property(
      images,
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 30 }),
      (days, keep, age) => {
        const all = days.map((day, index) => image(`d${index}`, day));
        const now = 30 * DAY;
        const byCount = expiredImages(all, [rule(1, { count: keep })], now);
        expect(byCount).toHaveLength(Math.max(0, all.length - keep));
        const byAge = expiredImages(all, [rule(1, { countType: 'sinceImagePushed', count: age })], now);
        expect(byAge).toHaveLength(days.filter((day) => 30 - day > age).length);
        const both = [
          rule(1, { tagStatus: 'untagged', count: keep }),
          rule(2, { countType: 'sinceImagePushed', count: age }),
        ];
        const digests = expiredImages(all, both, now).map(({ digest }) => digest);
        expect(new Set(digests).size).toBe(digests.length);
        // Rule 1 selects every image: rule 2 finds none open.
        expect(digests).toHaveLength(byCount.length);
      },
    ),
    { seed: 12, numRuns: 200 },
  );
});
