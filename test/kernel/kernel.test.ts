import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import { type EventSource, Kernel } from '../../src/kernel/kernel.ts';
import { NaiveKernel } from './naive-kernel.ts';

const FOREVER = Number.POSITIVE_INFINITY;

/** A kernel with kinds named after their phases, and the log of what was handled. */
function logged(phases: readonly number[], options: ConstructorParameters<typeof Kernel>[0] = {}) {
  const kernel = new Kernel(options);
  const log: string[] = [];
  const kinds = phases.map((phase, index) =>
    kernel.defineKind(`kind-${index}`, phase, (entity) => log.push(`${kernel.nowMs}/${phase}/${entity}`)),
  );
  return { kernel, log, kinds };
}

function cursor(kind: number, timesMs: readonly number[]): EventSource {
  let index = 0;
  return { kind, peekMs: () => timesMs[index] ?? FOREVER, next: () => index++ };
}

describe('Kernel order', () => {
  test('at() orders by time, then phase, then insertion', () => {
    const { kernel, log, kinds } = logged([5, 0]);
    kernel.at(10, kinds[0]!, 1);
    kernel.at(10, kinds[0]!, 2);
    kernel.at(10, kinds[1]!, 3);
    kernel.at(7, kinds[0]!, 4);
    kernel.at(10, kinds[1]!, 5);
    expect(kernel.run({ untilMs: FOREVER })).toBe('drained');
    expect(log).toEqual(['7/5/4', '10/0/3', '10/0/5', '10/5/1', '10/5/2']);
    expect([kernel.nowMs, kernel.eventsProcessed, kernel.eventsQueued]).toEqual([10, 5, 0]);
  });

  test('after() counts from now, and an event put at the present instant in a lower phase still fires', () => {
    const { kernel, log, kinds } = logged([3]);
    const late = kernel.defineKind('late', 5, (entity) => {
      log.push(`late/${entity}`);
      if (entity === 1) kernel.after(0, kinds[0]!, 8);
    });
    kernel.at(4, late, 1);
    kernel.at(4, late, 2);
    kernel.run({ untilMs: FOREVER });
    expect(log).toEqual(['late/1', '4/3/8', 'late/2']);
  });

  test('addSource() comes before queued events of the same time and phase, and in order of addition', () => {
    const { kernel, log, kinds } = logged([2, 3, 4]);
    kernel.at(5, kinds[1]!, 100);
    kernel.at(5, kinds[0]!, 101);
    kernel.addSource(cursor(kinds[2]!, [5]));
    kernel.addSource(cursor(kinds[1]!, [5, 5, 9]));
    kernel.addSource(cursor(kinds[1]!, [5]));
    kernel.run({ untilMs: FOREVER });
    expect(log).toEqual(['5/2/101', '5/3/0', '5/3/1', '5/3/0', '5/3/100', '5/4/0', '9/3/2']);
  });

  test('any program of at, cancel and sources runs as in the naive kernel', () => {
    const action = fc.oneof(
      { weight: 3, arbitrary: fc.record({ delay: fc.nat(4), kind: fc.nat(3), entity: fc.nat(7) }) },
      { weight: 1, arbitrary: fc.record({ cancel: fc.nat(40) }) },
    );
    const program = fc.record({
      phases: fc.array(fc.nat(6), { minLength: 4, maxLength: 4 }),
      setup: fc.array(action, { maxLength: 30 }),
      scripts: fc.array(fc.array(action, { maxLength: 3 }), { minLength: 8, maxLength: 8 }),
      sources: fc.array(fc.record({ kind: fc.nat(3), gaps: fc.array(fc.nat(3), { maxLength: 10 }) }), {
        maxLength: 4,
      }),
      horizons: fc.array(fc.nat(12), { maxLength: 3 }),
    });
    type Action = { delay: number; kind: number; entity: number } | { cancel: number };

    /** Runs the program on either kernel; the log holds every handled event and every answer of cancel. */
    function trace<Handle>(
      kernel: Pick<NaiveKernel, 'nowMs' | 'defineKind'> & {
        after(delayMs: number, kind: number, entity: number): Handle;
        cancel(handle: Handle): boolean;
      },
      addSource: (kind: number, timesMs: number[]) => void,
      run: (untilMs: number) => void,
      { phases, setup, scripts, sources, horizons }: typeof program extends fc.Arbitrary<infer P> ? P : never,
    ): string[] {
      const log: string[] = [];
      const handles: Handle[] = [];
      const act = (actions: readonly Action[]) => {
        for (const each of actions) {
          if ('cancel' in each) {
            const handle = handles[each.cancel];
            if (handle !== undefined) log.push(`cancel ${each.cancel} ${kernel.cancel(handle)}`);
          } else handles.push(kernel.after(each.delay, each.kind, each.entity));
        }
      };
      phases.forEach((phase, kind) => {
        kernel.defineKind(`kind-${kind}`, phase, (entity) => {
          log.push(`${kernel.nowMs} ${kind} ${entity}`);
          // Sources' entities go beyond the scripts; the limit ends programs that feed themselves.
          if (log.length < 150) act(scripts[entity] ?? []);
        });
      });
      act(setup);
      for (const { kind, gaps } of sources) {
        let timeMs = 0;
        addSource(
          kind,
          gaps.map((gap) => (timeMs += gap)),
        );
      }
      let untilMs = 0;
      for (const step of horizons) {
        untilMs += step;
        run(untilMs);
        log.push(`until ${untilMs}: ${kernel.nowMs}`);
        act(setup.slice(0, 3));
      }
      run(FOREVER);
      return log;
    }

    fc.assert(
      fc.property(program, (given) => {
        const kernel = new Kernel();
        const naive = new NaiveKernel();
        const real = trace(
          kernel,
          (kind, timesMs) => kernel.addSource(cursor(kind, timesMs)),
          (untilMs) => kernel.run({ untilMs }),
          given,
        );
        const plain = trace(
          naive,
          (kind, timesMs) => naive.addSource(kind, timesMs),
          (untilMs) => naive.run(untilMs),
          given,
        );
        expect(real).toEqual(plain);
        expect(kernel.eventsQueued).toBe(0);
      }),
      { seed: 1, numRuns: 400 },
    );
  });
});

