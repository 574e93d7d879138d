import { type ByteDistribution, byteProblem, type MemoryUse } from '../../../model/memory-use.ts';
import { parseQuantityNano } from '../quantity.ts';
import { isObject, type JsonObject, objectAt, type Path, type Reader } from '../reader.ts';

/** Annotations of stowage on pods: what one uses of memory, `700Mi` or `500Mi..900Mi`, and what each hour adds to it. */
export const MEMORY_ANNOTATION = 'stowage.dev/memory';
export const GROWTH_ANNOTATION = 'stowage.dev/memory-growth';

/**
 * What a pod, or one made from the template, uses of memory; undefined: its annotations do not say. It may use what its
 * containers may together, everything if one of them has no limit (a container by itself is not told apart).
 */
export function readMemoryUse(
  reader: Reader,
  annotations: JsonObject,
  spec: JsonObject,
  at: Path,
): MemoryUse | undefined {
  const said = annotations[MEMORY_ANNOTATION];
  const grows = annotations[GROWTH_ANNOTATION];
  if (said === undefined && grows === undefined) return undefined;
  const base = said === undefined ? { kind: 'constant' as const, bytes: 0 } : readAmount(said);
  const problem = base === undefined ? 'it is no amount, like 700Mi or 500Mi..900Mi' : byteProblem(base);
  if (problem !== undefined) reader.problem([...at, MEMORY_ANNOTATION], `'${String(said)}': ${problem}`);
  const growth = grows === undefined ? 0 : bytesOf(grows);
  if (growth === undefined)
    reader.problem([...at, GROWTH_ANNOTATION], `'${String(grows)}' is no amount, like 50Mi`);
  return {
    base: base ?? { kind: 'constant', bytes: 0 },
    growthBytesPerHour: growth ?? 0,
    limitBytes: memoryLimit(spec),
    ...(isGuaranteed(spec) && { isGuaranteed: true as const }),
  };
}

function readAmount(raw: unknown): ByteDistribution | undefined {
  const [from, to, ...more] = String(raw).split('..');
  const [least, most] = [bytesOf(from), bytesOf(to ?? from)];
  if (least === undefined || most === undefined || more.length > 0) return undefined;
  return to === undefined
    ? { kind: 'constant', bytes: least }
    : { kind: 'uniform', minBytes: least, maxBytes: most };
}

function bytesOf(raw: unknown): number | undefined {
  const nano = typeof raw === 'string' || typeof raw === 'number' ? parseQuantityNano(raw) : undefined;
  if (nano === undefined) return undefined;
  const bytes = Number((nano + 999_999_999n) / 1_000_000_000n);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Of all that runs together: containers and sidecars. Source: kubernetes v1.36.2 pkg/kubelet/cm/helpers_linux.go, ResourceConfigForPod */
function memoryLimit(spec: JsonObject): number | null {
  const own = bytesOf(objectAt(objectAt(spec, 'resources'), 'limits')['memory']);
  if (own !== undefined) return own;
  let sum = 0;
  for (const container of running(spec)) {
    const limit = bytesOf(objectAt(objectAt(container, 'resources'), 'limits')['memory']);
    if (limit === undefined || limit === 0) return null;
    sum += limit;
  }
  return sum;
}

/** Source: kubernetes v1.36.2 pkg/apis/core/v1/helper/qos/qos.go, ComputePodQOS */
function isGuaranteed(spec: JsonObject): boolean {
  const all = [...listed(spec['containers']), ...listed(spec['initContainers'])];
  return all.every((container) => {
    const limits = objectAt(objectAt(container, 'resources'), 'limits');
    const requests = objectAt(objectAt(container, 'resources'), 'requests');
    return ['cpu', 'memory'].every((name) => {
      const limit = amountOf(limits[name]);
      return limit !== undefined && limit > 0n && (amountOf(requests[name]) ?? limit) === limit;
    });
  });
}

function amountOf(raw: unknown): bigint | undefined {
  return typeof raw === 'string' || typeof raw === 'number' ? parseQuantityNano(raw) : undefined;
}

function running(spec: JsonObject): JsonObject[] {
  const sidecars = listed(spec['initContainers']).filter((one) => one['restartPolicy'] === 'Always');
  return [...listed(spec['containers']), ...sidecars];
}

function listed(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
