import { expect, test } from 'vitest';
import { Gate } from '../../src/kernel/gate.ts';
import { Kernel } from '../../src/kernel/kernel.ts';

/** Kinds `early` (phase 0) and `late` (phase 3) under the gate, `free` (phase 1) under none; what happened, in order. */
function world() {
  const kernel = new Kernel();
  const gate = new Gate();
  const seen: string[] = [];
  const told = (name: string) => (entity: number) => void seen.push(`${kernel.nowMs} ${name} ${entity}`);
  const free = kernel.defineKind('free', 1, told('free'));
  const [early, late] = kernel.under(gate, () => [
    kernel.defineKind('early', 0, told('early')),
    kernel.defineKind('late', 3, told('late')),
  ]);
  const shut = kernel.defineKind('shut', 0, () => gate.shut());
  const open = kernel.defineKind('open', 2, () => kernel.open(gate));
  return { kernel, gate, seen, free, early: early!, late: late!, shut, open };
}

test('Gate holds back what comes due while it is shut, and lets it happen in order of phase and time when it opens', () => {
  const { kernel, gate, seen, free, early, late, shut, open } = world();
  kernel.at(10, shut, 0);
  kernel.at(11, late, 1);
  kernel.at(12, late, 2);
  kernel.at(13, early, 3);
  kernel.at(14, free, 4);
  kernel.at(20, open, 0);
  kernel.at(20, late, 5);
  kernel.at(30, late, 6);
  gate.onOpened = () => void seen.push(`${kernel.nowMs} opened`);
  kernel.run({ untilMs: 15 });
  expect(seen).toEqual(['14 free 4']);
  // Three wait behind the gate, and the opening and two more events in the queue.
  expect(kernel.eventsQueued).toBe(6);
  kernel.run({ untilMs: 100 });
  // The third came due at 13 in an earlier phase than the opening: it happens first of all that is left.
  expect(seen.slice(1)).toEqual([
    '20 opened',
    '20 early 3',
    '20 late 5',
    '20 late 1',
    '20 late 2',
    '30 late 6',
  ]);
});

test('Gate: an event that is cancelled while it waits never happens, and handles stay those of their events', () => {
  const { kernel, seen, late, shut, open } = world();
  kernel.at(1, shut, 0);
  const handles = [7, 8, 9].map((entity) => kernel.at(2, late, entity));
  kernel.at(10, open, 0);
  kernel.run({ untilMs: 5 });
  expect(kernel.cancel(handles[1]!)).toBe(true);
  expect(kernel.cancel(handles[1]!)).toBe(false);
  kernel.run({ untilMs: 20 });
  expect(seen).toEqual(['10 late 7', '10 late 9']);
  expect(kernel.cancel(handles[0]!)).toBe(false);
});

test('Gate: a sweep of cancelled events keeps those that wait behind a gate where they are', () => {
  const { kernel, seen, free, late, shut, open } = world();
  kernel.at(1, shut, 0);
  const held = Array.from({ length: 4 }, (_, entity) => kernel.at(2, late, entity));
  kernel.at(10, open, 0);
  kernel.run({ untilMs: 5 });
  kernel.cancel(held[2]!);
  // More than 1,024 cancellations in more than half the slots sweep the queue.
  const many = Array.from({ length: 3000 }, (_, entity) => kernel.at(8, free, entity));
  for (const handle of many) kernel.cancel(handle);
  kernel.run({ untilMs: 20 });
  expect(seen).toEqual(['10 late 0', '10 late 1', '10 late 3']);
  expect(kernel.eventsQueued).toBe(0);
});

test('Kernel.under() ends with what it defines, and an open gate changes nothing', () => {
  const { kernel, gate, seen, early } = world();
  expect(() =>
    kernel.under(gate, () => {
      throw new Error('halfway');
    }),
  ).toThrow('halfway');
  const after = kernel.defineKind('after', 0, () => void seen.push('after'));
  kernel.at(1, early, 1);
  kernel.open(gate);
  gate.shut();
  kernel.at(2, after, 0);
  kernel.run({ untilMs: 9 });
  // The kind that was defined after the failure stands under no gate; the one under it waits.
  expect(seen).toEqual(['after']);
});