describe('Kernel.cancelReferred()', () => {
  test('takes back the event that was referred to, and refuses one that is gone', () => {
    const kernel = new Kernel();
    const seen: number[] = [];
    const kind = kernel.defineKind('seen', 0, (entity) => seen.push(entity));
    const references = [5, 6].map((entity) => kernel.referTo(kernel.at(10, kind, entity)));
    kernel.cancelReferred(references[0]!);
    kernel.run({ untilMs: 20 });
    expect(seen).toEqual([6]);
    expect(references.every((reference) => reference > 0 && reference < 2 ** 27)).toBe(true);
    expect(() => kernel.cancelReferred(references[1]!)).toThrow('has fired or was cancelled');
  });
});

describe('Kernel.cancel()', () => {
  test('takes an event back once, and never one that has fired or whose slot has a new event', () => {
    const { kernel, log, kinds } = logged([0]);
    const first = kernel.at(1, kinds[0]!, 1);
    const second = kernel.at(2, kinds[0]!, 2);
    expect([kernel.cancel(first), kernel.cancel(first)]).toEqual([true, false]);
    expect(kernel.eventsQueued).toBe(1);
    kernel.run({ untilMs: FOREVER });
    const third = kernel.at(3, kinds[0]!, 3);
    expect([kernel.cancel(first), kernel.cancel(second)]).toEqual([false, false]);
    expect(new Set([first, second, third]).size).toBe(3);
    kernel.run({ untilMs: FOREVER });
    expect(log).toEqual(['2/0/2', '3/0/3']);
  });

  test('an event that is being handled has fired', () => {
    const kernel = new Kernel();
    const answers: boolean[] = [];
    const kind = kernel.defineKind('self', 0, () => answers.push(kernel.cancel(handle)));
    const handle = kernel.at(1, kind, 0);
    kernel.run({ untilMs: FOREVER });
    expect(answers).toEqual([false]);
  });

  test('sweeps out what was cancelled: a timer renewed for ever does not fill the queue', () => {
    const { kernel, log, kinds } = logged([0]);
    for (let entity = 0; entity < 100; entity += 1) kernel.at(5000 + entity, kinds[0]!, entity);
    const handles = new Set<number>();
    for (let round = 0; round < 20_000; round += 1) {
      const handle = kernel.at(100_000 + round, kinds[0]!, round);
      handles.add(handle);
      expect(kernel.cancel(handle)).toBe(true);
    }
    expect(handles.size).toBe(20_000);
    // A handle ends in the slot of its event: of 20,000 events no more than some two thousand were there at a time.
    expect(new Set([...handles].map((handle) => handle % 2 ** 26)).size).toBeLessThan(2500);
    expect(kernel.eventsQueued).toBe(100);
    kernel.run({ untilMs: FOREVER });
    expect(log).toHaveLength(100);
    expect(kernel.nowMs).toBe(5099);
  });
});

