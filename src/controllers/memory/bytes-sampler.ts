import { asDurations, type ByteDistribution } from '../../model/memory-use.ts';
import { sampler } from '../distributions.ts';

/** From a uniform draw in [0, 1) to whole bytes: the inverse of the distribution function, as durations have it. */
export function bytesSampler(distribution: ByteDistribution): (u: number) => number {
  return sampler(asDurations(distribution));
}
