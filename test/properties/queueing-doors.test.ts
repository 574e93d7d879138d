import { expect, test } from 'vitest';
import { startsBehindDoor } from '../support/finite-room.ts';
import { drawn, SERVICE_MS, stream } from '../support/oracles/queue-runs.ts';
import { finiteRoomStarts } from '../support/oracles/single-slot.ts';
import { EXPONENTIAL, expectHolds, overWindows } from '../support/queue-windows.ts';

/**
 * Waiting rooms with a last seat, as queueing.test.ts shows the others: the first customers by the engine, then 20 windows
 * by the recursion. M/M/c/K: exponential service of mean 1, at most K in the system, later ones are turned away.
 */
const WARM_UP_MS = 100 * SERVICE_MS;

test.each([
  { servers: 1, room: 5, lambda: 0.8, full: 0.0888195, sojourn: 2.5630652, customers: 200_000 },
  { servers: 1, room: 5, lambda: 1, full: 0.1666667, sojourn: 3, customers: 200_000 },
  { servers: 1, room: 5, lambda: 2, full: 0.5079365, sojourn: 4.1612903, customers: 200_000 },
  { servers: 10, room: 20, lambda: 8, full: 0.0091072, sojourn: 1.1450603, customers: 1_000_000 },
  { servers: 10, room: 20, lambda: 12, full: 0.1796659, sojourn: 1.6359694, customers: 400_000 },
])('M/M/$servers/$room at λ $lambda: a share of $full is turned away, the others stay $sojourn', (row) => {
  const { servers, room, lambda, full, sojourn, customers } = row;
  const queue = stream({ lambda, service: EXPONENTIAL });
  const first = drawn(queue, 1, Math.ceil((2000 / lambda) * SERVICE_MS));
  const expected = finiteRoomStarts(servers, room, first);
  expect(expected).toContain(null);
  expect(startsBehindDoor(servers, room, first)).toEqual(expected);

  const of = overWindows((seed) => {
    const lengthMs = Math.ceil((customers / 20 / lambda) * SERVICE_MS);
    const jobs = drawn(queue, seed, WARM_UP_MS + lengthMs);
    const starts = finiteRoomStarts(servers, room, jobs);
    let [count, refused, stayed] = [0, 0, 0];
    jobs.forEach(({ submitMs, runtimeMs }, index) => {
      if (submitMs < WARM_UP_MS) return;
      count += 1;
      const startMs = starts[index]!;
      if (startMs === null) refused += 1;
      else stayed += (startMs + runtimeMs - submitMs) / SERVICE_MS;
    });
    return { full: refused / count, sojourn: stayed / (count - refused) };
  });
  expectHolds(of('full'), full, lambda === 8 ? 0.15 : 0.06);
  expectHolds(of('sojourn'), sojourn, 0.03);
});
