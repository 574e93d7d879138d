import { type ByteDistribution, byteProblem, type MemoryUsePlan } from '../../model/memory-use.ts';
import type { Path } from './locate.ts';
import { bytes } from './resolve-types.ts';
import type { Resolving } from './resolving.ts';
import type { UsageInput } from './usage-schema.ts';

/** What tasks use, in bytes; a distribution that is none and a limit below the request (null: unknown) are reported (E1103). */
export function resolveUsage(
  { memory, memoryGrowth, memoryLimit }: UsageInput,
  requestBytes: number | null,
  path: Path,
  { problems, placeOf }: Resolving,
): MemoryUsePlan {
  const base = resolveAmount(memory);
  const problem = byteProblem(base);
  if (problem !== undefined) {
    const at = [...path, 'memory'];
    problems.error('E1103', at, `${placeOf(at)}: ${problem}`);
  }
  const limitBytes =
    memoryLimit === 'none' ? null : memoryLimit === 'request' ? 'request' : bytes(memoryLimit);
  if (typeof limitBytes === 'number' && requestBytes !== null && limitBytes < requestBytes) {
    const at = [...path, 'memoryLimit'];
    const message = `${placeOf(at)}: a task may not be allowed less memory than it asks for`;
    problems.error('E1103', at, message, { hint: 'memoryLimit: request' });
  }
  return { base, growthBytesPerHour: bytes(memoryGrowth), limitBytes };
}

function resolveAmount(input: UsageInput['memory']): ByteDistribution {
  if (typeof input !== 'object') return { kind: 'constant', bytes: bytes(input) };
  if ('uniform' in input) {
    const { min, max } = input.uniform;
    return { kind: 'uniform', minBytes: bytes(min), maxBytes: bytes(max) };
  }
  const { mean, p95 } = input.lognormal;
  return { kind: 'lognormal', meanBytes: bytes(mean), p95Bytes: bytes(p95) };
}
