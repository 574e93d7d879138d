import { type AllocatedCost, type AllocationRow, OVERHEAD, allocate } from './allocation.ts';
import { Problems } from './billing-problem.ts';
import { type Fraction, type Money, type Total, add, compare, fraction, multiply, totalOf } from './money.ts';

/** An instance with what it cost, to be shared by who ran on it. Times in whole milliseconds. */
export interface SharedNode {
  readonly id: string;
  /** All lines of the node. */
  readonly amount: Money;
  readonly startMs: number;
  readonly endMs: number;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly allocatableCpuMilli: number;
  readonly allocatableMemoryMiB: number;
}

export interface SharingTask {
  readonly id: string;
  readonly node: string;
  /** Null for daemons, whose share is overhead. */
  readonly service: string | null;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface CostShareInput {
  readonly nodes: readonly SharedNode[];
  readonly tasks: readonly SharingTask[];
  /** Costs that no node has; those of no service are overhead. */
  readonly otherCosts: readonly { readonly service: string | null; readonly amount: Money }[];
  /** `weighted`: weighted sum of the shares of CPU and memory. `max`: the larger of the two, task by task. */
  readonly mode: 'weighted' | 'max';
  /** Sum to 1; unused in mode `max`. */
  readonly cpuWeight: Fraction;
  readonly memoryWeight: Fraction;
}

/**
 * Cost by service, exactly: a node's amount is spread evenly over its life, and at every instant shared by the
 * requests of the tasks alive; capacity less allocatable is overhead, the rest idle; shares that sum to more than
 * the node are divided by their sum. `(overhead)` and `(idle)` stand last, always; the rows sum to the total.
 *
 * Throws BillingError with every task outside its node, unknown node, taken id and broken weight.
 */
export function costShares(input: CostShareInput): AllocationRow[] {
  check(input);
  const costs = input.nodes.flatMap((node) => stretches(node, input));
  const nodeRows = allocate(costs, { cpuWeight: input.cpuWeight, stepsPerUsd: null });
  const totals = new Map<string, Total>();
  for (const { name, amount } of nodeRows) totalOf(totals, name).add(amount);
  for (const { service, amount } of input.otherCosts) totalOf(totals, service ?? OVERHEAD).add(amount);
  const rows = [...totals].map(([name, total]) => ({ name, amount: total.value() }));
  const isFixed = ({ name }: AllocationRow) => name.startsWith('(');
  return [
    ...rows.filter((row) => !isFixed(row) && row.amount.numerator !== 0n).sort(byAmountThenName),
    ...rows.filter(isFixed),
  ];
}

function byAmountThenName(a: AllocationRow, b: AllocationRow): number {
  return compare(b.amount, a.amount) || (a.name < b.name ? -1 : 1);
}

function check({ nodes, tasks, cpuWeight, memoryWeight }: CostShareInput): void {
  const problems = new Problems();
  if (compare(add(cpuWeight, memoryWeight), fraction(1n)) !== 0) problems.add('bad-weights', '-');
  const byId = new Map<string, SharedNode>();
  for (const node of nodes) {
    if (byId.has(node.id)) problems.add('duplicate-id', node.id);
    if (node.endMs <= node.startMs) problems.add('end-before-start', node.id);
    byId.set(node.id, node);
  }
  for (const { id, node: name, startMs, endMs } of tasks) {
    const node = byId.get(name);
    if (node === undefined) problems.add('unknown-node', id);
    else if (startMs < node.startMs || endMs > node.endMs) problems.add('task-outside-node', id);
    if (endMs < startMs) problems.add('end-before-start', id);
  }
  problems.throwIfAny();
}

/** The life of a node cut wherever a task begins or ends: shares are constant within each piece. */
function stretches(node: SharedNode, { tasks: all, mode }: CostShareInput): AllocatedCost[] {
  const tasks = all.filter((task) => task.node === node.id);
  const cuts = new Set([node.startMs, node.endMs]);
  for (const { startMs, endMs } of tasks) cuts.add(startMs).add(endMs);
  const times = [...cuts].sort((a, b) => a - b);
  const lifeMs = BigInt(node.endMs - node.startMs);
  return times.slice(1).map((endMs, index) => {
    const startMs = times[index]!;
    const alive = tasks.filter((task) => task.startMs <= startMs && task.endMs >= endMs);
    const amount = multiply(node.amount, fraction(BigInt(endMs - startMs), lifeMs));
    return { instance: mode === 'max' ? larger(node, alive) : weighted(node, alive), lifeMs: 1, amount };
  });
}

function weighted(node: SharedNode, tasks: readonly SharingTask[]): AllocatedCost['instance'] {
  return {
    capacityCpuMilli: node.cpuMilli,
    capacityMemoryMiB: node.memoryMiB,
    allocatableCpuMilli: node.allocatableCpuMilli,
    allocatableMemoryMiB: node.allocatableMemoryMiB,
    usage: usageOf(tasks, ({ cpuMilli, memoryMiB }) => [cpuMilli, memoryMiB]),
  };
}

/** As a weighted one: both resources in units of 1 / (CPU × memory) of the node, the larger counts for both. */
function larger(node: SharedNode, tasks: readonly SharingTask[]): AllocatedCost['instance'] {
  const units = (cpuMilli: number, memoryMiB: number) =>
    Math.max(cpuMilli * node.memoryMiB, memoryMiB * node.cpuMilli);
  const capacity = node.cpuMilli * node.memoryMiB;
  const kept = units(node.cpuMilli - node.allocatableCpuMilli, node.memoryMiB - node.allocatableMemoryMiB);
  return {
    capacityCpuMilli: capacity,
    capacityMemoryMiB: capacity,
    allocatableCpuMilli: capacity - kept,
    allocatableMemoryMiB: capacity - kept,
    usage: usageOf(tasks, ({ cpuMilli, memoryMiB }) => {
      const used = units(cpuMilli, memoryMiB);
      return [used, used];
    }),
  };
}

function usageOf(
  tasks: readonly SharingTask[],
  amounts: (task: SharingTask) => readonly [cpu: number, memory: number],
): AllocatedCost['instance']['usage'] {
  const usage = new Map<string, { cpuMilliMs: number; memoryMiBMs: number }>();
  for (const task of tasks) {
    const name = task.service ?? OVERHEAD;
    const [cpu, memory] = amounts(task);
    const known = usage.get(name) ?? { cpuMilliMs: 0, memoryMiBMs: 0 };
    usage.set(name, { cpuMilliMs: known.cpuMilliMs + cpu, memoryMiBMs: known.memoryMiBMs + memory });
  }
  return usage;
}
