import { describe, expect, test } from 'vitest';
import { billInput } from '../../src/experiment/run-bill.ts';
import { makeBill } from '../../src/billing/bill.ts';
import { toDecimal } from '../../src/billing/money.ts';
import type { mastersUsage } from '../../src/experiment/self-run-usage.ts';
import { SELF_RUN_DEFAULTS, type SelfRunControlPlanePlan } from '../../src/model/self-run-control-plane.ts';
import type { PlatformPlan } from '../../src/model/plan.ts';
import { HOUR, MINUTE } from '../../src/units.ts';
import { group, plan, platform, seconds } from '../support/plans.ts';
import { PRICES } from '../support/play.ts';

/** t4x16 at 1.44 USD/h, gp3 at 0.08 USD a GB-month, a network load balancer at 0.0225 USD/h. */
const controlPlane = (rest: Partial<SelfRunControlPlanePlan> = {}): SelfRunControlPlanePlan => ({
  ...SELF_RUN_DEFAULTS,
  kind: 'self-run',
  type: 't4x16',
  zones: ['zone-a', 'zone-b', 'zone-c'],
  launch: seconds(0),
  boot: seconds(0),
  ...rest,
});

function billOf(
  plane: SelfRunControlPlanePlan | 'eks' | 'none',
  masters?: Parameters<typeof mastersUsage>[0]['masters'],
) {
  const on = { ...platform('kubernetes'), controlPlane: plane } as PlatformPlan;
  const planned = plan({}, { fleet: [group(0)], horizonMs: 6 * HOUR, startEpochMs: Date.UTC(2026, 2, 2) });
  const tasks = { heldMs: new Map(), heldByZone: new Map(), pulledBytes: 0n };
  const facts = { plan: planned, platform: on, endMs: 6 * HOUR, instances: [], tasks };
  return makeBill(billInput({ ...facts, ...(masters !== undefined && { masters }) }, PRICES));
}

describe('mastersUsage()', () => {
  test('bills three masters of a whole run with their volumes and balancer, as the control plane', () => {
    const bill = billOf(controlPlane());
    // March has 744 h. Instances 3 × 6 h × 1.44 = 25.92. Volumes 3 × (64 + 2 × 20) GiB × 6 / 744 × 0.08 = 0.20129032258...
    // Balancer 6 × 0.0225 = 0.135. Together 26.2562903226.
    expect(toDecimal(bill.controlPlane, 10)).toBe('26.2562903226');
    expect(bill.total).toEqual(bill.controlPlane);
    expect(toDecimal(bill.instances, 10)).toBe('0');
  });

  test('bills each instance of a master from running to its end, and etcd’s volumes throughout', () => {
    const lives = [
      { master: 0, zone: 'zone-a', runningMs: 0, endMs: 90 * MINUTE },
      { master: 0, zone: 'zone-a', runningMs: 100 * MINUTE, endMs: Number.NaN },
    ];
    const bill = billOf(controlPlane({ zones: ['zone-a'], loadBalancer: 'none' }), lives);
    // 350 of 360 minutes: 350 / 60 × 1.44 = 8.4. Root 64 × (350 / 60) / 744 × 0.08 = 0.04014336917..., etcd
    // 40 × 6 / 744 × 0.08 = 0.02580645161... Together 8.46594982078...
    expect(toDecimal(bill.controlPlane, 10)).toBe('8.4659498208');
    expect(bill.tree.children.map(({ name }) => name)).toEqual(['control plane']);
  });

  test('has nothing of it where somebody else runs the control plane, or it is free', () => {
    expect(toDecimal(billOf('eks').total, 10)).toBe('0.6');
    expect(toDecimal(billOf('none').total, 10)).toBe('0');
  });
});
