import { describe, expect, test } from 'vitest';
import { InFlightEvents } from '../../../src/schedulers/kubernetes/in-flight-events.ts';

describe('InFlightEvents', () => {
  test('a pod sees what was recorded since it took off, however many others have landed', () => {
    const events = new InFlightEvents<string, number>();
    const seen = (pod: string) => [...events.since(pod)].map(({ event }) => event);
    events.start('a');
    events.record(1);
    events.start('b');
    events.record(2);
    expect([seen('a'), seen('b')]).toEqual([[1, 2], [2]]);
    events.end('a');
    expect([seen('b'), events.has('a'), events.size]).toEqual([[2], false, 1]);
    for (let event = 3; event < 10; event++) {
      events.start(`c${event}`);
      events.record(event);
      if (event > 3) events.end(`c${event - 1}`);
    }
    expect([seen('b'), seen('c9')]).toEqual([[2, 3, 4, 5, 6, 7, 8, 9], [9]]);
    events.end('b');
    expect(seen('c9')).toEqual([9]);
    events.end('b');
    expect(events.size).toBe(1);
  });
});
