import { describe, expect, test } from 'vitest';
import { makeBill } from '../../src/billing/bill.ts';
import { compare, fraction, toDecimal } from '../../src/billing/money.ts';
import { InputError } from '../../src/errors.ts';
import { billDifference } from '../../src/experiment/bill-difference.ts';
import { type Commitment, commitmentText, parseCommitment } from '../../src/experiment/commitments.ts';
import { bestCommitments, priceAgain } from '../../src/experiment/price-again.ts';
import { prepareScenario } from '../../src/experiment/prepare-scenario.ts';
import { runPlatform } from '../../src/experiment/run-platform.ts';
import { usageHours } from '../../src/experiment/usage-profile.ts';
import {
  billInputOf,
  readUsageLines,
  usageLines,
  type UsageRecord,
} from '../../src/experiment/usage-record.ts';
import { catalogueOf, loadCatalogue } from '../../src/io/catalogue.ts';
import type { PriceList } from '../../src/model/offer.ts';

const SCENARIO = `
version: 1
name: priced
seed: 5
start: 2026-03-02T00:10:00Z
horizon: 8h
fleet: [{ name: g, type: [m5.large, m5.xlarge], size: { min: 2, max: 12 } }]
workload:
  services: [{ name: web, template: { cpu: 500m, memory: 1GiB }, replicas: { count: 6, then: [{ at: 2h, count: 30 }, { at: 5h, count: 4 }] }, loadBalancer: { name: front, kind: application } }]
platforms: [{ name: k, kind: kubernetes }]
`;

async function played(text = SCENARIO) {
  const prepared = await prepareScenario('scenario.yaml', { content: new TextEncoder().encode(text) });
  const { summary, usage } = await runPlatform(prepared);
  return { summary, usage: usage!() };
}

const record = await played();

describe('the usage record', () => {
  test('bills to the total of the run, and so does its copy read back from lines', () => {
    const { summary, usage } = record;
    const again = readUsageLines([...usageLines(usage)].map((line) => line.trimEnd()));
    for (const one of [usage, again]) {
      expect(toDecimal(makeBill(billInputOf(one)).total, 10)).toBe(summary.cost.total);
    }
    expect(again).toEqual(usage);
  });

  test.each([
    ['', 'it is empty'],
    ['{"format":"other"}', 'its first line is not stowage-usage/1'],
    ['{"format":"stowage-usage/1"}', 'a line has no usage'],
    ['[]\n', 'its first line is not stowage-usage/1'],
    ['3', 'a line is no object'],
  ])('refuses %j: %s', (text, message) => {
    expect(() => readUsageLines(text === '' ? [] : [text])).toThrow(message);
  });
});

describe('usageHours()', () => {
  test('has every billed On-Demand second of every clock-hour', () => {
    const { usage } = record.usage;
    const hours = usageHours(usage);
    // From 00:10 to 08:10 are nine clock-hours.
    expect(hours).toHaveLength(9);
    const seconds = hours.flatMap((hour) => [...hour.values()]).reduce((sum, count) => sum + count, 0);
    const billed = [...makeBill(billInputOf(record.usage)).perInstance.values()];
    expect(seconds).toBe(billed.reduce((sum, { billedSeconds }) => sum + billedSeconds, 0));
  });
});

