import { CHANGE } from '../model/change-log.ts';
import type { ClusterView } from '../model/cluster-view.ts';
import { grown } from '../model/grown.ts';

/**
 * The slots of all ready instances in order of instance id, so that a scan meets the lowest id first: ties then need
 * no comparison, and "k-th candidate" does not depend on which slots were reused. Follows the change log; one change
 * of an instance costs a binary search and one shift of the arrays.
 */
export class ReadyOrder {
  /** The first `count` entries are valid. */
  slots = new Int32Array(16);
  count = 0;
  /** Grows whenever an instance came, went or changed: whatever was derived from the instances is old then. */
  version = 0;

  #view: ClusterView | null = null;
  #cursor = 0;
  /** Runs parallel to `slots`. */
  #ids = new Int32Array(16);
  /** By slot: the instance id under which the slot is listed, 0 when it is not. */
  #listedId = new Int32Array(0);
  #positions = new Int32Array(0);
  #positionsVersion = -1;

  /** Brings the order up to the view's present. */
  catchUp(view: ClusterView): void {
    const { changes } = view;
    if (view !== this.#view || changes.isBehind(this.#cursor)) {
      this.#restart(view);
      return;
    }
    const end = changes.version;
    for (let cursor = this.#cursor; cursor < end; cursor++) {
      const kind = changes.kindAt(cursor);
      if (kind === CHANGE.altered || kind === CHANGE.joined || kind === CHANGE.left) {
        this.#update(view, changes.slotAt(cursor));
      }
    }
    this.#cursor = end;
  }

  /** By slot: where it stands in `slots`, or -1. After instances changed, the first call costs a pass over all. */
  positions(): Int32Array {
    if (this.#positionsVersion !== this.version) this.#findPositions();
    return this.#positions;
  }

  #findPositions(): void {
    this.#positionsVersion = this.version;
    if (this.#positions.length < this.#listedId.length)
      this.#positions = new Int32Array(this.#listedId.length);
    this.#positions.fill(-1);
    for (let at = 0; at < this.count; at++) this.#positions[this.slots[at]!] = at;
  }

  #restart(view: ClusterView): void {
    this.#view = view;
    this.#cursor = view.changes.version;
    this.#listedId.fill(0);
    this.count = 0;
    this.version += 1;
    for (let slot = 0; slot < view.slotCount; slot++) this.#update(view, slot);
  }

  /** Lists the slot as it is now; entries of the log that are still to come find nothing left to do. */
  #update(view: ClusterView, slot: number): void {
    this.version += 1;
    if (slot >= this.#listedId.length) {
      this.#listedId = grown(Int32Array, this.#listedId, Math.max(view.instanceId.length, slot + 1));
    }
    const id = view.accepts[slot] === 1 ? view.instanceId[slot]! : 0;
    const listed = this.#listedId[slot]!;
    if (id === listed) return;
    if (listed !== 0) this.#remove(listed);
    if (id !== 0) this.#insert(id, slot);
    this.#listedId[slot] = id;
  }

  #insert(id: number, slot: number): void {
    if (this.count === this.slots.length) {
      this.slots = grown(Int32Array, this.slots, this.count * 2);
      this.#ids = grown(Int32Array, this.#ids, this.count * 2);
    }
    const at = this.#position(id);
    this.slots.copyWithin(at + 1, at, this.count);
    this.#ids.copyWithin(at + 1, at, this.count);
    this.slots[at] = slot;
    this.#ids[at] = id;
    this.count += 1;
  }

  #remove(id: number): void {
    const at = this.#position(id);
    this.slots.copyWithin(at, at + 1, this.count);
    this.#ids.copyWithin(at, at + 1, this.count);
    this.count -= 1;
  }

  /** Where `id` stands, or would stand. */
  #position(id: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ids[middle]! < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
