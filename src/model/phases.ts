/**
 * The order of things at one instant. Events are totally ordered by (time, phase, sequence): whatever frees room
 * happens before whatever asks for it. Autoscalers come after the scheduler's pass, because the real ones act on tasks
 * that a scheduler has found no room for; before it, they would launch for tasks that are as good as placed, and end
 * instances that are about to be filled. Sampling sees the settled state.
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
  /** Scheduler passes. */
  schedule: 4,
  /** Autoscaler decisions. */
  autoscale: 5,
  /** Metric sampling. */
  observe: 6,
} as const;

export type Phase = (typeof PHASE)[keyof typeof PHASE];
