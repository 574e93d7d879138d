import { setFlagsFromString } from 'node:v8';

/**
 * How much bytecode V8 puts into one optimised function: a single callee, and all of them together. By default 460 and
 * 920, at which a step of the engine stays a dozen calls of small functions. Measured on 1.4 million tasks on 5,000
 * instances, ECS binpack: about a tenth more events a second with these once the engine is compiled; with twice as much
 * only the compiler takes longer.
 */
const INLINED_BYTECODE = 1200;
const INLINED_BYTECODE_IN_ALL = 4000;

/**
 * The compiler takes up to 0.9 s more of a processor for it. On runs of a second that is a tenth more by the clock and two
 * fifths more of all processors (scenarios/azure-day, scenarios/shop); a million tasks on 500 instances, ECS binpack, are
 * 7 % faster by the clock and 4 % dearer in all.
 */
const WORTH_IT_FROM_TASKS = 1_000_000;

/**
 * Lets the compiler put the small functions of the engine into one another. For the whole process, worker threads
 * included; to be called before the engine has run. It changes how fast a run is and nothing else.
 */
export function inlineMore(): void {
  setFlagsFromString(`--max-inlined-bytecode-size=${INLINED_BYTECODE}`);
  setFlagsFromString(`--max-inlined-bytecode-size-cumulative=${INLINED_BYTECODE_IN_ALL}`);
}

/** As `inlineMore`, if so many tasks in all runs are enough for it to pay. */
export function inlineMoreFor(tasks: number): void {
  if (tasks >= WORTH_IT_FROM_TASKS) inlineMore();
}
