import type { RandomDraws } from '../../src/schedulers/scheduler.ts';

/** A seeded stream for tests (mulberry32), apart from the engine's own generator; `spent` counts the draws. */
export interface TestDraws extends RandomDraws {
  readonly spent: number;
  clone(): TestDraws;
}

export function createDraws(seed: number): TestDraws {
  return drawsFrom(seed >>> 0);
}

/** Always the same draw: 0 takes the first of equals, which is how "random" is made predictable. */
export function constantDraws(value: number): RandomDraws {
  return { double: () => value, clone: () => constantDraws(value) };
}

function drawsFrom(start: number): TestDraws {
  let state = start;
  let spent = 0;
  return {
    get spent() {
      return spent;
    },
    double() {
      spent += 1;
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    clone: () => drawsFrom(state),
  };
}
