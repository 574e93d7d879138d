import { DEFAULT_RULES, accountBill } from '../../src/billing/account-bill.ts';
import { parseDecimal, toDecimal } from '../../src/billing/money.ts';
import type { InstanceUse, Usage, VolumeUse } from '../../src/billing/usage.ts';
import { DAY } from '../../src/units.ts';

const START_MS = Date.UTC(2026, 5, 1);
const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'] as const;
const TYPES = ['m5.large', 'm5.xlarge', 'c5.large'] as const;
const BOOK = new Map(
  Object.entries({
    'ec2/us-east-1/m5.large/linux/default': '0.096',
    'ec2/us-east-1/m5.xlarge/linux/default': '0.192',
    'ec2/us-east-1/c5.large/linux/default': '0.085',
    'ebs/us-east-1/gp3/gb': '0.08',
  }).map(([key, price]) => [key, parseDecimal(price)!]),
);

/** Lives of instances in one month, up to two hours each, with or without a root volume of 30 GiB. */
export function lifetimes(count: number, withVolumes: boolean): Usage {
  let state = 12_345;
  const draw = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state % below;
  };
  const instances: InstanceUse[] = [];
  const volumes: VolumeUse[] = [];
  const common = { region: 'us-east-1', platform: 'linux', tenancy: 'default', option: 'od' } as const;
  for (let index = 0; index < count; index++) {
    const startMs = START_MS + draw(20 * 86_400) * 1000 + draw(1000);
    const endMs = startMs + draw(7_200_000);
    const [zone, type] = [ZONES[index % 3]!, TYPES[draw(3)]!];
    const id = `i-${index}`;
    instances.push({ ...common, id, type, zone, visits: [{ startMs, endMs, endedBy: 'user' }] });
    if (!withVolumes) continue;
    volumes.push({ id: `${id}/root`, region: 'us-east-1', zone, type: 'gp3', sizeGiB: 30, startMs, endMs });
  }
  return { instances, volumes };
}

/** The bill of the month, as text to compare. */
export function monthTotal(usage: Usage): string {
  const period = { startMs: START_MS, endMs: START_MS + 30 * DAY };
  return toDecimal(accountBill(usage, BOOK, { ...DEFAULT_RULES, period }).total, 10);
}
