/** CPU (1/1024 vCPU) and memory (MiB) of a task on Fargate. */
export interface FargateSize {
  readonly cpu: number;
  readonly memoryMiB: number;
}

const GIB = 1024;
const steps = (from: number, to: number, by: number) =>
  Array.from({ length: (to - from) / by + 1 }, (_, index) => (from + index * by) * GIB);

/**
 * Memory that goes with each amount of CPU, ascending. Source: AWS ECS developer guide, Fargate task definition
 * parameters, task size (Linux; Windows has those of `WINDOWS_CPUS` only).
 */
const FARGATE_SIZES: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1 * GIB, 2 * GIB]],
  [512, steps(1, 4, 1)],
  [1024, steps(2, 8, 1)],
  [2048, steps(4, 16, 1)],
  [4096, steps(8, 30, 1)],
  [8192, steps(16, 60, 4)],
  [16_384, steps(32, 120, 8)],
  [32_768, [60 * GIB, 120 * GIB, 244 * GIB]],
]);

/** CPU of the sizes that Windows tasks have. Source: the same. */
export const WINDOWS_CPUS: readonly number[] = [1024, 2048, 4096];

/** Linux on x86 in us-east-1, 1e-6 USD per hour. Source: AWS Fargate pricing. */
const VCPU_PRICE = 40_480;
const GIB_PRICE = 4445;

/** Is there such a size? Otherwise ECS answers "No Fargate configuration exists for given values." */
export function isFargateSize(cpu: number, memoryMiB: number): boolean {
  return FARGATE_SIZES.get(cpu)?.includes(memoryMiB) ?? false;
}

/**
 * The cheapest size with at least so much CPU and memory, by the prices of Linux on x86; of equal prices the one with less
 * CPU, then less memory (chosen). Null when none is large enough.
 */
export function cheapestFargateSize(cpu: number, memoryMiB: number): FargateSize | null {
  let best: FargateSize | null = null;
  for (const [sizeCpu, memories] of FARGATE_SIZES) {
    const enough = memories.find((memory) => memory >= memoryMiB);
    if (sizeCpu < cpu || enough === undefined) continue;
    const size = { cpu: sizeCpu, memoryMiB: enough };
    if (best === null || priceOf(size) < priceOf(best)) best = size;
  }
  return best;
}

/**
 * The size with the fewest vCPUs that has a fitting memory, and the least such memory; of sizes with the CPU that
 * `isOffered` lets pass. Null when none is large enough.
 */
export function nextFargateSize(
  cpu: number,
  memoryMiB: number,
  isOffered: (cpu: number) => boolean = () => true,
): FargateSize | null {
  for (const [sizeCpu, memories] of FARGATE_SIZES) {
    const enough = memories.find((memory) => memory >= memoryMiB);
    if (sizeCpu >= cpu && enough !== undefined && isOffered(sizeCpu))
      return { cpu: sizeCpu, memoryMiB: enough };
  }
  return null;
}

/** What EKS adds to the memory of every pod on Fargate for the agents of Kubernetes. */
const KUBERNETES_MIB = 256;
/** Pods have no larger size. */
const MOST_POD_CPU = 16_384;

/** Memory of the largest request that EKS runs on Fargate, which may ask for 16 vCPU with it. */
export const MOST_POD_MEMORY_MIB: number = 120 * GIB - KUBERNETES_MIB;

/**
 * The size that EKS runs a pod in, by what it asks for: memory plus 256 MiB, then the fewest vCPUs that have a fitting
 * memory, and the least such memory. Null when none fits. Source: Amazon EKS user guide, fargate-pod-configuration.adoc.
 */
export function podFargateSize(cpuMilli: number, memoryMiB: number): FargateSize | null {
  return nextFargateSize((cpuMilli * 1024) / 1000, memoryMiB + KUBERNETES_MIB, (cpu) => cpu <= MOST_POD_CPU);
}

/** Linux on x86 in us-east-1, On-Demand, 1e-10 USD per hour: for charts; bills have prices of their own. */
export function fargatePriceE10(size: FargateSize): bigint {
  return (BigInt(priceOf(size)) * 10_000n) / 1024n;
}

/** In 1/1024 of 1e-6 USD per hour: whole numbers. */
function priceOf({ cpu, memoryMiB }: FargateSize): number {
  return cpu * VCPU_PRICE + memoryMiB * GIB_PRICE;
}
