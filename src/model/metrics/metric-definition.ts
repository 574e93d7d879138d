/** USD, seconds and hours, counts, ratios, amounts of a resource, resource times time, rates, energy, emissions. */
export const UNITS = [
  'USD',
  's',
  'h',
  'count',
  'ratio',
  'vCPU',
  'GiB',
  'GPU',
  'vCPU·s',
  'GiB·s',
  '1/s',
  'kWh',
  'gCO2e',
] as const;
export type Unit = (typeof UNITS)[number];

/**
 * exact: counted, or an integral without rounding. modelled: exact too, but of something that the scenario states (the
 * load of services). estimate: rests on published averages that may not be those of the machines in question.
 */
export type Evidence = 'exact' | 'modelled' | 'estimate';

export interface MetricDefinition<U extends Unit = Unit> {
  readonly unit: U;
  readonly better: 'less' | 'more' | 'neither';
  readonly about: string;
  readonly evidence: Evidence;
  /** Shown unless more are asked for. */
  readonly isShort: boolean;
}

type Definition = <U extends Unit>(
  unit: U,
  better: MetricDefinition['better'],
  about: string,
  isShort?: boolean,
) => MetricDefinition<U>;

const definition =
  (evidence: Evidence): Definition =>
  (unit, better, about, isShort = false) => ({ unit, better, about, evidence, isShort });

/** A metric of exact evidence: unit, which way is better, meaning, and whether it is among those always shown. */
export const exact = definition('exact');
/** The same of something that the scenario states. */
export const modelled = definition('modelled');
/** The same of an estimate. */
export const estimate = definition('estimate');
