/** Who brings groups of instances back to their size after a loss. */
export interface LossKeeper {
  instanceLost(groupIndex: number): void;
  replace(groupIndex: number): void;
}

/** What a run tells the autoscaler of its nodes. */
export interface NodeScaler {
  start(): void;
  /** Tasks were left waiting. */
  demandSeen(): void;
  /** The instance accepts tasks. */
  ready(slot: number): void;
  /** A ready instance has no tasks: fresh, or its last one left. */
  emptied(slot: number): void;
  /** Nothing but daemons is left on an instance that drains. */
  idle(slot: number): void;
  /** Null: what a zone loses comes back with it. */
  readonly keeper: LossKeeper | null;
}
