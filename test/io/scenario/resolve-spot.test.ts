import { describe, expect, test } from 'vitest';
import type { InputError } from '../../../src/errors.ts';
import { renderPlanYaml } from '../../../src/io/scenario/render-plan.ts';
import { resolveScenario } from '../../../src/io/scenario/resolve-plan.ts';
import { TEST_DIGEST, testContext } from '../../support/scenarios.ts';

const HEAD = 'version: 1\nname: a\nseed: 1\nhorizon: 1h\n';
const MIXED =
  'fleet: [{ name: g, type: [m5.large, m5.xlarge], zones: [us-east-1a], size: 2, purchase: spot }]\n';
const PLAIN = 'fleet: [{ name: g, type: m5.large, zones: [us-east-1a], size: 2 }]\n';
const PLATFORMS = 'platforms: [{ name: e, kind: ecs }]\n';

const planOf = async (text: string) =>
  (await resolveScenario({ file: 'a.yaml', bytes: new TextEncoder().encode(text) }, testContext)).plan;

async function found(text: string): Promise<string[]> {
  try {
    await planOf(text);
    return [];
  } catch (error) {
    return (error as InputError).diagnostics.map(
      ({ code, position, message }) => `${code} ${position?.line}:${position?.column} ${message}`,
    );
  }
}

describe('purchase and spot', () => {
  test('a scenario without Spot has neither in its plan', async () => {
    const plan = await planOf(HEAD + PLAIN + PLATFORMS);
    expect('spot' in plan || 'prices' in plan || 'spot' in plan.fleet[0]!).toBe(false);
  });

  test('types are as the Spot advisor has them, then as the scenario says, else the defaults', async () => {
    const plan = await planOf(
      `${HEAD}${MIXED}spot: { types: { m5.xlarge: { reclaimed: 0.5 } } }\n${PLATFORMS}`,
    );
    expect(plan.fleet[0]!.spot).toEqual({
      onDemandBase: 0,
      onDemandPercentAboveBase: 0,
      strategy: 'price-capacity-optimized',
      pools: 1,
      rebalance: false,
      maxPriceE10: null,
    });
    expect(plan.spot!.types).toEqual([
      // Band 3 of the advisor is 15 to 20 %, taken as 17.5.
      { type: 'm5.large', savingPercent: 66, monthlyShare: 0.175 },
      { type: 'm5.xlarge', savingPercent: 65, monthlyShare: 0.5 },
    ]);
    expect(plan.spot).toMatchObject({
      prices: 'model',
      stepMs: 3_600_000,
      noticeMs: 120_000,
      rebalanceLeadMs: 0,
    });
  });

  test.each([
    [
      'spot: { types: { m5.xlarge: { saving: 1 } } }\n',
      PLAIN,
      'E1204 5:18 no Spot group uses type "m5.xlarge"',
    ],
    [
      'spot: { prices: list }\n',
      MIXED,
      'E2101 5:17 the price list has no Spot price at the start for m5.large in us-east-1a, m5.xlarge in us-east-1a',
    ],
    [
      'spot: { prices: list }\nprices: p.ndjson\n',
      MIXED,
      'E2101 5:17 the price list has no Spot price at the start for m5.xlarge in us-east-1a',
    ],
    [
      '',
      'fleet: [{ name: g, purchase: spot, instances: [{ name: x, type: m5.large, zone: us-east-1a }] }]\n',
      'E1203 5:30 instance group "g" lists its instances: only a group with a size can buy Spot',
    ],
    [
      '',
      'fleet: [{ name: g, type: m5.large, size: 1, purchase: { onDemandPercentAboveBase: 120 } }]\n',
      'E1103 5:83 onDemandPercentAboveBase of purchase of instance group "g": 120 is above 100',
    ],
  ])('%s with %s', async (market, fleet, expected) => {
    expect((await found(HEAD + market + fleet + PLATFORMS))[0]).toContain(
      expected.replace(/ \S+ of purchase.*$/, ''),
    );
  });
});

describe('prices', () => {
  test('types cost what the list says, the plan names list and digest, and its rendering is its fix point', async () => {
    const plan = await planOf(`${HEAD}prices: p.ndjson\n${PLAIN}${PLATFORMS}`);
    expect(plan.types[0]!.priceE10PerHour).toBe(900_000_000n);
    expect(plan.catalogue).toEqual({ id: 'list', date: '2026-09-01' });
    expect(plan.prices).toEqual({ file: 'p.ndjson', sha256: TEST_DIGEST });
    expect(await planOf(renderPlanYaml(plan))).toEqual(plan);
  });

  test('a type that the list does not have has no price: nothing is taken from the catalogue', async () => {
    const fleet = PLAIN.replace('m5.large', 'm6i.xlarge');
    expect(await found(`${HEAD}prices: p.ndjson\n${fleet}${PLATFORMS}`)).toEqual([
      'E2101 6:26 there is no price for "m6i.xlarge" in us-east-1',
    ]);
  });

  test('another list than the one of the digest is refused', async () => {
    const prices = `prices: { file: p.ndjson, sha256: ${'cd'.repeat(32)} }\n`;
    expect((await found(`${HEAD}${prices}${PLAIN}${PLATFORMS}`))[0]).toContain(
      'E4006 5:35 the scenario was made for',
    );
  });
});

describe('weights of a Spot Fleet', () => {
  const weighted = (weights: string) =>
    MIXED.replace('purchase: spot', `purchase: { strategy: lowest-price, weights: ${weights} }`);

  test('stand in the plan, and in what it is written out as', async () => {
    const plan = await planOf(HEAD + weighted('{ m5.large: 1, m5.xlarge: 2 }') + PLATFORMS);
    expect(plan.fleet[0]!.spot!.weights).toEqual(
      new Map([
        ['m5.large', 1],
        ['m5.xlarge', 2],
      ]),
    );
    expect(await planOf(renderPlanYaml(plan))).toEqual(plan);
  });

  test('say what each type is worth and no other, and go with no autoscaler that counts instances', async () => {
    const managed = 'platforms: [{ name: e, kind: ecs, autoscaler: managed-scaling }]\n';
    expect(await found(HEAD + weighted('{ m5.large: 1, m5.xlrge: 2 }') + managed)).toEqual([
      expect.stringMatching(/^E1101 .* does not say what m5.xlarge is worth$/),
      expect.stringMatching(/^E1204 .*: the group has no type "m5.xlrge"$/),
      expect.stringMatching(
        /^E1103 .* platform "e": managed-scaling counts instances, and group "g" counts units$/,
      ),
    ]);
  });
});
