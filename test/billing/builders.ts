import type { BilledInstance, BillInput } from '../../src/billing/bill.ts';
import { type AccountBill, DEFAULT_RULES, accountBill } from '../../src/billing/account-bill.ts';
import { parseDecimal, toDecimal } from '../../src/billing/money.ts';
import type { PriceBook } from '../../src/billing/price-book.ts';
import type { BillRules, Usage } from '../../src/billing/usage.ts';
import { regionBook } from '../../src/billing/region-book.ts';
import type { BillPrices } from '../../src/model/price-list.ts';
import type { InstanceType } from '../../src/model/instance-type.ts';
import type { RootVolume } from '../../src/model/plan.ts';
import { customType } from '../../src/io/catalogue.ts';
import { parsePriceE10 } from '../../src/units.ts';

/**
 * Small bills to write tests with: us-east-1 prices of the worked examples, one type, no volume cost by
 * default.
 */

/** A price book from decimals. */
export function priced(prices: Readonly<Record<string, string>>): PriceBook {
  return new Map(Object.entries(prices).map(([key, price]) => [key, parseDecimal(price)!]));
}

/** Total of the bill of June 2026, to ten places. */
export function accountTotal(usage: Usage, book: PriceBook, rules: Partial<BillRules> = {}): string {
  return toDecimal(juneBill(usage, book, rules).total, 10);
}

export function juneBill(usage: Usage, book: PriceBook, rules: Partial<BillRules> = {}): AccountBill {
  const period = { startMs: JUNE_2026, endMs: JUNE_2026 + 30 * DAY };
  return accountBill(usage, book, { ...DEFAULT_RULES, period, ...rules });
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A month of 30 days. */
export const JUNE_2026 = Date.UTC(2026, 5, 1);

export function usd(text: string): bigint {
  return parsePriceE10(text)!;
}

export function typeAt(name: string, pricePerHour: string): InstanceType {
  return customType({ name, vcpus: 2, memoryMiB: 8192, priceE10PerHour: usd(pricePerHour) });
}

export const M5_LARGE: InstanceType = typeAt('m5.large', '0.096');

export const GP3_30: RootVolume = { type: 'gp3', sizeGiB: 30, iops: 3000, throughputMiBps: 125 };

export const PRICES: BillPrices = {
  ebs: {
    gp2: { gbMonthE10: usd('0.1'), iopsMonthTiers: null, mibpsMonthE10: null },
    gp3: {
      gbMonthE10: usd('0.08'),
      iopsMonthTiers: [{ upTo: null, priceE10: usd('0.005') }],
      mibpsMonthE10: usd('0.04'),
    },
  },
  services: {
    eksClusterE10PerHour: usd('0.1'),
    loadBalancerE10PerHour: { classic: usd('0.025'), application: usd('0.0225'), network: usd('0.0225') },
  },
};

/** The same volumes for nothing, for bills in which only instances matter. */
export const FREE_VOLUMES: BillPrices = {
  ...PRICES,
  ebs: { gp3: { gbMonthE10: 0n, iopsMonthTiers: null, mibpsMonthE10: null } },
};

export function instance(
  id: string,
  fromMs: number,
  endMs: number,
  rest: Partial<BilledInstance> = {},
): BilledInstance {
  return {
    id,
    typeName: 'm5.large',
    groupName: 'general',
    zone: 'us-east-1a',
    runningFromMs: fromMs,
    endMs,
    rootVolume: GP3_30,
    usage: new Map(),
    capacityCpuMilli: 2000,
    capacityMemoryMiB: 8000,
    allocatableCpuMilli: 2000,
    allocatableMemoryMiB: 8000,
    ...rest,
  };
}

/** A bill input with the prices of some types and of a region. */
export interface PricedInput extends BillInput {
  readonly types: readonly InstanceType[];
  readonly prices: BillPrices;
}

export function billInput(rest: Partial<Omit<PricedInput, 'book'>> = {}): PricedInput {
  const { types = [M5_LARGE], prices = FREE_VOLUMES } = rest;
  return {
    region: 'us-east-1',
    startEpochMs: JUNE_2026,
    endMs: DAY,
    types,
    instances: [],
    loadBalancers: [],
    controlPlane: null,
    prices,
    book: regionBook('us-east-1', types, prices),
    ...rest,
  };
}