describe('priceAgain()', () => {
  test('without changes is the bill of the run', () => {
    expect(toDecimal(priceAgain(record.usage, {}).bill.total, 10)).toBe(record.summary.cost.total);
  });

  test('in another region costs what a run there costs', async () => {
    const there = await played(SCENARIO.replace('horizon', 'region: eu-west-1\nhorizon'));
    const { bill } = priceAgain(record.usage, { catalogue: loadCatalogue(), region: 'eu-west-1' });
    expect(toDecimal(bill.total, 10)).toBe(there.summary.cost.total);
    expect(new Set(bill.lines.map(({ region }) => region))).toEqual(new Set(['eu-west-1']));
    expect(bill.lines.some(({ az }) => az === 'eu-west-1a')).toBe(true);
  });

  test('a type without a price there is an error that names the nearest', () => {
    const list: PriceList = {
      id: 'l',
      date: '2026-01-01',
      shapes: [],
      spot: [],
      offers: [
        {
          region: 'us-east-1',
          type: 'm5.2xlarge',
          os: 'linux',
          tenancy: 'shared',
          onDemandE10: 1n,
          reserved: new Map(),
          savingsPlans: new Map(),
        },
      ],
    };
    expect(() => priceAgain(record.usage, { catalogue: catalogueOf(list) })).toThrow(InputError);
    expect(() => priceAgain(record.usage, { catalogue: catalogueOf(list) })).toThrow(
      /E2101: Cannot bill m5.large in us-east-1/,
    );
  });

  test('a reservation of a type without a known price is refused, not left out', () => {
    const commitments = [parseCommitment('1y-standard-no-upfront:x9.large:1') as Commitment];
    expect(() => priceAgain(record.usage, { commitments })).toThrow(
      /E2101: Cannot reserve x9.large in us-east-1/,
    );
  });

  test('Spot cannot be moved to another region', async () => {
    const spot = await played(SCENARIO.replace('size: {', 'purchase: spot, size: {'));
    expect(() => priceAgain(spot.usage, { catalogue: loadCatalogue(), region: 'eu-west-1' })).toThrow(
      /E2102/,
    );
    expect(toDecimal(priceAgain(spot.usage, {}).bill.total, 10)).toBe(spot.summary.cost.total);
  });

  test('a commitment covers use at its rate: lines and sums, to the last unit', () => {
    // m5.large at 0.096: a 1-year reservation is estimated at 0.672 of that, 0.064512 an hour, for nine clock-hours.
    const commitment = parseCommitment('1y-standard-no-upfront:m5.large:1') as Commitment;
    const { bill, isEstimated } = priceAgain(record.usage, { commitments: [commitment] });
    expect(isEstimated).toBe(true);
    const reserved = bill.lines.filter(({ dimension }) => dimension.startsWith('ec2:ri'));
    const paid = reserved.reduce((sum, { amount }) => sum + Number(toDecimal(amount, 12)), 0);
    expect(paid).toBeCloseTo(9 * 0.064512, 9);
    const difference = billDifference(makeBill(billInputOf(record.usage)), bill);
    const sum = difference.lines.reduce((total, line) => total + line.differenceUsd, 0);
    expect(sum).toBeCloseTo(difference.total.differenceUsd, 9);
  });

  test('rates and reservations of a list win over estimates', () => {
    const offer = (type: string, onDemandE10: bigint): PriceList['offers'][number] => ({
      region: 'us-east-1',
      type,
      os: 'linux',
      tenancy: 'shared',
      onDemandE10,
      reserved: new Map([['1y-standard-all-upfront', { upfrontE10: 8_760n * 300_000_000n, hourlyE10: 0n }]]),
      savingsPlans: new Map([['compute-1y-no-upfront', 500_000_000n]]),
    });
    const offers = [offer('m5.large', 960_000_000n), offer('m5.xlarge', 1_920_000_000n)];
    const catalogue = catalogueOf({ id: 'l', date: '2026-01-01', shapes: [], spot: [], offers });
    const texts = ['1y-standard-all-upfront:m5.large:1', 'compute-1y-no-upfront:0.05'];
    const commitments = texts.map((text) => parseCommitment(text) as Commitment);
    const { bill, isEstimated } = priceAgain(record.usage, { catalogue, commitments });
    expect(isEstimated).toBe(false);
    const price = (dimension: string) => bill.lines.find((line) => line.dimension === dimension)!.price;
    expect(toDecimal(price('ec2:ri-covered'), 10)).toBe('0.03');
    expect(toDecimal(price('ec2:sp-covered'), 10)).toBe('0.05');
  });
});

