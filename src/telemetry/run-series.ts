import { StepSeries } from './step-series.ts';

const SERIES_NAMES = [
  'instances',
  'pending',
  'running',
  'cpuRequested',
  'cpuAllocatable',
  'memoryRequestedMiB',
  'memoryAllocatableMiB',
  'gpuRequested',
  'gpuAllocatable',
  'priceE10PerHour',
] as const;

/** What is followed over time. CPU and GPU in the platform's own units. */
export type RunSeries = Readonly<Record<(typeof SERIES_NAMES)[number], StepSeries>>;

/** Fresh series over `bucketCount` buckets of `bucketMs`. */
export function createRunSeries(bucketCount: number, bucketMs: number): RunSeries {
  const entries = SERIES_NAMES.map((name) => [name, new StepSeries(bucketCount, bucketMs)]);
  return Object.fromEntries(entries) as RunSeries;
}
