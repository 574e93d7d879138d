import type { SizeSearch } from './search-size.ts';
import type { SizeTrial } from './size-trials.ts';

/** What `stowage size` found. Plain data. */
export interface SizeAnswer {
  readonly scenario: string;
  readonly group: string;
  /** All instances always there, or the limit of the autoscaler. */
  readonly vary: 'size' | 'max';
  readonly min: number;
  readonly max: number;
  readonly checks: readonly string[];
  readonly seeds: readonly number[];
  readonly share: number;
  readonly confidence: number;
  /** In the order of the platforms, then of the candidates. */
  readonly searches: readonly (SizeCandidate & SizeSearch<SizeTrial>)[];
}

/** One fleet to find the size of. */
export interface SizeCandidate {
  readonly platform: string;
  /** In order of preference, as the group has them. */
  readonly types: readonly string[];
}
