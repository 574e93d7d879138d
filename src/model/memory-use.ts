import { formatBytes, HOUR } from '../units.ts';
import { distributionProblem } from './distribution-problem.ts';
import type { Distribution } from './plan.ts';

/** How much memory tasks use from their start on: whole bytes, drawn once for each. */
export type ByteDistribution =
  | { readonly kind: 'constant'; readonly bytes: number }
  | { readonly kind: 'uniform'; readonly minBytes: number; readonly maxBytes: number }
  | { readonly kind: 'lognormal'; readonly meanBytes: number; readonly p95Bytes: number };

/** The same distribution over another unit: bytes take the place of milliseconds. */
export function asDurations(distribution: ByteDistribution): Distribution {
  switch (distribution.kind) {
    case 'constant':
      return { kind: 'constant', valueMs: distribution.bytes };
    case 'uniform':
      return { kind: 'uniform', minMs: distribution.minBytes, maxMs: distribution.maxBytes };
    case 'lognormal':
      return { kind: 'lognormal', meanMs: distribution.meanBytes, p95Ms: distribution.p95Bytes };
  }
}

/** What is wrong with a distribution, as a sentence without full stop, or undefined; `distributionProblem` says what it minds. */
export function byteProblem(distribution: ByteDistribution): string | undefined {
  if (distributionProblem(asDurations(distribution)) === undefined) return undefined;
  switch (distribution.kind) {
    case 'constant':
      return `${distribution.bytes} bytes are more than any task can use`;
    case 'uniform': {
      const { minBytes, maxBytes } = distribution;
      return `the minimum ${formatBytes(minBytes)} is larger than the maximum ${formatBytes(maxBytes)}`;
    }
    case 'lognormal': {
      const { meanBytes, p95Bytes } = distribution;
      return `p95 ${formatBytes(p95Bytes)} must be from 1 to 3.868 times the mean ${formatBytes(meanBytes)}`;
    }
  }
}

/** What the tasks of a template really use, and may use. */
export interface MemoryUse {
  readonly base: ByteDistribution;
  /** What each hour of running adds: a leak, or a cache that fills. */
  readonly growthBytesPerHour: number;
  /** Beyond it the kernel kills the container; null: there is no limit but the instance's. */
  readonly limitBytes: number | null;
  /** Its pods ask for all that they may use, of CPU and memory. Absent: they do not. */
  readonly isGuaranteed?: true;
}

/** Where `MemoryUse` is stated before the task's own request is known. */
export interface MemoryUsePlan extends Omit<MemoryUse, 'limitBytes'> {
  /** request: as much as the task asks for. */
  readonly limitBytes: number | null | 'request';
}

/**
 * How often the memory of instances is looked at. Source: kubernetes v1.36.2 pkg/kubelet/kubelet.go,
 * evictionMonitoringPeriod. The kernel acts at once; that it, too, is asked only then is chosen: a container takes a while
 * to fill what it will use.
 */
export const MEMORY_LOOK_MS = 10_000;

/**
 * What a growth adds in so many milliseconds, rounded down. Exact while the sum is a safe integer and the time below four
 * weeks: whole bytes a millisecond and the rest apart, because their product would outgrow safe integers sooner.
 */
export function grownBytes(bytesPerHour: number, durationMs: number): number {
  const whole = Math.floor(bytesPerHour / HOUR);
  return whole * durationMs + Math.floor(((bytesPerHour % HOUR) * durationMs) / HOUR);
}
