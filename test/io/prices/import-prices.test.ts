import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { InputError } from '../../../src/errors.ts';
import { catalogueOf } from '../../../src/io/catalogue.ts';
import { type ImportedPrices, importPrices } from '../../../src/io/prices/import-prices.ts';
import { priceLines, readPriceFile } from '../../../src/io/prices/price-file.ts';
import { OFFER_ROWS, offerCsv, offerJson, PLAN_RATES, SPOT_HISTORY } from '../../support/price-samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'stowage-prices-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const ALL = { regions: new Set<string>(), systems: new Set<string>() };
const importOf = (content: string | Uint8Array, filter = ALL): Promise<ImportedPrices> =>
  importPrices([file('in', content)], filter);

async function faults(content: string): Promise<string[]> {
  try {
    await importOf(content);
    return [];
  } catch (error) {
    return (error as InputError).diagnostics.map(
      ({ code, message, position }) => `${code} ${position?.line}:${position?.column} ${message}`,
    );
  }
}

/** What both forms of the offer file come to: prices kept, and why the others are not. */
const LEFT_OUT = [
  { reason: 'another operating system', prices: 1 },
  { reason: 'at a price of 0', prices: 1 },
  { reason: 'capacity reservation without an instance', prices: 1 },
  { reason: 'dedicated host', prices: 1 },
  { reason: 'in a Local Zone, Wavelength Zone or Outpost', prices: 1 },
  { reason: 'no instance', prices: 1 },
  { reason: 'own licence', prices: 1 },
  { reason: 'with software installed', prices: 1 },
];

describe('importPrices()', () => {
  test('CSV: On-Demand, Reserved with its parts, systems, tenancies; everything left out is counted', async () => {
    const { list, kept, dropped } = await importOf(offerCsv());
    expect({ id: list.id, date: list.date }).toEqual({ id: 'AmazonEC2-20260720180422', date: '2026-07-20' });
    expect(kept + dropped.reduce((sum, { prices }) => sum + prices, 0)).toBe(OFFER_ROWS.length);
    expect(dropped).toEqual(LEFT_OUT);
    expect(list.offers.map(({ region, type, os, tenancy }) => [region, type, os, tenancy].join(' '))).toEqual(
      [
        'eu-west-1 x99g.16xlarge linux shared',
        'us-east-1 m5.large linux dedicated',
        'us-east-1 m5.large linux shared',
        'us-east-1 m5.large windows shared',
      ],
    );
    const linux = list.offers[2]!;
    expect(linux.onDemandE10).toBe(960_000_000n);
    expect([...linux.reserved]).toEqual([
      ['1y-standard-no-upfront', { upfrontE10: 0n, hourlyE10: 600_000_000n }],
      ['1y-standard-partial-upfront', { upfrontE10: 2_500_000_000_000n, hourlyE10: 290_000_000n }],
      ['3y-standard-all-upfront', { upfrontE10: 9_800_000_000_000n, hourlyE10: 0n }],
    ]);
    expect(list.shapes).toContainEqual({
      name: 'x99g.16xlarge',
      vcpus: 64,
      memoryMiB: 1_998_848,
      architecture: 'arm64',
      gpus: 2,
    });
  });

  test('JSON says the same as CSV; so do packed files', async () => {
    const csv = await importOf(offerCsv());
    expect(await importOf(offerJson())).toEqual(csv);
    expect(await importOf(gzipSync(offerJson()))).toEqual(csv);
    expect(await importOf(gzipSync(offerCsv()))).toEqual(csv);
  });

  test('a file of many chunks loses no row at their ends', async () => {
    // Some 400 bytes a row: 5,000 rows are eight chunks.
    const rows = Array.from({ length: 5000 }, (_, index) => ({
      ...OFFER_ROWS[0],
      'Instance Type': `m5.${index}xlarge`,
      PricePerUnit: `${index + 1}.0000000001`,
    }));
    const { list, kept, dropped } = await importOf(offerCsv(rows));
    expect([kept, dropped]).toEqual([5000, []]);
    const prices = new Map(list.offers.map(({ type, onDemandE10 }) => [type, onDemandE10]));
    expect(
      rows.every((_, index) => prices.get(`m5.${index}xlarge`) === BigInt(index + 1) * 10n ** 10n + 1n),
    ).toBe(true);
  });

  test('regions and systems that were not asked for are left out, and counted', async () => {
    for (const content of [offerCsv(), offerJson()]) {
      const { list, dropped } = await importOf(content, {
        regions: new Set(['us-east-1']),
        systems: new Set(['linux']),
      });
      expect(list.offers.map(({ type, os }) => `${type} ${os}`)).toEqual([
        'm5.large linux',
        'm5.large linux',
      ]);
      expect(dropped).toContainEqual({ reason: 'not asked for (--region, --os)', prices: 2 });
    }
  });

  test('Spot history: a series for each pool, oldest first', async () => {
    const { list, dropped } = await importOf(SPOT_HISTORY);
    expect(list.id).toBe('spot-2026-03-02');
    expect(
      list.spot.map(({ zone, os, points }) => [zone, os, points.map(({ priceE10 }) => priceE10)]),
    ).toEqual([
      ['us-east-1a', 'linux', [339_000_000n, 341_000_000n]],
      ['us-east-1a', 'suse', [900_000_000n]],
      ['us-east-1a', 'windows', [1_210_000_000n]],
      ['us-east-1b', 'linux', [312_000_000n]],
    ]);
    expect(dropped).toEqual([{ reason: 'another operating system', prices: 1 }]);
  });

  test('several files make one list; a price that is said twice counts once, another one is told', async () => {
    const dearer = offerCsv([{ ...OFFER_ROWS[0], PricePerUnit: '0.0970000000' }]);
    const files = [offerCsv(), dearer, offerJson(), SPOT_HISTORY, PLAN_RATES];
    const { list, dropped } = await importPrices(
      files.map((content, index) => file(`many-${index}`, content)),
      ALL,
    );
    const linux = list.offers.find(
      ({ os, tenancy, type }) => type === 'm5.large' && os === 'linux' && tenancy === 'shared',
    );
    expect(linux!.onDemandE10).toBe(960_000_000n);
    expect([...linux!.savingsPlans]).toEqual([
      ['compute-1y-no-upfront', 700_000_000n],
      ['ec2-instance-1y-no-upfront', 605_000_000n],
    ]);
    expect(list.spot).toHaveLength(4);
    const reasons = new Map(dropped.map(({ reason, prices }) => [reason, prices]));
    expect(reasons.get('said twice')).toBe(9);
    expect(reasons.get('another price for the same thing: the first is kept')).toBe(1);
  });

  test.each([
    [offerCsv([{ ...OFFER_ROWS[0], PricePerUnit: 'free' }]), 'E3001 7:111 Cannot read PricePerUnit'],
    [offerCsv().replace('"PricePerUnit"', '"PricePerUnits"'), "E3002 6:1 There is no column 'PricePerUnit'"],
    [
      offerCsv().replace('"AmazonEC2"\n', '"AmazonS3"\n'),
      'E4008 1:1 This is the price list of AmazonS3, not of AmazonEC2',
    ],
    [`${offerCsv()}"torn,row\n`, 'E3001 24:1 Cannot read the row: its quotes do not match'],
    ['a,b\n1,2\n', 'E4008 1:1 This is no price list that stowage knows'],
    ['{"hello": 1}', 'E4008 1:1 This is no price list that stowage knows'],
    ['', 'E1001 1:1 The file is empty'],
    [offerJson().slice(0, -40), 'E3001'],
    ['{"SpotPriceHistory": [{"InstanceType": "m5.large"}]}', 'E3001 1:23 The record is no Spot price'],
    [SPOT_HISTORY.replace('0.034100', '-1'), "E3001 3:9 Cannot read the SpotPrice '-1'"],
    [SPOT_HISTORY.replace('2026-03-02T10', 'yesterday'), 'E3001 3:9 Cannot read the Timestamp'],
  ])('refuses what it cannot read, with its place (%#)', async (content, expected) => {
    expect((await faults(content)).join('\n')).toContain(expected);
  });
});

