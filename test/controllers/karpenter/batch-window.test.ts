import { expect, test } from 'vitest';
import { BatchWindow } from '../../../src/controllers/karpenter/batch-window.ts';
import { Gate } from '../../../src/kernel/gate.ts';
import { Kernel } from '../../../src/kernel/kernel.ts';
import { PHASE } from '../../../src/model/phases.ts';

/** Closes a second after the last new pod, ten after the first; `seen`: so many pods wait at a time. */
function closings(
  seen: readonly (readonly [atMs: number, pods: number])[],
  away?: readonly [number, number],
) {
  const kernel = new Kernel();
  const gate = new Gate();
  const closed: number[] = [];
  const window = kernel.under(
    gate,
    () => new BatchWindow({ kernel, idleMs: 1000, maxMs: 10_000, onClosed: () => closed.push(kernel.nowMs) }),
  );
  const see = kernel.defineKind('see', PHASE.schedule, (pods) => window.seen(pods));
  for (const [atMs, pods] of seen) kernel.at(atMs, see, pods);
  if (away !== undefined) {
    kernel.at(
      away[0],
      kernel.defineKind('shut', PHASE.release, () => gate.shut()),
      0,
    );
    kernel.at(
      away[1],
      kernel.defineKind('open', PHASE.release, () => kernel.open(gate)),
      0,
    );
  }
  kernel.run({ untilMs: 60_000 });
  return closed;
}

test.each([
  { name: 'a second after the only pod', seen: [[500, 1]], closed: [1500] },
  {
    name: 'a second after the last new one',
    seen: [
      [0, 1],
      [900, 2],
      [1800, 3],
    ],
    closed: [2800],
  },
  {
    name: 'not later for pods that are known',
    seen: [
      [0, 2],
      [900, 2],
    ],
    closed: [1000],
  },
  {
    name: 'ten seconds after the first at the latest',
    seen: Array.from({ length: 16 }, (_, index) => [index * 900, index + 1] as const),
    // Twelve by 10 s; the one at 10.8 s opens the next.
    closed: [10_000, 14_500],
  },
] as const)('BatchWindow closes $name', ({ seen, closed }) => {
  expect(closings(seen)).toEqual(closed);
});

test('BatchWindow that the control plane missed closes when it is back, though a pod comes at that instant', () => {
  // Due at 1 s, and at 10 s at the latest; the control plane is away until 30 s.
  expect(closings([[0, 1]], [500, 30_000])).toEqual([30_000]);
  expect(
    closings(
      [
        [0, 1],
        [30_000, 2],
      ],
      [500, 30_000],
    ),
  ).toEqual([30_000]);
});
