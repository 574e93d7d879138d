import FastPriorityQueue from 'fastpriorityqueue';
import { Kernel } from '../../src/kernel/kernel.ts';

const POPS = 2_000_000;
const DELAYS = 65_536;

/**
 * Delays of the hold model: `draw(x) = (30 - e)·10^6 + 10^6 - floor((x - 2^e)·10^6 / 2^e)`, e = floor(log2 x), over
 * the MINSTD sequence x ← 48271·x mod (2^31 - 1) from 20260101. Integers only, mean about 1.5·10^6.
 */
export function holdDelays(): Float64Array {
  const delays = new Float64Array(DELAYS);
  let x = 20_260_101;
  for (let i = 0; i < DELAYS; i += 1) {
    x = (48_271 * x) % 2_147_483_647;
    const e = 31 - Math.clz32(x);
    const power = 2 ** e;
    delays[i] = (30 - e) * 1e6 + 1e6 - Math.floor(((x - power) * 1e6) / power);
  }
  return delays;
}

/**
 * The hold model on the kernel: `live` events at first, the k-th after the k-th delay; each of 2,000,000 events puts
 * one new event after the next delay of the table, read round and round. Answers `sum of event times / last clock`,
 * which comes out right only if every event is taken in its turn.
 */
export function hold(
  live: number,
  delays: Float64Array,
  options: { readonly digest?: boolean } = {},
): string {
  const kernel = new Kernel(options);
  let next = 0;
  let sumMs = 0;
  const kind = kernel.defineKind('hold', 0, () => {
    sumMs += kernel.nowMs;
    kernel.after(delays[next++ % DELAYS]!, kind, 0);
  });
  while (next < live) kernel.at(delays[next++ % DELAYS]!, kind, 0);
  // 1,000 divides the number of events, so the kernel stops exactly after the last.
  kernel.run({
    untilMs: Number.POSITIVE_INFINITY,
    shouldStop: () => kernel.eventsProcessed >= POPS,
    stopCheckEvery: 1000,
  });
  return `${sumMs}/${kernel.nowMs}`;
}

/** The same on the queue library alone, with an object for each event: what the kernel is compared with. */
export function bareHold(live: number, delays: Float64Array): string {
  const queue = new FastPriorityQueue<{ readonly timeMs: number; readonly sequence: number }>(
    (a, b) => a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.sequence < b.sequence),
  );
  let next = 0;
  let sumMs = 0;
  let nowMs = 0;
  const add = () => {
    queue.add({ timeMs: nowMs + delays[next % DELAYS]!, sequence: next });
    next += 1;
  };
  while (next < live) add();
  for (let pops = 0; pops < POPS; pops += 1) {
    nowMs = queue.poll()!.timeMs;
    sumMs += nowMs;
    add();
  }
  return `${sumMs}/${nowMs}`;
}
