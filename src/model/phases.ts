/**
 * The order of things at one instant (methodology K-2). Events are totally ordered by (time, phase, sequence):
 * whatever frees room happens before whatever asks for it, and sampling sees the settled state.
 */
export const PHASE = {
  /** Completions and releases. */
  release: 0,
  /** Failures and reclaims. */
  failure: 1,
  /** Instances change state. */
  infrastructure: 2,
  /** Arrivals, and commands to scale or deploy. */
  arrival: 3,
  /** Decisions that the pass of the same instant must know of. */
  control: 4,
  /** Scheduler passes. */
  schedule: 5,
  /** Whoever looks at the settled state: sampling, autoscalers. */
  observe: 6,
} as const;

export type Phase = (typeof PHASE)[keyof typeof PHASE];
