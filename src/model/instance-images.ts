import { grown } from './grown.ts';

/** Which container images are on which instances: one column per image, by interned name, indexed by instance slot. */
export class InstanceImages {
  readonly #images = new Map<number, { has: Uint8Array; count: number }>();
  #length = 0;

  has(slot: number, imageId: number): boolean {
    return this.#images.get(imageId)?.has[slot] === 1;
  }

  /** On how many instances it is. */
  count(imageId: number): number {
    return this.#images.get(imageId)?.count ?? 0;
  }

  /** False when it was there already. */
  add(slot: number, imageId: number): boolean {
    let image = this.#images.get(imageId);
    if (image === undefined) {
      image = { has: new Uint8Array(this.#length), count: 0 };
      this.#images.set(imageId, image);
    }
    if (image.has[slot] === 1) return false;
    image.has[slot] = 1;
    image.count += 1;
    return true;
  }

  clear(slot: number): void {
    for (const image of this.#images.values()) {
      image.count -= image.has[slot]!;
      image.has[slot] = 0;
    }
  }

  grow(slots: number): void {
    this.#length = slots;
    for (const image of this.#images.values()) image.has = grown(Uint8Array, image.has, slots);
  }
}