describe('bestCommitments()', () => {
  test('finds what no other size of the same commitment beats, by the whole bill', () => {
    const { choices, without } = bestCommitments(record.usage, {}, [
      'compute-3y-all-upfront',
      '3y-standard-no-upfront',
    ]);
    expect(choices.length).toBeGreaterThan(1);
    for (const { commitment, bill, used, breakEven, saved } of choices) {
      expect(compare(bill.total, without.total)).toBeLessThan(0);
      expect(saved.numerator > 0n && used > breakEven).toBe(true);
      for (const other of neighbours(commitment)) {
        const changed = priceAgain(record.usage, { commitments: [other] }).bill;
        expect(compare(changed.total, bill.total), commitmentText(other)).toBeGreaterThanOrEqual(0);
      }
    }
  });

  /** A thousandth, a tenth and half of it more and less; one and two instances. */
  function neighbours(commitment: Commitment): Commitment[] {
    if (commitment.kind === 'reserved') {
      return [-2, -1, 1, 2].flatMap((step) =>
        commitment.count + step < 1 ? [] : [{ ...commitment, count: commitment.count + step }],
      );
    }
    const thousandths = (commitment.usdPerHour.numerator * 1000n) / commitment.usdPerHour.denominator;
    return [1n, thousandths / 10n, thousandths / 2n].flatMap((step) =>
      [thousandths - step, thousandths + step].map((amount) => ({
        ...commitment,
        usdPerHour: fraction(amount, 1000n),
      })),
    );
  }

  test('reserves no type that was made up in the scenario', async () => {
    const own =
      'types: [{ name: own, vcpus: 4, memory: 16GiB, price: 0.2 USD/h }]\nfleet: [{ name: g, type: own,';
    const made = await played(SCENARIO.replace('fleet: [{ name: g, type: [m5.large, m5.xlarge],', own));
    const { choices } = bestCommitments(made.usage, {});
    expect(choices.map(({ commitment }) => commitment.kind)).toContain('savings-plan');
    expect(choices.map(({ commitment }) => commitment.kind)).not.toContain('reserved');
  });

  test('finds none for use that lasts an hour of nine', async () => {
    const short = await played(
      SCENARIO.replace('min: 2', 'min: 0').replace(
        'count: 6, then: [{ at: 2h, count: 30 }, { at: 5h, count: 4 }]',
        'count: 4, then: [{ at: 40m, count: 0 }]',
      ),
    );
    expect(bestCommitments(short.usage, {}).choices).toEqual([]);
  });
});

test.each([
  ['compute-1y-no-upfront:0.5', null],
  ['ec2-instance-3y-all-upfront:m6i:12.125', null],
  ['3y-convertible-partial-upfront:m6i.xlarge:3', null],
  ['compute-1y:0.5', 'begin with one of'],
  ['compute-1y-no-upfront:m6i:0.5', 'write compute-1y-no-upfront:0.5'],
  ['ec2-instance-1y-no-upfront:0.5', 'write ec2-instance-1y-no-upfront:m6i:0.5'],
  ['compute-1y-no-upfront:0', 'write'],
  ['1y-standard-no-upfront:m6i.xlarge:0', 'write 1y-standard-no-upfront:m6i.xlarge:3'],
  ['1y-standard-no-upfront:m6i:2', 'write'],
])('parseCommitment() of %s', (text, problem) => {
  const read = parseCommitment(text);
  if (problem === null) expect(commitmentText(read as Commitment)).toBe(text);
  else expect(read).toContain(problem);
});

test('a usage record is plain enough to survive twice', () => {
  const once = readUsageLines([...usageLines(record.usage)]);
  const twice: UsageRecord = readUsageLines([...usageLines(once)]);
  expect([...usageLines(twice)]).toEqual([...usageLines(record.usage)]);
});
