import type { Columns } from '../model/columns.ts';
import type { Overflow } from '../model/overflow.ts';
import { SortedRows } from '../model/sorted-rows.ts';

/** What had too little memory for a task: its own limit, its instance, or kubelet, which made room in time. */
const CAUSES = ['limit', 'instance', 'pressure'] as const;
export type MemoryKillCause = (typeof CAUSES)[number];

/** A task that used more memory than there was. */
export interface MemoryKill {
  readonly timeMs: number;
  readonly cause: MemoryKillCause;
  readonly usedBytes: number;
}

/** 21 bytes a row. */
const KILL_LAYOUT = {
  timeMs: Float64Array,
  usedBytes: Float64Array,
  ordinal: Int32Array,
  cause: Uint8Array,
} as const;

/** Tasks that were killed, or evicted, for the memory that they used: how many of each cause, and a row for each. */
export class MemoryKills {
  /** In the order of `CAUSES`. */
  readonly #counts = [0, 0, 0];
  readonly #overflow: Overflow | undefined;
  /** Null as long as there is none, as in most runs. */
  #rows: SortedRows<typeof KILL_LAYOUT> | null = null;

  /** `overflow` undefined: memory holds all rows. */
  constructor(overflow: Overflow | undefined) {
    this.#overflow = overflow;
  }

  /** Errors: those of the overflow. */
  add(ordinal: number, { timeMs, cause, usedBytes }: MemoryKill): void {
    const index = CAUSES.indexOf(cause);
    this.#counts[index]! += 1;
    const key = (columns: Columns<typeof KILL_LAYOUT>, row: number) => columns.ordinal[row]!;
    this.#rows ??= new SortedRows({ layout: KILL_LAYOUT, key, overflow: this.#overflow });
    const at = this.#rows.add();
    const { open } = this.#rows;
    open.timeMs[at] = timeMs;
    open.usedBytes[at] = usedBytes;
    open.ordinal[at] = ordinal;
    open.cause[at] = index;
  }

  count(cause: MemoryKillCause): number {
    return this.#counts[CAUSES.indexOf(cause)]!;
  }

  /** Those of one task, in order of time. Looks through all. */
  of(ordinal: number): MemoryKill[] {
    const kills: MemoryKill[] = [];
    if (this.#rows === null) return kills;
    for (const all = this.#rows.inOrder(); all.next(); ) {
      const { columns, row } = all;
      if (columns.ordinal[row] !== ordinal) continue;
      const [timeMs, usedBytes] = [columns.timeMs[row]!, columns.usedBytes[row]!];
      kills.push({ timeMs, cause: CAUSES[columns.cause[row]!]!, usedBytes });
    }
    return kills;
  }
}
