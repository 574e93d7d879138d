/**
 * Holds events back: while it is shut, events of the kinds that were defined under it wait when they come due, and happen
 * in the order in which they came due at the instant in which it opens. Made with `new`, put into effect by `Kernel.under`.
 */
export class Gate {
  #isOpen = true;
  /** Event slots that came due while it was shut. */
  #held: number[] = [];
  /** Told when it has opened again, before anything that it held back happens. */
  onOpened: () => void = () => {};

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** What comes due waits from now on. Nothing happens when it is shut already. */
  shut(): void {
    this.#isOpen = false;
  }

  /** For the kernel: the event in this slot waits. */
  hold(slot: number): void {
    this.#held.push(slot);
  }

  /** For the kernel: opens, and answers the slots of the events that waited, in order. */
  open(): readonly number[] {
    this.#isOpen = true;
    const held = this.#held;
    this.#held = [];
    return held;
  }

  /** For the kernel: how many wait. */
  get heldCount(): number {
    return this.#held.length;
  }

  /** For the kernel: forgets the slots that `isGone`; answers those that still wait. */
  keep(isGone: (slot: number) => boolean): readonly number[] {
    this.#held = this.#held.filter((slot) => !isGone(slot));
    return this.#held;
  }
}
