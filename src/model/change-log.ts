/** What happened to a slot. */
export const CHANGE = {
  /** The instance became ready: a node appeared. */
  joined: 1,
  /** The instance is gone. */
  left: 2,
  /** State, taints, labels or allocatable amounts changed in place (draining, cordon). */
  altered: 3,
  /** A task of `classId` took room on the slot. */
  taskAdded: 4,
  /** A task of `classId` gave its room back. */
  taskRemoved: 5,
  /** An image appeared on or vanished from the slot. */
  images: 6,
} as const;

/**
 * A growing version number and, for each version, what changed where. Derived indexes belong to whoever reads them:
 * a reader keeps a cursor, and catches up when asked. The log is a ring: a reader that is further behind than its
 * capacity rebuilds from the columns instead (`isBehind`).
 */
export class ChangeLog {
  readonly #mask: number;
  readonly #kinds: Uint8Array;
  readonly #slots: Int32Array;
  readonly #classes: Int32Array;
  #version = 0;

  /** `capacity`: a power of two. */
  constructor(capacity = 65_536) {
    this.#mask = capacity - 1;
    this.#kinds = new Uint8Array(capacity);
    this.#slots = new Int32Array(capacity);
    this.#classes = new Int32Array(capacity);
  }

  /** Number of changes ever. Entry v (0-based) is the change that made the version v + 1. */
  get version(): number {
    return this.#version;
  }

  /** Is entry `cursor` overwritten already? Then rebuild and continue from `version`. */
  isBehind(cursor: number): boolean {
    return this.#version - cursor > this.#mask + 1;
  }

  kindAt(cursor: number): number {
    return this.#kinds[cursor & this.#mask]!;
  }

  slotAt(cursor: number): number {
    return this.#slots[cursor & this.#mask]!;
  }

  /** The class of the task, or -1 for changes that are not about a task. */
  classAt(cursor: number): number {
    return this.#classes[cursor & this.#mask]!;
  }

  append(kind: number, slot: number, classId: number): number {
    const index = this.#version & this.#mask;
    this.#kinds[index] = kind;
    this.#slots[index] = slot;
    this.#classes[index] = classId;
    this.#version += 1;
    return this.#version;
  }
}

export type ChangeLogView = Pick<ChangeLog, 'version' | 'isBehind' | 'kindAt' | 'slotAt' | 'classAt'>;