describe('Kernel.foresee()', () => {
  test('tells of events of the kind before they happen, of each once at most, and of no cancelled one', () => {
    const kernel = new Kernel();
    const handled = new Set<number>();
    const kinds = ['a', 'b'].map((name) => kernel.defineKind(name, 0, (entity) => handled.add(entity)));
    const foreseen: number[] = [];
    kernel.foresee(kinds[0]!, (entity) => {
      if (!handled.has(entity)) foreseen.push(entity);
    });
    // Enough that most wait in buckets, of which it is told when their time has come; every third is cancelled.
    const handles = Array.from({ length: 6000 }, (_, n) =>
      kernel.at(1 + ((n * 7919) % 6000), kinds[n % 2]!, n),
    );
    handles.forEach((handle, n) => {
      if (n % 3 === 0) kernel.cancel(handle);
    });
    kernel.run({ untilMs: FOREVER });
    expect(new Set(foreseen).size).toBe(foreseen.length);
    expect(foreseen.every((entity) => entity % 2 === 0 && entity % 3 !== 0)).toBe(true);
    // 2,000 of the kind are left, most of which did not go through the heap.
    expect(foreseen.length).toBeGreaterThan(1000);
    expect(handled.size).toBe(4000);
  });
});

describe('Kernel.run()', () => {
  test('handles events at the horizon, none after, leaves the clock there, and goes on from there', () => {
    const { kernel, log, kinds } = logged([0]);
    for (const timeMs of [5, 10, 11]) kernel.at(timeMs, kinds[0]!, 0);
    expect(kernel.run({ untilMs: 10 })).toBe('horizon');
    expect([log.length, kernel.nowMs]).toEqual([2, 10]);
    expect(kernel.run({ untilMs: 10 })).toBe('horizon');
    kernel.after(0, kinds[0]!, 1);
    expect(kernel.run({ untilMs: 20 })).toBe('drained');
    expect(log).toEqual(['5/0/0', '10/0/0', '10/0/1', '11/0/0']);
    expect(kernel.nowMs).toBe(11);
  });

  test('asks shouldStop before the first event and then every stopCheckEvery events', () => {
    const { kernel, log, kinds } = logged([0]);
    for (let entity = 0; entity < 10; entity += 1) kernel.at(entity, kinds[0]!, entity);
    let asked = 0;
    const shouldStop = () => ++asked > 2;
    expect(kernel.run({ untilMs: FOREVER, shouldStop, stopCheckEvery: 3 })).toBe('stopped');
    expect([log.length, asked, kernel.nowMs]).toEqual([6, 3, 5]);
    expect(kernel.run({ untilMs: FOREVER, shouldStop: () => true })).toBe('stopped');
    expect(log).toHaveLength(6);
    expect(kernel.run({ untilMs: FOREVER })).toBe('drained');
    expect(log).toHaveLength(10);
  });

  test('a run cut into pieces has the digest of one in one piece', () => {
    const play = (cut: (kernel: Kernel) => void): string => {
      const kernel = new Kernel();
      const kind = kernel.defineKind('chain', 2, (entity) => {
        if (entity > 0) kernel.after((entity * 7919) % 13, kind, entity - 1);
      });
      for (let entity = 20; entity < 60; entity += 1) kernel.at(entity % 5, kind, entity);
      cut(kernel);
      return kernel.eventsDigest();
    };
    const whole = play((kernel) => kernel.run({ untilMs: FOREVER }));
    const byTime = play((kernel) => {
      for (let untilMs = 0; kernel.run({ untilMs }) !== 'drained'; untilMs += 7);
    });
    const byCount = play((kernel) => {
      let stop = false;
      const shouldStop = () => (stop = !stop);
      while (
        kernel.run({ untilMs: FOREVER, shouldStop: () => !shouldStop(), stopCheckEvery: 11 }) !== 'drained'
      );
    });
    expect([byTime, byCount]).toEqual([whole, whole]);
  });

  test('keeps no memory: a million events more do not grow the heap', async () => {
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const kernel = new Kernel();
    const kind = kernel.defineKind('tick', 0, (entity) => {
      kernel.after(1 + (entity % 7), kind, entity);
    });
    for (let entity = 0; entity < 100; entity += 1) kernel.at(0, kind, entity);
    const events = (count: number) => {
      const end = kernel.eventsProcessed + count;
      kernel.run({ untilMs: FOREVER, shouldStop: () => kernel.eventsProcessed >= end, stopCheckEvery: 1000 });
      collect();
      return process.memoryUsage().heapUsed;
    };
    events(200_000);
    const before = events(100_000);
    const growth = events(1_000_000) - before;
    // An object kept for each event would be 16 MB and more.
    expect(growth).toBeLessThan(500_000);
  });
});

