import type { ByteDistribution, MemoryUsePlan } from '../../model/memory-use.ts';
import { formatBytes } from '../../units.ts';
import type { UsageInput } from './usage-schema.ts';

/** As a scenario says it. */
export function renderUsage({ base, growthBytesPerHour, limitBytes }: MemoryUsePlan): UsageInput {
  return {
    memory: renderAmount(base),
    memoryGrowth: formatBytes(growthBytesPerHour),
    memoryLimit:
      limitBytes === null ? 'none' : limitBytes === 'request' ? limitBytes : formatBytes(limitBytes),
  };
}

function renderAmount(amount: ByteDistribution): UsageInput['memory'] {
  switch (amount.kind) {
    case 'constant':
      return formatBytes(amount.bytes);
    case 'uniform':
      return { uniform: { min: formatBytes(amount.minBytes), max: formatBytes(amount.maxBytes) } };
    case 'lognormal':
      return { lognormal: { mean: formatBytes(amount.meanBytes), p95: formatBytes(amount.p95Bytes) } };
  }
}
