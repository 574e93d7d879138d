import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/io/catalogue.ts';
import { isPriceKey } from '../../src/model/price-list.ts';

test('isPriceKey() knows every key of the price list, and each names a region with prices', () => {
  const { regions, listPrices } = loadCatalogue();
  const keys = [...listPrices().keys()];
  expect(keys.length).toBeGreaterThan(200);
  expect(keys.filter((key) => !isPriceKey(key))).toEqual([]);
  const placed = keys.filter((key) => key.includes('/'));
  const lost = placed.filter((key) => !key.split('/').some((part) => regions.includes(part)));
  // Malaysia has transfer prices and no instance prices.
  expect(new Set(lost.map((key) => key.split('/')[1]))).toEqual(new Set(['ap-southeast-5']));
});

test('tiers of the price list rise to a last one without bound', () => {
  for (const [key, tiers] of loadCatalogue().listPrices()) {
    const bounds = tiers.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
    expect(bounds, key).toEqual([...bounds].sort((a, b) => a - b));
    expect(bounds.at(-1), key).toBe(Number.POSITIVE_INFINITY);
  }
});

test.each([
  '',
  'ec2',
  'ec2/us-east-1/m5.large',
  'ec2/us-east-1/m5.large/linx/default',
  'nat/us-east-1/hours',
  'lb/us-east-1/alb/nlcu',
  'EC2/us-east-1/m5.large/linux/default',
])('isPriceKey() refuses "%s"', (key) => {
  expect(isPriceKey(key)).toBe(false);
});