describe('Kernel bugs', () => {
  test.each([
    ['the past', (kernel: Kernel, kind: number) => kernel.at(9, kind, 0), 'past'],
    ['a negative delay', (kernel: Kernel, kind: number) => kernel.after(-1, kind, 0), 'past'],
    ['NaN', (kernel: Kernel, kind: number) => kernel.at(Number.NaN, kind, 0), 'past'],
    ['a fraction', (kernel: Kernel, kind: number) => kernel.at(10.5, kind, 0), 'whole'],
    ['Infinity', (kernel: Kernel, kind: number) => kernel.at(FOREVER, kind, 0), 'whole'],
    ['beyond 2^53', (kernel: Kernel, kind: number) => kernel.at(2 ** 53, kind, 0), 'whole'],
    ['an entity beyond 32 bits', (kernel: Kernel, kind: number) => kernel.at(10, kind, 2 ** 31), 'entity'],
    ['an unknown kind', (kernel: Kernel) => kernel.at(10, 99, 0), 'kind'],
    ['a kind defined twice', (kernel: Kernel) => kernel.defineKind('kind-0', 1, () => {}), 'twice'],
    ['a phase beyond 15', (kernel: Kernel) => kernel.defineKind('other', 16, () => {}), 'phase'],
    ['a horizon in the past', (kernel: Kernel) => kernel.run({ untilMs: 9 }), 'past'],
    ['a horizon between milliseconds', (kernel: Kernel) => kernel.run({ untilMs: 10.5 }), 'whole'],
    [
      'a source that starts in the past',
      (kernel: Kernel, kind: number) => kernel.addSource(cursor(kind, [9])),
      'backwards',
    ],
    ['a source of an unknown kind', (kernel: Kernel) => kernel.addSource(cursor(99, [10])), 'kind'],
  ])('refuses %s', (_name, act, message) => {
    const { kernel, kinds } = logged([0]);
    kernel.at(99, kinds[0]!, 0);
    kernel.run({ untilMs: 10 });
    expect(() => act(kernel, kinds[0]!)).toThrow(InvariantError);
    expect(() => act(kernel, kinds[0]!)).toThrow(message);
  });

  test('a source that goes backwards is found when it does', () => {
    const { kernel, kinds } = logged([0]);
    kernel.addSource(cursor(kinds[0]!, [5, 4]));
    expect(() => kernel.run({ untilMs: FOREVER })).toThrow('backwards');
  });

  test('run() refuses to be called by a handler, and works again afterwards', () => {
    const kernel = new Kernel();
    const kind = kernel.defineKind('nested', 0, () => kernel.run({ untilMs: FOREVER }));
    kernel.at(1, kind, 0);
    expect(() => kernel.run({ untilMs: FOREVER })).toThrow('handler');
    expect(kernel.run({ untilMs: FOREVER })).toBe('drained');
  });

  test('more events at one instant than the limit are refused, with the names of those that repeat', () => {
    const kernel = new Kernel({ sameInstantLimit: 1000 });
    kernel.defineKind('innocent', 0, () => {});
    const ping = kernel.defineKind('ping', 1, () => kernel.after(0, pong, 0));
    const pong = kernel.defineKind('pong', 2, () => kernel.after(0, ping, 0));
    for (let entity = 0; entity < 10; entity += 1) kernel.at(7, 0, entity);
    kernel.at(7, ping, 0);
    // The kinds are counted from the 502nd to the 1001st event: 500 of them, by turns.
    expect(() => kernel.run({ untilMs: FOREVER })).toThrow(
      'more than 1000 events at 7 ms; the latest are ping (250), pong (250)',
    );
  });

  test('as many events at each of many instants as the limit allows are no circle', () => {
    const { kernel, kinds } = logged([0], { sameInstantLimit: 10 });
    for (let index = 0; index < 100; index += 1) kernel.at(Math.floor(index / 10), kinds[0]!, index);
    expect(kernel.run({ untilMs: FOREVER })).toBe('drained');
  });
});

