import { assert } from '../errors.ts';
import type { InstanceType } from '../model/instance-type.ts';
import type { RootVolume } from '../model/plan.ts';
import type { BillPrices, LoadBalancerKind } from '../model/price-list.ts';
import { type AllocatedCost, type AllocationRow, type SharedInstance, allocate } from './allocation.ts';
import { type PriceBook, priceBook } from './bill-prices.ts';
import { billedMonths, elapsedMonths } from './billed-time.ts';
import { billedClusterSeconds, eksCharge } from './control-plane.ts';
import { type CostNode, costTree } from './cost-tree.ts';
import { monthlyPrice, volumeCharge } from './ebs.ts';
import { billedInstanceSeconds, onDemandCharge } from './ec2.ts';
import { type BillLine, type Charge, Ledger, amountOf } from './ledger.ts';
import { billedLoadBalancerSeconds, loadBalancerCharge } from './load-balancers.ts';
import { type Money, Total, ZERO, add, fraction, multiply, reduce, subtract, toNumber } from './money.ts';

/**
 * One life of an instance, from running to shutting-down; times in milliseconds since the start of the run.
 */
export interface BilledInstance extends SharedInstance {
  readonly id: string;
  readonly typeName: string;
  readonly groupName: string;
  readonly zone: string;
  readonly runningFromMs: number;
  /** Shutting-down, or the end of the run. */
  readonly endMs: number;
  /** Lives as long as the instance runs. */
  readonly rootVolume: RootVolume;
}

