import { expect, test } from 'vitest';
import { DEFAULT_RULES } from '../../src/billing/account-bill.ts';
import type { BillContext } from '../../src/billing/bill-context.ts';
import { Problems } from '../../src/billing/billing-problem.ts';
import { billCommitments } from '../../src/billing/commitments.ts';
import type { CoverableUse } from '../../src/billing/coverable-use.ts';
import { Ledger } from '../../src/billing/ledger.ts';
import { ZERO, parseDecimal, toDecimal } from '../../src/billing/money.ts';
import { Prices } from '../../src/billing/price-book.ts';
import type { InstanceUse, SavingsPlan } from '../../src/billing/usage.ts';
import { HOUR } from '../../src/units.ts';
import { JUNE_2026, priced } from './builders.ts';

/** The rates of the example in the AWS Savings Plans user guide, "How Savings Plans apply to your usage". */
const BOOK = priced({
  'sp-ec2/c5.9xlarge': '1',
  'sp-compute/c5.9xlarge': '2',
  'sp-ec2/c5.24xlarge': '6',
  'sp-compute/c5.24xlarge': '8',
  'sp-compute/vcpu': '1',
  'sp-compute/gb': '1',
});

/** One hour of use of one thing: `units` at a price each. */
function use(name: string, units: number, price: string, ledger: Ledger): CoverableUse {
  const isHost = name.startsWith('c5.');
  const key = { service: 'S', dimension: name, region: 'r', az: '-', type: name, option: 'od', unit: 'U' };
  const host: InstanceUse = {
    id: name,
    type: name,
    platform: 'linux',
    tenancy: 'default',
    region: 'r',
    zone: 'a',
    option: 'od',
    visits: [],
  };
  return {
    id: isHost ? name : 'task',
    account: 'a1',
    host: isHost ? host : null,
    visits: [{ startMs: JUNE_2026, from: 0, to: 3600 }],
    perSecond: { units, per: 3600 },
    price: parseDecimal(price)!,
    line: ledger.line({ ...key, price: parseDecimal(price)! }),
    rateKeys: { ec2: isHost ? `sp-ec2/${name}` : null, compute: `sp-compute/${name}` },
    covered: { ...key, price: ZERO, option: 'sp' },
    tieOrder: name === 'gb' ? 0 : 1,
  };
}

function plan(kind: 'ec2' | 'compute', commitment: string): SavingsPlan {
  const common = { id: kind, commitment: parseDecimal(commitment)!, years: 1, startMs: JUNE_2026 } as const;
  return kind === 'compute' ? { ...common, kind } : { ...common, kind, region: 'r', family: 'c5' };
}

/** The bill of the hour: with use, and without any. */
function hourBill(savingsPlans: SavingsPlan[], isIdle = false): string {
  const ledger = new Ledger();
  const problems = new Problems();
  const period = { startMs: JUNE_2026, endMs: JUNE_2026 + HOUR };
  const context: BillContext = {
    rules: { ...DEFAULT_RULES, period },
    prices: new Prices(BOOK, problems),
    ledger,
    problems,
    cutMs: period.endMs,
  };
  const uses = [
    use('c5.9xlarge', 1, '4', ledger),
    use('c5.24xlarge', 1, '10', ledger),
    use('vcpu', 10, '1.5', ledger),
    use('gb', 5, '2', ledger),
  ];
  billCommitments(context, { savingsPlans }, isIdle ? [] : uses);
  problems.throwIfAny();
  return toDecimal(ledger.total(), 10);
}

test.each([
  // 2 + 8 + 10 + 5
  { name: 'Compute 25 covers everything', plans: [plan('compute', '25')], bill: '25' },
  // 3 GB, then 2 × 2 + 4 + 10 + 15
  { name: 'Compute 3: equal savings, lower rate first', plans: [plan('compute', '3')], bill: '36' },
  // 5 GB, half of c5.9xlarge, then 2 + 10 + 15
  { name: 'Compute 6 covers in part', plans: [plan('compute', '6')], bill: '33' },
  // EC2: c5.9xlarge and half of c5.24xlarge; Compute: 5 GB and 5 vCPUs; 7.50 + 5 at On-Demand
  { name: 'EC2 4 before Compute 10', plans: [plan('compute', '10'), plan('ec2', '4')], bill: '26.5' },
])('billCommitments() of worked example 24: $name', ({ plans, bill }) => {
  expect(hourBill(plans)).toBe(bill);
});

test('billCommitments() without use is the commitment', () => {
  expect(hourBill([plan('compute', '25'), plan('ec2', '4')], true)).toBe('29');
});
