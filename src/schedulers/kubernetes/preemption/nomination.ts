/**
 * A pod that waits for room which was made for it: until it is placed, pods of its priority and below take the room
 * as taken. Source: kubernetes v1.36.2 pkg/scheduler/backend/queue/nominator.go
 */
export interface Nomination {
  /** Task slot of the pending pod. */
  readonly task: number;
  /** Instance slot of the node that it is nominated to. */
  readonly slot: number;
}

/** The node that the task itself is nominated to, or -1. */
export function nominatedSlot(nominations: readonly Nomination[], task: number): number {
  return nominations.find((nomination) => nomination.task === task)?.slot ?? -1;
}