export interface BillInput {
  readonly region: string;
  /** Origin of the run on the calendar, milliseconds since 1970 UTC: months decide what a GB-month costs. */
  readonly startEpochMs: number;
  /** End of the run: the control plane lives from 0 to here. */
  readonly endMs: number;
  readonly types: readonly InstanceType[];
  readonly instances: readonly BilledInstance[];
  readonly loadBalancers: readonly {
    readonly name: string;
    readonly kind: LoadBalancerKind;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  readonly controlPlane: { readonly kind: 'eks' } | null;
  readonly prices: BillPrices;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly total: Money;
  readonly instances: Money;
  readonly volumes: Money;
  readonly loadBalancers: Money;
  readonly controlPlane: Money;
  readonly tree: CostNode;
  /** Instances and volumes by task group, then `(overhead)` and `(idle)`. Sums to the two exactly. */
  readonly allocation: readonly AllocationRow[];
  /** What whole seconds and the 60 s minimum added to instances and volumes. */
  readonly roundingAdded: Money;
  readonly perInstance: ReadonlyMap<string, InstanceCost>;
  /** By group, then type. */
  readonly byType: readonly InstanceTypeUse[];
}

export interface InstanceCost {
  readonly billedSeconds: number;
  /** The instance without its volume. */
  readonly amount: Money;
  readonly volumeAmount: Money;
}

export interface InstanceTypeUse {
  readonly group: string;
  readonly type: string;
  readonly launched: number;
  /** Billed. */
  readonly hours: number;
  /** Instances without volumes. */
  readonly usd: number;
}

/**
 * The bill of a run at On-Demand list prices. Everything is billed as if it ended where its life ends: what
 * still runs at the end of the run is shut down there, and the 60 s minimum is owed in full.
 *
 * Throws InputError E2101 naming every price that is needed and not known: none is ever taken for zero.
 * Linear in instances × groups on each of them.
 */
export function makeBill(input: BillInput): Bill {
  const prices = priceBook(input);
  const ledger = new Ledger();
  const perInstance = new Map<string, InstanceCost>();
  const costs: AllocatedCost[] = [];
  const unrounded = new Total();
  for (const instance of input.instances) {
    assert(!perInstance.has(instance.id), 'an instance is billed twice');
    const { charges, cost, exact } = billInstance(input, instance, prices);
    for (const charge of charges) ledger.post(charge);
    for (const amount of exact) unrounded.add(amount);
    perInstance.set(instance.id, cost);
    const lifeMs = instance.endMs - instance.runningFromMs;
    costs.push({ instance, lifeMs, amount: add(cost.amount, cost.volumeAmount) });
  }
  for (const charge of serviceCharges(input, prices)) ledger.post(charge);

  const services = ledger.totals('service');
  const costOf = (service: string) => services.get(service) ?? ZERO;
  const instances = costOf('AmazonEC2');
  const volumes = costOf('AmazonEBS');
  return {
    lines: ledger.lines(),
    total: ledger.total(),
    instances,
    volumes,
    loadBalancers: costOf('AWSELB'),
    controlPlane: costOf('AmazonEKS'),
    tree: costTree(ledger.charges, treePath),
    allocation: allocate(costs),
    roundingAdded: reduce(subtract(add(instances, volumes), unrounded.value())),
    perInstance,
    byType: typeUses(input.instances, perInstance),
  };
}

/** Charges of an instance and its volume; `exact`: what they would cost without rounding and minimum. */
function billInstance(
  { region, startEpochMs }: BillInput,
  instance: BilledInstance,
  prices: PriceBook,
): { charges: Charge[]; cost: InstanceCost; exact: Money[] } {
  const { id, typeName, groupName: pool, zone, runningFromMs, endMs } = instance;
  const durationMs = endMs - runningFromMs;
  const seconds = billedInstanceSeconds(durationMs);
  const price = prices.instance.get(typeName)!;
  const use = onDemandCharge({ id, pool, typeName, region, zone, price }, seconds);

  const fromEpochMs = startEpochMs + runningFromMs;
  const volume = { id, type: instance.rootVolume.type, pool, region, zone };
  const parts = prices.volume.get(instance.rootVolume)!;
  // A volume has the same granularity and minimum as its instance.
  const months = billedMonths(fromEpochMs, 0, seconds);
  return {
    charges: [use, ...parts.map((part) => volumeCharge(volume, part, months))],
    cost: {
      billedSeconds: seconds,
      amount: amountOf(use),
      volumeAmount: multiply(monthlyPrice(parts), months),
    },
    exact: [
      multiply(price, fraction(BigInt(durationMs), 3_600_000n)),
      multiply(monthlyPrice(parts), elapsedMonths(fromEpochMs, fromEpochMs + durationMs)),
    ],
  };
}

function* serviceCharges(input: BillInput, prices: PriceBook): Iterable<Charge> {
  const { region, endMs, loadBalancers, controlPlane } = input;
  if (controlPlane) {
    yield eksCharge({ name: 'cluster', region }, prices.cluster!, billedClusterSeconds(endMs));
  }
  for (const { name, kind, fromMs, toMs } of loadBalancers) {
    const seconds = billedLoadBalancerSeconds(toMs - fromMs);
    yield loadBalancerCharge({ name, kind, region }, prices.loadBalancer.get(kind)!, seconds);
  }
}

const LOAD_BALANCER_NAMES: Readonly<Record<string, string>> = {
  alb: 'application',
  nlb: 'network',
  clb: 'classic',
};

function treePath({ service, pool, type }: Charge): readonly string[] {
  switch (service) {
    case 'AmazonEC2':
      return ['instances', pool, type];
    case 'AmazonEBS':
      return ['volumes', pool, type];
    case 'AmazonEKS':
      return ['control plane'];
    default:
      return ['load balancers', LOAD_BALANCER_NAMES[type] ?? type];
  }
}

function typeUses(
  instances: readonly BilledInstance[],
  perInstance: ReadonlyMap<string, InstanceCost>,
): InstanceTypeUse[] {
  const uses = new Map<
    string,
    { group: string; type: string; launched: number; seconds: number; amount: Money }
  >();
  for (const { id, groupName: group, typeName: type } of instances) {
    const key = `${group}\u001f${type}`;
    const cost = perInstance.get(id)!;
    const use = uses.get(key) ?? { group, type, launched: 0, seconds: 0, amount: ZERO };
    use.launched += 1;
    use.seconds += cost.billedSeconds;
    use.amount = add(use.amount, cost.amount);
    uses.set(key, use);
  }
  return [...uses]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { group, type, launched, seconds, amount }]) => {
      return { group, type, launched, hours: seconds / 3600, usd: toNumber(amount) };
    });
}
