import type { RootVolume } from '../model/plan.ts';
import type { LoadBalancerKind } from '../model/price-list.ts';
import { HOUR } from '../units.ts';
import { type AccountBill, accountBill } from './account-bill.ts';
import {
  type AllocatedCost,
  type AllocationRow,
  OVERHEAD,
  type SharedInstance,
  allocate,
} from './allocation.ts';
import { billedSeconds, elapsedMonths } from './billed-time.ts';
import { Problems } from './billing-problem.ts';
import { type BillPart, billPart, billTreePath } from './bill-tree.ts';
import { type CostNode, costTree } from './cost-tree.ts';
import { instanceGranularity, isSpotHourly, spotSeconds } from './instance-time.ts';
import type { BillLine, Ledger, LinePart } from './ledger.ts';
import { poolsOf, rootVolumeId, runRules, runUsage, volumeUse } from './run-record.ts';
import {
  type Fraction,
  type Money,
  Total,
  ZERO,
  add,
  fraction,
  multiply,
  reduce,
  subtract,
  sum,
  toNumber,
} from './money.ts';
import { type PriceBook, Prices, instanceKey } from './price-book.ts';
import { provisionedParts } from './provisioned-volume.ts';
import type { BillRules, Platform, Tenancy, Usage } from './usage.ts';

/** How an instance was bought and what comes with it; by default On-Demand Linux on shared hardware, nothing else. */
export interface InstanceTerms {
  readonly option?: 'od' | 'spot' | undefined;
  readonly endedBy?: 'user' | 'aws' | undefined;
  readonly platform?: Platform | undefined;
  readonly tenancy?: Tenancy | undefined;
  readonly softwarePerHour?: Money | undefined;
  readonly eksAutoMode?: boolean | undefined;
  readonly ecsManaged?: boolean | undefined;
  readonly detailedMonitoring?: boolean | undefined;
  /** Of T3, T3a and T4g in unlimited mode, 0 to 1. */
  readonly cpuUse?: Fraction | undefined;
}

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
  readonly terms?: InstanceTerms | undefined;
}

/**
 * The usage record of a run, and everything its bill depends on. Another bill of the same run needs no new run:
 * `makeBill({ ...input, book: otherPrices })`, `makeBill({ ...input, other: { ...input.other, savingsPlans } })`.
 */
export interface BillInput {
  readonly region: string;
  /** Origin of the run on the calendar, milliseconds since 1970 UTC: months decide what a GB-month costs. */
  readonly startEpochMs: number;
  /** End of the run: the control plane lives from 0 to here. */
  readonly endMs: number;
  readonly instances: readonly BilledInstance[];
  readonly loadBalancers: readonly {
    readonly name: string;
    readonly kind: LoadBalancerKind;
    readonly fromMs: number;
    readonly toMs: number;
  }[];
  readonly controlPlane: { readonly kind: 'eks' } | null;
  readonly book: PriceBook;
  /**
   * Everything else, on the calendar: commitments, Spot prices, traffic, storage. What stands here under
   * `loadBalancers` or `eksClusters` with the id of a balancer or of the control plane takes its place.
   */
  readonly other?: Usage | undefined;
  readonly rules?: Partial<BillRules> | undefined;
  /** Dimensions whose quantities rest on assumptions: starred on the bill. */
  readonly assumed?: ReadonlySet<string> | undefined;
}