describe('readPriceFile()', () => {
  test('reads back what priceLines wrote; equal lists have equal digests', async () => {
    const { list } = await importPrices(
      [offerCsv(), SPOT_HISTORY, PLAN_RATES].map((content, index) => file(`back-${index}`, content)),
      ALL,
    );
    const text = [...priceLines(list)].join('');
    const read = await readPriceFile(file('list.ndjson', text));
    expect(read.list).toEqual(list);
    expect((await readPriceFile(file('list.gz', gzipSync(text)))).sha256).toBe(read.sha256);
    expect([...priceLines(read.list)].join('')).toBe(text);
  });

  test('a long Spot series stands on several lines, and is one series again', async () => {
    const points = Array.from({ length: 25_000 }, (_, index) => ({ epochMs: index * 60_000, priceE10: 1n }));
    const list = {
      id: 'long',
      date: '',
      offers: [],
      shapes: [],
      spot: [{ zone: 'z-1a', type: 'a.b', os: 'linux' as const, points }],
    };
    const lines = [...priceLines(list)];
    expect(lines).toHaveLength(4);
    expect((await readPriceFile(file('long.ndjson', lines.join('')))).list).toEqual(list);
  });

  test.each([
    ['{"format":"other"}\n', 'E4008'],
    ['{"format":"stowage-prices/1","id":"a","date":"b"}\n{"region":1}\nnot json\n', 'E3001'],
    [
      '{"format":"stowage-prices/1","id":"a","date":"b"}\n{"spot":"z","type":"t","os":"linux","points":[["2026-01-02T00:00:00.000Z","1"],["2026-01-01T00:00:00.000Z","1"]]}\n',
      'E3001',
    ],
  ])('refuses what it has not written (%#)', async (content, code) => {
    await expect(readPriceFile(file('bad.ndjson', content))).rejects.toMatchObject({
      diagnostics: [{ code }, ...(content.includes('not json') ? [{ code }] : [])],
    });
  });
});

describe('catalogueOf()', () => {
  test('has the prices of the list and no others; new types get a made-up shape', async () => {
    const { list } = await importOf(offerCsv());
    const catalogue = catalogueOf(list);
    expect(catalogue.regions).toEqual(['eu-west-1', 'us-east-1']);
    expect(catalogue.pricesAsOf('us-east-1')).toBe('2026-07-20');
    expect(catalogue.type('m5.large', 'us-east-1')).toMatchObject({
      priceE10PerHour: 960_000_000n,
      maxEnis: 3,
    });
    expect(catalogue.type('x99g.16xlarge', 'eu-west-1')).toMatchObject({ vcpus: 64, gpus: { count: 2 } });
    expect(catalogue.type('m5.large', 'eu-west-1')).toMatchObject({
      problem: 'no-price',
      regions: ['us-east-1'],
    });
    expect(catalogue.type('m5.xlarge', 'us-east-1')).toMatchObject({
      problem: 'no-price',
      nearest: ['m5.large'],
    });
    expect(catalogue.type('m5.large', 'us-west-2')).toMatchObject({ problem: 'unknown-region' });
  });

  test('a list of Spot prices alone leaves the others as they are', async () => {
    const { list } = await importOf(SPOT_HISTORY);
    expect(catalogueOf(list).type('m5.large', 'us-east-1')).toMatchObject({ priceE10PerHour: 960_000_000n });
  });
});
