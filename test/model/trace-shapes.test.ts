import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TraceShapes } from '../../src/model/trace-shapes.ts';

test('TraceShapes.idOf() numbers shapes by first appearance, as a list that is searched would', () => {
  const gpus = [null, { count: 1, milli: 500, models: [] }, { count: 1, milli: 500, models: ['T4'] }];
  const shape = fc.record({
    cpuMilli: fc.oneof(fc.nat(3), fc.constantFrom(1000, 2000, 1e9)),
    // Multiples of large powers of two, as memory comes in.
    memoryBytes: fc.oneof(
      fc.nat(3),
      fc.nat(40).map((gib) => gib * 2 ** 30),
      fc.constantFrom(2 ** 50, 2 ** 53 - 1),
    ),
    gpu: fc.constantFrom(...gpus),
  });
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 200 }), (asked) => {
      const shapes = new TraceShapes();
      const list: (typeof asked)[number][] = [];
      for (const { cpuMilli, memoryBytes, gpu } of asked) {
        const known = list.findIndex(
          (one) => one.cpuMilli === cpuMilli && one.memoryBytes === memoryBytes && one.gpu === gpu,
        );
        const id = known >= 0 ? known : list.push({ cpuMilli, memoryBytes, gpu }) - 1;
        expect(shapes.idOf(cpuMilli, memoryBytes, gpu)).toBe(id);
      }
      expect(shapes.list).toEqual(list);
    }),
    { seed: 1, numRuns: 200 },
  );
});