export interface Bill {
  readonly lines: readonly BillLine[];
  readonly total: Money;
  /** Instances in all: use, fees on them, commitments and reserved capacity unused. */
  readonly instances: Money;
  readonly volumes: Money;
  readonly loadBalancers: Money;
  readonly controlPlane: Money;
  readonly tree: CostNode;
  /**
   * Instances and volumes by task group, then `(overhead)` and `(idle)`; what no instance holds (commitments
   * unused, standing volumes) is overhead. Sums to the two exactly.
   */
  readonly allocation: readonly AllocationRow[];
  /** What whole seconds and the 60 s minimum added to On-Demand instances and root volumes, at list prices. */
  readonly roundingAdded: Money;
  readonly perInstance: ReadonlyMap<string, InstanceCost>;
  /** By group, then type. */
  readonly byType: readonly InstanceTypeUse[];
  /** By instance group; `-` for everything that belongs to none. */
  readonly byPool: ReadonlyMap<string, Money>;
  readonly account: AccountBill;
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
 * The bill of a run. Everything is billed as if it ended where its life ends: what still runs at the end of the
 * run is shut down there, and the 60 s minimum is owed in full; commitments are charged for every clock-hour
 * (UTC) that the run touches.
 *
 * Throws BillingError with everything that cannot be billed, all missing prices (E2101) among it: none is ever
 * taken for zero. Linear in instances × groups on each of them; see `accountBill` for commitments.
 */
export function makeBill(input: BillInput): Bill {
  const rules = runRules(input);
  const account = accountBill(runUsage(input), input.book, rules);
  const { ledger, lines, total } = account;
  const pools = poolsOf(input);
  const poolOf = (resource: string) => pools.get(resource) ?? '-';
  const perInstance = instanceCosts(input, rules, ledger);

  const amounts = (groups: Map<string, LinePart[]>) =>
    new Map([...groups].map(([name, lineParts]) => [name, sum(lineParts.map(({ amount }) => amount))]));
  const parts = amounts(ledger.parts((resource, line) => billPart(line, resource)));
  const costOf = (part: BillPart) => parts.get(part) ?? ZERO;
  const instances = costOf('instances');
  const volumes = costOf('volumes');
  return {
    lines,
    total,
    instances,
    volumes,
    loadBalancers: costOf('load balancers'),
    controlPlane: costOf('control plane'),
    tree: costTree(ledger, billTreePath(poolOf, input.assumed ?? new Set())),
    allocation: allocation(input, perInstance, add(instances, volumes)),
    roundingAdded: roundingAdded(input, perInstance),
    perInstance,
    byType: typeUses(input.instances, perInstance),
    byPool: amounts(ledger.parts(poolOf)),
    account,
  };
}

function instanceCosts(
  { instances }: BillInput,
  { era }: BillRules,
  ledger: Ledger,
): Map<string, InstanceCost> {
  const totals = ledger.totals('resource');
  return new Map(
    instances.map((one) => {
      const { platform = 'linux', option = 'od', endedBy = 'user' } = one.terms ?? {};
      const granularity = instanceGranularity(one.typeName, platform, era);
      const durationMs = one.endMs - one.runningFromMs;
      const seconds =
        option === 'spot'
          ? spotSeconds(durationMs, endedBy, granularity, isSpotHourly(platform, era))
          : billedSeconds(durationMs, granularity);
      const amount = totals.get(one.id) ?? ZERO;
      return [
        one.id,
        { billedSeconds: seconds, amount, volumeAmount: totals.get(rootVolumeId(one.id)) ?? ZERO },
      ];
    }),
  );
}

function allocation(
  { instances }: BillInput,
  perInstance: ReadonlyMap<string, InstanceCost>,
  whole: Money,
): AllocationRow[] {
  const costs = instances.map((instance): AllocatedCost => {
    const { amount, volumeAmount } = perInstance.get(instance.id)!;
    return { instance, lifeMs: instance.endMs - instance.runningFromMs, amount: add(amount, volumeAmount) };
  });
  const held = sum(costs.map(({ amount }) => amount));
  const unheld = subtract(whole, held);
  return allocate(costs).map(({ name, amount }) => {
    return { name, amount: name === OVERHEAD ? reduce(add(amount, unheld)) : amount };
  });
}

function roundingAdded(input: BillInput, perInstance: ReadonlyMap<string, InstanceCost>): Money {
  const { region, startEpochMs, book } = input;
  const prices = new Prices(book, new Problems());
  const monthly = new Map<RootVolume, Money>();
  const added = new Total();
  for (const one of input.instances) {
    const { platform = 'linux', tenancy = 'default', option = 'od' } = one.terms ?? {};
    const fromMs = startEpochMs + one.runningFromMs;
    if (option === 'od') {
      const price = prices.need(instanceKey('ec2', { type: one.typeName, platform, region, tenancy }));
      const billedMs = perInstance.get(one.id)!.billedSeconds * 1000;
      const extraMs = BigInt(billedMs - (one.endMs - one.runningFromMs));
      added.add(multiply(price, fraction(extraMs, BigInt(HOUR))));
    }
    let perMonth = monthly.get(one.rootVolume);
    if (perMonth === undefined) {
      const parts = provisionedParts(prices, volumeUse(input, one));
      perMonth = sum(parts.map(({ units, price }) => multiply(price, fraction(BigInt(units)))));
      monthly.set(one.rootVolume, perMonth);
    }
    const lived = elapsedMonths(fromMs, startEpochMs + one.endMs);
    added.add(subtract(perInstance.get(one.id)!.volumeAmount, multiply(perMonth, lived)));
  }
  return added.value();
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