describe('Kernel.eventsDigest()', () => {
  test('is SHA-256 over 16 bytes an event: time, kind, phase, entity', () => {
    const { kernel, kinds } = logged([3, 0]);
    kernel.at(5, kinds[0]!, -2);
    kernel.addSource(cursor(kinds[1]!, [2 ** 40]));
    kernel.run({ untilMs: FOREVER });
    const bytes = Buffer.alloc(32);
    bytes.writeDoubleLE(5, 0);
    bytes.writeUInt16LE(0, 8);
    bytes.writeUInt16LE(3, 10);
    bytes.writeInt32LE(-2, 12);
    bytes.writeDoubleLE(2 ** 40, 16);
    bytes.writeUInt16LE(1, 24);
    bytes.writeUInt16LE(0, 26);
    bytes.writeInt32LE(0, 28);
    expect(kernel.eventsDigest()).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('leaves out cancelled events, may be asked for in between, and -0 is 0', () => {
    const play = (timeMs: number, decoy: boolean) => {
      const { kernel, kinds } = logged([0]);
      kernel.at(timeMs, kinds[0]!, 1);
      if (decoy) kernel.cancel(kernel.at(0, kinds[0]!, 2));
      if (decoy) kernel.eventsDigest();
      kernel.run({ untilMs: 0 });
      return kernel.eventsDigest();
    };
    expect(play(-0, true)).toBe(play(0, false));
  });

  test('refuses when the kernel was made without', () => {
    expect(() => new Kernel({ digest: false }).eventsDigest()).toThrow(InvariantError);
  });
});
