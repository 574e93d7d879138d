import { type Fraction, type Money, Total, compare, fraction, subtract, sum, totalOf } from './money.ts';

/** Cost of what kubelet, the agents and the daemons keep from tasks. */
export const OVERHEAD = '(overhead)';
/** Cost of what nobody asked for. */
export const IDLE = '(idle)';

/** An instance and who asked for its room. */
export interface SharedInstance {
  readonly capacityCpuMilli: number;
  readonly capacityMemoryMiB: number;
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryMiB: number;
  /** Integrals of the requests over the life, by row; daemons may be given under `(overhead)`. */
  readonly usage: ReadonlyMap<string, { readonly cpuMilliMs: number; readonly memoryMiBMs: number }>;
}

/** An instance, how long it lived, and what it cost in that time. */
export interface AllocatedCost {
  readonly instance: SharedInstance;
  readonly lifeMs: number;
  readonly amount: Money;
}

export interface AllocationOptions {
  /** Weight of CPU, 0 to 1; memory has the rest. */
  readonly cpuWeight: Fraction;
  /**
   * Each row's part of each instance is cut down to multiples of one dollar over this number, and what is cut
   * off falls to `(idle)`. Null keeps exact fractions, whose denominators grow with the number of different
   * lives.
   */
  readonly stepsPerUsd: bigint | null;
}

/** CPU and memory count alike (chosen); parts in 1e-12 USD. */
export const DEFAULT_ALLOCATION: AllocationOptions = {
  cpuWeight: fraction(1n, 2n),
  stepsPerUsd: 10n ** 12n,
};

export interface AllocationRow {
  readonly name: string;
  readonly amount: Money;
}

/**
 * Shares the cost of instances out to who requested room on them. A row's share of an instance is
 * `wCpu × cpu / capacity + wMemory × memory / capacity`, averaged over its life; capacity less allocatable
 * goes to `(overhead)` for the whole life, the rest to `(idle)`. Shares that sum to more than the instance
 * are divided by their sum. An instance that lived 0 ms was held by nobody.
 *
 * Rows with the largest amount come first, equal ones by name; `(overhead)` and `(idle)` stand last, always.
 * The rows sum to the cost of the instances exactly.
 */
export function allocate(
  costs: Iterable<AllocatedCost>,
  options: AllocationOptions = DEFAULT_ALLOCATION,
): AllocationRow[] {
  const totals = new Map<string, Total>([[OVERHEAD, new Total()]]);
  const whole = new Total();
  for (const cost of costs) {
    whole.add(cost.amount);
    addShares(totals, cost, options);
  }
  const rows = [...totals].map(([name, total]) => ({ name, amount: total.value() }));
  const overhead = rows.find(({ name }) => name === OVERHEAD)!;
  const idle = { name: IDLE, amount: subtract(whole.value(), sum(rows.map(({ amount }) => amount))) };
  return [...rows.filter((row) => row !== overhead).sort(byAmountThenName), overhead, idle];
}

/** Adds to each row its part of one instance. */
function addShares(
  totals: Map<string, Total>,
  { instance, lifeMs: life, amount }: AllocatedCost,
  { cpuWeight, stepsPerUsd }: AllocationOptions,
): void {
  const capacityCpu = BigInt(Math.max(1, Math.floor(instance.capacityCpuMilli)));
  const capacityMemory = BigInt(Math.max(1, Math.floor(instance.capacityMemoryMiB)));
  const lifeMs = BigInt(Math.max(1, life));
  // A share is (cpu × perCpu + memory × perMemory) / whole, all three integers.
  const perCpu = cpuWeight.numerator * capacityMemory;
  const perMemory = (cpuWeight.denominator - cpuWeight.numerator) * capacityCpu;
  const whole = cpuWeight.denominator * capacityCpu * capacityMemory * lifeMs;

  const shares: [string, bigint][] = [];
  let taken = 0n;
  const take = (name: string, cpu: bigint, memory: bigint) => {
    const share = cpu * perCpu + memory * perMemory;
    shares.push([name, share]);
    taken += share;
  };
  const kept = (capacity: number, allocatable: number) =>
    wholeUnits(Math.max(0, capacity - allocatable)) * lifeMs;
  take(
    OVERHEAD,
    kept(instance.capacityCpuMilli, instance.allocatableCpuMilli),
    kept(instance.capacityMemoryMiB, instance.allocatableMemoryMiB),
  );
  for (const [name, { cpuMilliMs, memoryMiBMs }] of instance.usage) {
    take(name, wholeUnits(cpuMilliMs), wholeUnits(memoryMiBMs));
  }

  const divisor = amount.denominator * (taken > whole ? taken : whole);
  for (const [name, share] of shares) {
    const part = amount.numerator * share;
    totalOf(totals, name).add(
      stepsPerUsd === null
        ? { numerator: part, denominator: divisor }
        : { numerator: (part * stepsPerUsd) / divisor, denominator: stepsPerUsd },
    );
  }
}

/** Fractions of a MiB (or MiB·ms) have no share: they stay with `(idle)`. */
function wholeUnits(amount: number): bigint {
  return BigInt(Math.floor(amount));
}

function byAmountThenName(a: AllocationRow, b: AllocationRow): number {
  return compare(b.amount, a.amount) || (a.name < b.name ? -1 : 1);
}
