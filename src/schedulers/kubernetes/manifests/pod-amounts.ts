import { formatQuantity, parseQuantityNano } from '../quantity.ts';
import { isObject, type JsonObject, objectAt } from '../reader.ts';

/** A quantity of the API with the form in which it is written: by 1024 or by 1000. */
export interface Amount {
  /** In billionths of its unit; whole thousandths. */
  readonly nano: bigint;
  readonly isBinary: boolean;
}

/** By resource. */
export type Amounts = ReadonlyMap<string, Amount>;

/** What a container, or a pod as a whole, asks for and is held to. */
export interface AskedAmounts {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const MILLI = 1_000_000n;

/**
 * The amount, rounded up to thousandths as the API server keeps it; undefined for what is no quantity.
 * Source: kubernetes v1.36.2 pkg/apis/core/v1/defaults.go, SetDefaults_ResourceList.
 */
export function amountOf(raw: unknown): Amount | undefined {
  const nano = typeof raw === 'string' || typeof raw === 'number' ? parseQuantityNano(raw) : undefined;
  if (nano === undefined) return undefined;
  return { nano: ((nano + MILLI - 1n) / MILLI) * MILLI, isBinary: String(raw).endsWith('i') };
}

/** Amounts by name; those that are none are left out. */
export function amountsOf(raw: JsonObject): Amounts {
  return new Map(
    Object.entries(raw).flatMap(([name, value]) => {
      const amount = amountOf(value);
      return amount === undefined ? [] : [[name, amount] as const];
    }),
  );
}

/** The amount as the API server writes it. */
export function amountText({ nano, isBinary }: Amount): string {
  return formatQuantity(nano, isBinary);
}

/** The `resources` of a container or a pod. */
export function askedBy(holder: JsonObject): AskedAmounts {
  const resources = objectAt(holder, 'resources');
  return {
    requests: amountsOf(objectAt(resources, 'requests')),
    limits: amountsOf(objectAt(resources, 'limits')),
  };
}

/** The containers of a pod spec under `containers` or `initContainers`. */
export function containersAt(spec: JsonObject, key: 'containers' | 'initContainers'): JsonObject[] {
  const list = spec[key];
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/**
 * What a pod asks for, or is held to, as LimitRanges count it: its containers together or the peak of its init
 * containers, CPU and memory of the pod itself before either; without its overhead.
 * Source: kubernetes v1.36.2 plugin/pkg/admission/limitranger/admission.go, podRequests, podLimits.
 */
export function podAmounts(spec: JsonObject, key: keyof AskedAmounts): Amounts {
  let running: Amounts = new Map();
  for (const container of containersAt(spec, 'containers'))
    running = together(running, askedBy(container)[key]);
  let sidecars: Amounts = new Map();
  let peak: Amounts = new Map();
  for (const container of containersAt(spec, 'initContainers')) {
    const own = askedBy(container)[key];
    if (container['restartPolicy'] === 'Always') {
      running = together(running, own);
      sidecars = together(sidecars, own);
      peak = higher(peak, sidecars);
    } else {
      peak = higher(peak, together(own, sidecars));
    }
  }
  const ofPod = [...askedBy(spec)[key]].filter(([name]) => name === 'cpu' || name === 'memory');
  return new Map([...higher(running, peak), ...ofPod]);
}

/** Sums; of two forms that of the first which is not 0. */
function together(a: Amounts, b: Amounts): Amounts {
  const sum = new Map(a);
  for (const [name, amount] of b) {
    const other = sum.get(name) ?? { nano: 0n, isBinary: amount.isBinary };
    const { isBinary } = other.nano === 0n ? amount : other;
    sum.set(name, { nano: other.nano + amount.nano, isBinary });
  }
  return sum;
}

function higher(a: Amounts, b: Amounts): Amounts {
  const most = new Map(a);
  for (const [name, amount] of b) {
    const other = most.get(name);
    if (other === undefined || amount.nano > other.nano) most.set(name, amount);
  }
  return most;
}
