import type { ContainerObject, PodObject, Requests } from './pod-object.ts';

/** What a container that is silent about CPU or memory counts as in the Fit scores: 100m and 200 MiB. */
export const SILENT_REQUESTS: Requests = new Map([
  ['cpu', 100_000_000n],
  ['memory', 200n * 2n ** 20n * 1_000_000_000n],
]);

const NOTHING: Requests = new Map();

/**
 * What a pod asks for in all. Containers run together, so they add up; plain init containers run one by one before
 * them, beside the sidecars started so far, and only their peak counts. Pod-level requests replace the sum, overhead
 * is added last.
 *
 * `silent`: counted for what a container does not mention (an explicit 0 stays 0). `podLevel` false ignores
 * pod-level requests, as the Fit scores of the pod being placed do.
 * Source: kubernetes v1.36.2 staging/src/k8s.io/component-helpers/resource/helpers.go, PodRequests
 */
export function podRequests(
  pod: PodObject,
  options: { readonly silent?: Requests; readonly podLevel?: boolean } = {},
): Requests {
  const podLevel = [...(pod.podRequests ?? [])].filter(
    ([name]) => options.podLevel !== false && isPodLevelResource(name),
  );
  let silent = options.silent ?? NOTHING;
  if (podLevel.length > 0 && silent.size > 0) {
    // Made up for only what the whole pod is silent about.
    const mentioned = podRequests(pod);
    silent = new Map([...silent].filter(([name]) => !mentioned.has(name)));
  }
  const requests = new Map([...containerRequests(pod, silent), ...podLevel]);
  return combine(requests, pod.overhead, (a, b) => a + b);
}

/** What counts of a container here. */
type RunsRequests = Pick<ContainerObject, 'requests' | 'sidecar'>;

/**
 * What the containers take together, `silent` added for what one does not mention; without pod-level requests and
 * overhead.
 */
export function containerRequests(
  pod: { readonly containers: readonly RunsRequests[]; readonly initContainers: readonly RunsRequests[] },
  silent: Requests = NOTHING,
): Requests {
  const filled = (container: RunsRequests): Requests => new Map([...silent, ...container.requests]);
  const add = (a: Requests, b: Requests) => combine(a, b, (left, right) => left + right);
  // biome-ignore lint/complexity/useMathMinMax: Math.max does not take big integers.
  const peak = (a: Requests, b: Requests) => combine(a, b, (left, right) => (left > right ? left : right));
  let running: Requests = NOTHING;
  for (const container of pod.containers) running = add(running, filled(container));
  let sidecars: Requests = NOTHING;
  let initPeak: Requests = NOTHING;
  for (const container of pod.initContainers) {
    const requests = filled(container);
    if (container.sidecar) {
      running = add(running, requests);
      sidecars = add(sidecars, requests);
      initPeak = peak(initPeak, sidecars);
    } else {
      initPeak = peak(initPeak, add(requests, sidecars));
    }
  }
  return peak(running, initPeak);
}

/** May a pod ask for it as a whole? */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

function combine(a: Requests, b: Requests, merge: (left: bigint, right: bigint) => bigint): Requests {
  const both = new Map(a);
  for (const [name, amount] of b) {
    const other = both.get(name);
    both.set(name, other === undefined ? amount : merge(other, amount));
  }
  return both;
}
